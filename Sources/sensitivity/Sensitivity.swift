import Commands

@main enum Sensitivity {
  static func main() async {
    await SensitivityCommand.main()
  }
}
