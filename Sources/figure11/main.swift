import Commands

Figure11Command.main()
