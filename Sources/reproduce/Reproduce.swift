import Commands

@main enum Reproduce {
  static func main() async {
    await ReproduceCommand.main()
  }
}
