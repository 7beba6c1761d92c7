import Commands

ColdStartCommand.main()
