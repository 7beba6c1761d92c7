import Commands

KubernetesClusterProgram.takeOver(as: "label-nodes")
LabelNodesCommand.main()
