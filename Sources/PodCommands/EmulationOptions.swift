import ArgumentParser
import Commands
import Experiments
import FoundationEssentials
import Glibc
import PodEmulation

/// The options that emulated pods have in common.
struct EmulationOptions: ParsableArguments {
  @Option(help: ArgumentHelp("YAML file laid over the built-in configuration.", valueName: "file"))
  var config: String?

  @Option(help: "IP address to listen on.")
  var address = "127.0.0.1"

  @Option(help: "By how much there is less of all bytes; from 1.")
  var byteScale = 1.0

  @Option(help: "How many times faster than reality everything goes; above 0.")
  var timeScale = 1.0

  @Flag(help: "End when standard input ends.")
  var exitWithParent = false

  @OptionGroup var says: OutputOptions

  func validate() throws {
    guard byteScale >= 1, byteScale.isFinite else {
      throw ValidationError("--byte-scale is \(byteScale); allowed: a number from 1.")
    }
    guard timeScale > 0, timeScale.isFinite else {
      throw ValidationError("--time-scale is \(timeScale); allowed: a number above 0.")
    }
  }

  func configuration() throws -> Configuration {
    do {
      return try Configuration.load(userFile: config)
    } catch let error as UsageError {
      throw ValidationError(error.description)
    }
  }

  func catalogue(_ configuration: Configuration) -> ShardCatalogue {
    ShardCatalogue(byteScale: byteScale) { try? configuration.model($0).architecture }
  }

  /// Tells whoever started the program, at once, that it can be reached, and where.
  func announce(port: Int) throws {
    if says.json {
      print(try Output.json(["listening": "\(address):\(port)"]))
    } else if !says.quiet {
      print("Listening on \(address):\(port)")
    }
    fflush(nil)
  }

  /// The environment of the process; only commands read it.
  static var environment: [String: String] {
    ProcessInfo.processInfo.environment
  }
}
