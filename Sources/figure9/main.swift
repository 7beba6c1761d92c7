import Commands

Figure9Command.main()
