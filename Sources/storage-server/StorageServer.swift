import PodCommands

@main
struct StorageServer {
  static func main() async {
    await StorageServerCommand.main()
  }
}
