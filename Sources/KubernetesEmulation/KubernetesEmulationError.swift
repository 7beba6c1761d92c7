/// Why an emulated cluster cannot be.
public enum KubernetesEmulationError: Error, Equatable {
  /// A machine cannot be a node.
  case badNode(String)
  /// There are more machines than addresses.
  case noAddress(machine: String, machines: Int)
  /// The certificates cannot be made.
  case certificatesFailed(reason: String)
}

extension KubernetesEmulationError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what to do next.
  public var description: String {
    switch self {
    case .badNode(let message): "A machine of the testbed cannot be a node (\(message)); change its name."
    case .noAddress(let machine, let machines):
      "There is no address for \(machine), one of \(machines) machines; take a testbed with fewer."
    case .certificatesFailed(let reason):
      "The server's certificates cannot be made: \(reason); install openssl, or do without TLS."
    }
  }
}
