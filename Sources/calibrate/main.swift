import Commands

CalibrateCommand.main()
