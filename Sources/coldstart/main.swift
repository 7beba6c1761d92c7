import Commands

LocalClusterProgram.takeOver(as: "coldstart")
KubernetesServerProgram.takeOver(as: "coldstart")
ColdStartCommand.main()
