import Commands

FigureSLOScaleCommand.main()
