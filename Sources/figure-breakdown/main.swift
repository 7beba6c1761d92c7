import Commands

FigureBreakdownCommand.main()
