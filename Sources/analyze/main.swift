import Commands

AnalyzeCommand.main()
