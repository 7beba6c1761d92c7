import Commands

@main enum Calibrate {
  static func main() async {
    await CalibrateCommand.main()
  }
}
