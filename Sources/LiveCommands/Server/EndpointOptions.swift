import ArgumentParser
import FoundationEssentials

/// The options of the endpoint of a server, whatever it runs on.
struct EndpointOptions: ParsableArguments {
  @Option(help: "Port of the endpoint; 0 takes a free one.")
  var port = 9090

  @Option(help: ArgumentHelp("IP address of the endpoint; other than 127.0.0.1 only with a key.", valueName: "address"))
  var listen = "127.0.0.1"

  @Option(help: ArgumentHelp("File with the key that clients must send as a bearer token.", valueName: "file"))
  var apiKeyFile: String?

  @Option(help: "How long requests under way may take when the server is told to stop, in seconds; from 0.")
  var drainSeconds = 30.0

  @Flag(help: "Serve in the foreground until SIGINT or SIGTERM.")
  var foreground = false

  func validate() throws {
    guard (0...65535).contains(port) else { throw ValidationError("--port is \(port); allowed: 0 to 65535.") }
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
