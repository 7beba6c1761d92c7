import ArgumentParser
import FoundationEssentials
import Glibc

/// The options of a server on this machine.
struct LocalServerOptions: ParsableArguments {
  @Option(help: "Port of the endpoint; 0 takes a free one.")
  var port = 9090

  @Option(help: ArgumentHelp("IP address of the endpoint; other than 127.0.0.1 only with a key.", valueName: "address"))
  var listen = "127.0.0.1"

  @Option(help: ArgumentHelp("File with the key that clients must send as a bearer token.", valueName: "file"))
  var apiKeyFile: String?

  @Option(
    name: .customLong("time-scale"),
    help: "How many times faster than reality everything goes; above 0 (default: 20, with an engine of your own 1).")
  var givenTimeScale: Double?

  @Option(help: "By how much there is less of all bytes; 1 to 100000.")
  var byteScale = 1000.0

  @Option(help: "How long requests under way may take when the server is told to stop, in seconds; from 0.")
  var drainSeconds = 30.0

  @Flag(
    help: """
      Give each machine a network namespace with a card that the kernel shapes, instead of a loopback address; as root.
      """)
  var netns = false

  @Option(
    help: ArgumentHelp("What the storage servers do wrong, for tests; as storage-server --fault.", valueName: "fault"))
  var storageFault: StorageFault?

  @Flag(help: "Serve in the foreground until SIGINT or SIGTERM.")
  var foreground = false

  @OptionGroup var engine: EngineOptions

  /// How many times faster than reality everything goes.
  var timeScale: Double { givenTimeScale ?? (engine.isOwn ? 1 : 20) }

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port is \(port); allowed: 0 to 65535.") }
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
    guard drainSeconds >= 0, drainSeconds <= 86_400 else {
      throw ValidationError("--drain-seconds is \(drainSeconds); allowed: 0 to 86400.")
    }
    guard listen == "127.0.0.1" || apiKeyFile != nil else {
      throw ValidationError("--listen \(listen) lets others in; give --api-key-file FILE, too.")
    }
  }

  /// The key in a file.
  ///
  /// - Throws: an error of misuse when there is none in it.
  static func key(in file: String?) throws -> String? {
    guard let file else { return nil }
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else {
      throw ValidationError("The key file \(file) cannot be read; name a file with one line.")
    }
    let key = text.filter { !$0.isWhitespace }
    guard !key.isEmpty, key.allSatisfy(\.isASCII) else {
      throw ValidationError("The key file \(file) has no key; allowed: one line of ASCII characters.")
    }
    return key
  }
}
