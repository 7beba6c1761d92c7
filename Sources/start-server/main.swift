import Commands

LocalClusterProgram.takeOver(as: "start")
KubernetesServerProgram.takeOver(as: "start")
StartServerCommand.main()
