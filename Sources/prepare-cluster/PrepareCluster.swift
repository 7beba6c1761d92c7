import KubernetesCommands

@main
struct PrepareCluster {
  static func main() async {
    await PrepareClusterCommand.main()
  }
}
