import PodCommands

@main
struct EmulatedWorkerProgram {
  static func main() async {
    await EmulatedWorkerCommand.main()
  }
}
