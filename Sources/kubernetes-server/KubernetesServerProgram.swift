import LiveCommands

@main
struct KubernetesServerProgram {
  static func main() async {
    await KubernetesServerCommand.main()
  }
}
