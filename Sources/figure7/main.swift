import Commands

Figure7Command.main()
