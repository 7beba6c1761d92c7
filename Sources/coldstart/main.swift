import Commands

LocalClusterProgram.takeOver(as: "coldstart")
ColdStartCommand.main()
