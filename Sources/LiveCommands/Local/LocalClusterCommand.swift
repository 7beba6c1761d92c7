import ArgumentParser
import Experiments

/// `local-cluster`: what `start-server`, `coldstart` and `end2end` do with `--cluster local`, and `reproduce crosscheck`.
public struct LocalClusterCommand: AsyncParsableCommand {
  /// The program's name, help and subcommands.
  public static let configuration = CommandConfiguration(
    commandName: "local-cluster", abstract: "A cluster of processes on this machine, in real time.",
    discussion: """
      start-server, coldstart and end2end hand their command lines over to this program with --cluster local, and \
      reproduce does for crosscheck.

      Example: local-cluster start 0 hydraserve 0 a10 0 0 --time-scale 20
      """, version: Toolkit.version,
    subcommands: [
      StartLocalServerCommand.self, ServeCommand.self, LocalColdStartCommand.self, LocalEndToEndCommand.self,
      CrosscheckCommand.self,
    ])

  /// The program with its arguments yet to be read.
  public init() {}
}
