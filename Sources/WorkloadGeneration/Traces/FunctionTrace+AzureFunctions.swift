extension FunctionTrace {
  /// Reads an Azure Functions invocation trace of 2021: `app,func,end_timestamp,duration`, in seconds.
  ///
  /// An invocation arrives when it starts, its duration before its end; what was running when the trace began arrives
  /// at its beginning. The file is sorted by end, so starts may come in any order.
  ///
  /// - Throws: ``WorkloadError/trace(path:line:problem:)``.
  public init(azureFunctions contents: [UInt8], path: String) throws(WorkloadError) {
    var rows = try CSVTrace(contents, columns: ["app", "func", "end_timestamp", "duration"], path: path)
    var numbers: [String: Int] = [:]
    var functions: [[Double]] = []
    let range = 0...TraceLimits.functionTraceSeconds
    while let row = try rows.next() {
      let name = try row.name(0) + "," + row.name(1)
      let start = try max(0, row.number(2, in: range) - row.number(3, in: range))
      if let number = numbers[name] {
        functions[number].append(start)
      } else {
        numbers[name] = functions.count
        functions.append([start])
      }
    }
    guard !functions.isEmpty else { throw .trace(path: path, line: 0, problem: .empty) }
    self.init(functions: functions)
  }
}
