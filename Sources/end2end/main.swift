import Commands

LocalClusterProgram.takeOver(as: "end2end")
EndToEndCommand.main()
