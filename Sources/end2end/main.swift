import Commands

LocalClusterProgram.takeOver(as: "end2end")
KubernetesServerProgram.takeOver(as: "end2end")
EndToEndCommand.main()
