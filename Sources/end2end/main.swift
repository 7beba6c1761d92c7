import Commands

EndToEndCommand.main()
