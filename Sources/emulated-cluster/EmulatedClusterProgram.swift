import LiveCommands

@main
struct EmulatedClusterProgram {
  static func main() async {
    await EmulatedClusterCommand.main()
  }
}
