import Commands

TimelineCommand.main()
