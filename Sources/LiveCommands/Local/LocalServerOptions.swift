import ArgumentParser
import Glibc
import PodCommands

/// The options of a server on this machine.
struct LocalServerOptions: ParsableArguments {
  @OptionGroup var endpoint: EndpointOptions

  @Option(
    name: .customLong("time-scale"),
    help: "How many times faster than reality everything goes; above 0 (default: 20, with an engine of your own 1).")
  var givenTimeScale: Double?

  @Option(help: "By how much there is less of all bytes; 1 to 100000.")
  var byteScale = 1000.0

  @Flag(
    help: """
      Give each machine a network namespace with a card that the kernel shapes, instead of a loopback address; as root.
      """)
  var netns = false

  @Option(
    help: ArgumentHelp("What the storage servers do wrong, for tests; as storage-server --fault.", valueName: "fault"))
  var storageFault: StorageFault?

  @OptionGroup var engine: EngineOptions

  /// How many times faster than reality everything goes.
  var timeScale: Double { givenTimeScale ?? (engine.isOwn ? 1 : 20) }

  func validate() throws {
    guard timeScale > 0, timeScale <= 10_000 else {
      throw ValidationError("--time-scale is \(timeScale); allowed: a number above 0 and up to 10000.")
    }
    guard !engine.isOwn || timeScale == 1 else {
      throw ValidationError("--time-scale is \(timeScale); an engine of your own runs in real time, so allowed: 1.")
    }
    guard !netns || geteuid() == 0 else {
      throw ValidationError("--netns makes network namespaces, which only root can; run as root, or leave it out.")
    }
    guard !netns || !engine.isOwn else {
      throw ValidationError("--netns is for emulated machines; leave it out with --engine openai.")
    }
    // With less, the names of the tensors would need more room than their values.
    guard (1...100_000).contains(byteScale) else {
      throw ValidationError("--byte-scale is \(byteScale); allowed: 1 to 100000.")
    }
  }
}
