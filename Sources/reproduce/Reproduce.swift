import Commands

@main enum Reproduce {
  static func main() async {
    LocalClusterProgram.takeOver(afterWord: "crosscheck")
    KubernetesClusterProgram.takeOverReproduction()
    await ReproduceProgram.main()
  }
}
