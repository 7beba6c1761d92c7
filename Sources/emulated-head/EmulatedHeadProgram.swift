import PodCommands

@main
struct EmulatedHeadProgram {
  static func main() async {
    await EmulatedHeadCommand.main()
  }
}
