import PodEmulation
import Quantities

/// What a pod on a node turns out to do.
public enum PodRun: Sendable {
  /// It is a process of this machine.
  case process(PodProgram)
  /// It runs without doing anything until it is deleted.
  case idles
  /// The same, at an address of this machine: something may be started in it by a command, and listen there.
  case waitsForCommands
  /// It runs without doing anything and ends by itself.
  case ends(exitCode: Int32, after: Duration)
  /// It does not run, or not for long.
  case fails(PodFailure)
}

extension PodRun {
  /// Whether somebody may listen at the pod's address.
  var mayListen: Bool {
    switch self {
    case .process, .waitsForCommands: true
    case .idles, .ends, .fails: false
    }
  }
}

/// A program that a pod's container is.
public struct PodProgram: Sendable {
  /// The path of the program.
  public var program: String
  /// Its arguments, without its own name.
  public var arguments: [String]
  /// Its whole environment, in the order given.
  public var environment: [PodProcess.Variable]
  /// What clears away after it has ended in whatever way.
  public var cleanUp: @Sendable () -> Void

  /// A program that leaves nothing behind, unless it is said how to clear that away.
  public init(
    program: String, arguments: [String], environment: [PodProcess.Variable],
    cleanUp: @escaping @Sendable () -> Void = {}
  ) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
    self.cleanUp = cleanUp
  }
}

/// How a pod can fail.
public enum PodFailure: Hashable, Sendable {
  /// Its image cannot be fetched.
  case imagePull
  /// Its container ends with an error whenever it is started.
  case crashes(exitCode: Int32)
  /// Its container is ended for having taken too much memory.
  case outOfMemory
  /// The node wants its resources back.
  case evicted
}

/// Decides what a pod does; it is asked on the server's event loop, once for every start.
public typealias PodRunner = @Sendable (PodDescription) -> PodRun

/// A pod as its node sees it.
public struct PodDescription: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The namespace.
  public let namespace: String
  /// The labels, in their order.
  public let labels: [PodProcess.Variable]
  /// The annotations, in their order.
  public let annotations: [PodProcess.Variable]
  /// The image of its first container.
  public let image: String
  /// The command of its first container, if it has its own.
  public let command: [String]
  /// The arguments of its first container.
  public let arguments: [String]
  /// The environment of its first container, references resolved, in its order.
  public let environment: [PodProcess.Variable]
  /// The node that it is on.
  public let node: EmulatedNode
  /// Its own address.
  public internal(set) var address: String
  /// How often its container has been started before.
  public let restarts: Int

  /// The value of a variable of its environment.
  public func variable(_ name: String) -> String? {
    environment.last { $0.name == name }?.value
  }
}
