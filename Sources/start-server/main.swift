import Commands

StartServerCommand.main()
