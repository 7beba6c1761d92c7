import Commands

MakeTraceCommand.main()
