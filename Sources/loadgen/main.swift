import LiveCommands

LoadgenCommand.main()
