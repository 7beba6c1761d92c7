import LiveCommands

@main
struct LocalClusterProgram {
  static func main() async {
    await LocalClusterCommand.main()
  }
}
