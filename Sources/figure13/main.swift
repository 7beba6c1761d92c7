import Commands

Figure13Command.main()
