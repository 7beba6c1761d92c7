/// What the published control plane logged of its instances, as far as their cost is computed from it.
public struct ArtifactMainLog: Hashable, Sendable {
  /// What a line says.
  public enum Event: Hashable, Sendable {
    /// An instance is ready; creating it took that long altogether.
    case created(instance: Int, model: String, seconds: Double)
    /// The GPU memory of each stage of an instance, in GB; the line does not name the instance.
    case memory([Double])
    /// A request was handed to an instance.
    case allocated(request: Int, instance: Int, waitedSeconds: Double)
    /// An instance starts to fetch the rest of its model, after having waited for its turn.
    case loadStarted(instance: Int, waitedSeconds: Double)
    /// A group was consolidated to its first stage.
    case scaledDown(instance: Int, seconds: Double)
    /// A further full-memory worker became an instance of its own.
    case child(instance: Int, parent: Int)
  }

  /// An event with the line that reports it.
  public struct Entry: Hashable, Sendable {
    /// What happened.
    public let event: Event
    /// The line in the log.
    public let line: Int
  }

  /// The name of the log, for errors.
  public let file: String
  /// The events in the log's order.
  public let entries: [Entry]

  /// Reads a log; lines of other kinds are passed over.
  ///
  /// A `load` line whose time is printed with an exponent (a wait of less than 0.1 ms) is passed over too: the
  /// published analysis does not recognise it.
  ///
  /// - Throws: `ArtifactLogError.malformedLine`.
  public init(parsing text: String, file: String) throws(ArtifactLogError) {
    var entries: [Entry] = []
    for line in LogLine.lines(of: text) {
      if let event = try Self.event(of: line, file: file) { entries.append(Entry(event: event, line: line.number)) }
    }
    self.file = file
    self.entries = entries
  }

  private static func event(of line: LogLine, file: String) throws(ArtifactLogError) -> Event? {
    var line = line
    if line.accept("request [") { return try allocated(&line, file: file) }
    if line.accept("GPU Usage: [") { return try memory(&line, file: file) }
    guard line.accept("scheduler: ") else { return nil }
    if line.accept("create instance [") { return try created(&line, file: file) }
    if line.accept("create new instance [") { return try child(&line, file: file) }
    if line.accept("scale down instance [") { return try scaledDown(&line, file: file) }
    if line.accept("instance ["), let instance = line.integer(), line.accept("] starts to load dest at ") {
      return try loadStarted(&line, instance: instance, file: file)
    }
    return nil
  }

  private static func created(_ line: inout LogLine, file: String) throws(ArtifactLogError) -> Event {
    guard let instance = line.integer(), line.accept("] for "), let model = line.text(before: ","),
      line.accept(" allocate_time = "), let allocating = line.decimal(), line.accept(" s, create_pod_time = "),
      let creating = line.decimal(), line.accept(" s, init_pod_time = "), let initialising = line.decimal(),
      line.accept(" s")
    else {
      throw .malformedLine(
        file: file, line: line.number,
        expected: "scheduler: create instance [n] for vendor/name/k, allocate_time = 1.0 s, create_pod_time = 1.0 s, "
          + "init_pod_time = 1.0 s")
    }
    return .created(instance: instance, model: model, seconds: allocating + creating + initialising)
  }

  private static func memory(_ line: inout LogLine, file: String) throws(ArtifactLogError) -> Event {
    var stages: [Double] = []
    repeat {
      guard let amount = line.decimal() else {
        throw .malformedLine(file: file, line: line.number, expected: "GPU Usage: [18, 18]")
      }
      stages.append(amount)
    } while line.accept(", ")
    guard line.accept("]") else {
      throw .malformedLine(file: file, line: line.number, expected: "GPU Usage: [18, 18]")
    }
    return .memory(stages)
  }

  private static func allocated(_ line: inout LogLine, file: String) throws(ArtifactLogError) -> Event {
    guard let request = line.integer(), line.accept("] allocated to instance ["), let instance = line.integer(),
      line.accept("], waiting time = "), let waited = line.decimal(), line.accept(" seconds")
    else {
      throw .malformedLine(
        file: file, line: line.number, expected: "request [n] allocated to instance [n], waiting time = 1.0 seconds")
    }
    return .allocated(request: request, instance: instance, waitedSeconds: waited)
  }

  private static func loadStarted(
    _ line: inout LogLine, instance: Int, file: String
  ) throws(ArtifactLogError) -> Event? {
    let waited = line.decimal()
    if let waited, line.accept(" s") { return .loadStarted(instance: instance, waitedSeconds: waited) }
    guard waited != nil, line.accept("e-"), line.integer() != nil, line.accept(" s") else {
      throw .malformedLine(
        file: file, line: line.number, expected: "scheduler: instance [n] starts to load dest at 1.0 s")
    }
    return nil
  }

  private static func scaledDown(_ line: inout LogLine, file: String) throws(ArtifactLogError) -> Event {
    guard let instance = line.integer(), line.accept("], time cost = "), let seconds = line.decimal(),
      line.accept(" seconds")
    else {
      throw .malformedLine(
        file: file, line: line.number, expected: "scheduler: scale down instance [n], time cost = 1.0 seconds")
    }
    return .scaledDown(instance: instance, seconds: seconds)
  }

  private static func child(_ line: inout LogLine, file: String) throws(ArtifactLogError) -> Event {
    guard let instance = line.integer(), line.accept("] from ["), let parent = line.integer(), line.accept("]") else {
      throw .malformedLine(
        file: file, line: line.number, expected: "scheduler: create new instance [n] from [n]")
    }
    return .child(instance: instance, parent: parent)
  }
}
