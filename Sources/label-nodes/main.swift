import Commands

LabelNodesCommand.main()
