import ArgumentParser

/// The `reproduce` program: which command its first word names.
public enum ReproduceProgram {
  /// Reads the command line and runs the command.
  public static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "claims": await ClaimsCommand.main(Array(arguments.dropFirst()))
    case "share": ShareCommand.main(Array(arguments.dropFirst()))
    case "collect": await CollectCommand.main(Array(arguments.dropFirst()))
    case "report": await ReportCommand.main(Array(arguments.dropFirst()))
    default: await ReproduceCommand.main(arguments)
    }
  }
}
