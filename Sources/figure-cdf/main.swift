import Commands

FigureCDFCommand.main()
