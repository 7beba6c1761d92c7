import ArgumentParser

/// How much a program says on standard error, and in what form its results are.
package struct OutputOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Print results only.")
  package var quiet = false

  @Flag(name: .shortAndLong, help: "Also say what is read, run, asked and written, each line with the seconds so far.")
  package var verbose = false

  @Flag(help: "Print results as JSON.")
  package var json = false

  /// The options with their values yet to be read.
  package init() {}

  private static let begin = ContinuousClock.now

  package func validate() throws {
    _ = Self.begin  // the seconds count from here
    guard !(quiet && verbose) else {
      throw ValidationError("--quiet asks for results only and --verbose for more; give one of the two.")
    }
  }

  /// Prints a message for people to standard error, unless they want results only.
  @Sendable package func note(_ message: String) {
    if !quiet { Terminal.error(message) }
  }

  /// Prints a message to standard error for people who want to know everything.
  package func detail(_ message: @autoclosure () -> String) {
    guard verbose else { return }
    let milliseconds = Int((ContinuousClock.now - Self.begin) / .milliseconds(1))
    let fraction = String(1000 + milliseconds % 1000).dropFirst()
    Terminal.error("[\(milliseconds / 1000).\(fraction) s] \(message())")
  }
}
