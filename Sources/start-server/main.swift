import Commands

LocalClusterProgram.takeOver(as: "start")
StartServerCommand.main()
