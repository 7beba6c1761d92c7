import Commands

ImportLogsCommand.main()
