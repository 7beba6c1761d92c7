/// Why a figure or a table cannot be made, as one sentence that says what to do.
public enum PlottingError: Error, Equatable {
  /// The gnuplot program is not installed.
  case gnuplotMissing(program: String)
  /// gnuplot stopped with an error; the message is its own.
  case gnuplotFailed(status: Int, message: String)
  /// gnuplot did not finish in time and was ended.
  case gnuplotTooSlow(seconds: Double)
  /// gnuplot ended well and a file that the script names is not there, or is cut off.
  case outputMissing(file: String)
  /// A PDF does not carry its creation date in the one place where we overwrite it.
  case creationDates(found: Int)
  /// A file or folder cannot be read or written; the reason is the system's.
  case fileFailed(path: String, reason: String)
  /// A table is not valid CSV.
  case malformedTable(file: String, line: Int, problem: String)
}

extension PlottingError: CustomStringConvertible {
  /// The sentence to print.
  public var description: String {
    switch self {
    case .gnuplotMissing(let program):
      "`\(program)` draws the figures and is not installed; run `apt-get install gnuplot-nox fonts-dejavu-core`."
    case .gnuplotFailed(let status, let message):
      "gnuplot stopped with status \(status): \(message.isEmpty ? "it gave no reason" : message)"
    case .gnuplotTooSlow(let seconds):
      "gnuplot did not finish in \(Decimals.short(seconds)) s and was ended; run the figure's .gp by hand to see why."
    case .outputMissing(let file):
      "gnuplot ended without an error but left no complete \(file); run the figure's .gp by hand to see why."
    case .creationDates(let found):
      "The PDF that gnuplot drew has \(found) creation dates instead of one; install gnuplot 5.4 with cairo."
    case .fileFailed(let path, let reason):
      "\(path) cannot be read or written: \(reason)"
    case .malformedTable(let file, let line, let problem):
      "\(file):\(line): this is not valid CSV: \(problem)."
    }
  }
}
