import LiveCommands

StopServerCommand.main()
