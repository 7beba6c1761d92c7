import KubernetesCommands

@main
struct KubernetesCluster {
  static func main() async {
    await KubernetesClusterCommand.main()
  }
}
