import Commands

@main enum Plan {
  static func main() async {
    await PlanCommand.main()
  }
}
