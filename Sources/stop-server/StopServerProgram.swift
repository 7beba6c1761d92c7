import LiveCommands

@main
struct StopServerProgram {
  static func main() async {
    await StopServerCommand.main()
  }
}
