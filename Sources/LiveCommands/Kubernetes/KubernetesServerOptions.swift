import ArgumentParser
import ClusterControl
import KubernetesCommands

/// The options of a server whose pods are on a Kubernetes cluster.
struct KubernetesServerOptions: ParsableArguments {
  @OptionGroup var connection: ClusterConnection
  @OptionGroup var endpoint: EndpointOptions

  @Option(help: ArgumentHelp("Folder of the nodes that holds models; pods see it as /mnt.", valueName: "path"))
  var modelDirectory = "/mnt"

  @Flag(
    inversion: .prefixedNo,
    help:
      "Look first, with a Job of the download image on each storage node, whether there is a model-cache in that folder."
  )
  var checkModels = true

  @Option(
    help: """
      How long a pod may take until it has an address, and from then on until it serves, in seconds; 1 to 86400. Images \
      may have to be fetched.
      """)
  var podPatienceSeconds = 600

  @Option(
    help: """
      How long a pod may be in trouble, for example because it fits on no node, before its instance is given up, in \
      seconds; from 0.
      """)
  var troubleSeconds = 10.0

  @Option(help: "How long the end of everything may take, in seconds; 1 to 86400.")
  var cleaningSeconds = 180

  func validate() throws {
    for (name, value) in [("pod-patience", podPatienceSeconds), ("cleaning", cleaningSeconds)] {
      guard (1...86_400).contains(value) else {
        throw ValidationError("--\(name)-seconds is \(value); allowed: 1 to 86400.")
      }
    }
    guard troubleSeconds >= 0, troubleSeconds <= 86_400 else {
      throw ValidationError("--trouble-seconds is \(troubleSeconds); allowed: 0 to 86400.")
    }
  }

  /// How long things may take.
  var limits: KubernetesServing.Limits {
    var limits = KubernetesServing.Limits()
    limits.storage = .seconds(podPatienceSeconds)
    limits.addresses = .seconds(podPatienceSeconds)
    limits.listening = .seconds(podPatienceSeconds)
    limits.trouble = .seconds(troubleSeconds)
    limits.cleaning = .seconds(cleaningSeconds)
    return limits
  }
}
