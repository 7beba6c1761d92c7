import ClusterControl
import KubernetesEmulation
import Synchronization

extension PodNetwork {
  /// The network of machines that have namespaces of their own: pods run in that of their machine, at addresses that lead
  /// there.
  static func namespaces(of network: LocalNetwork) -> PodNetwork {
    let free = FreeAddresses(network)
    return PodNetwork(
      machineAddress: { network.address(of: $0) }, take: { free.take(on: $0) },
      release: { free.release($0, on: $1) },
      placed: { program, machine in
        var placed = program
        (placed.program, placed.arguments) = try network.command(program.program, program.arguments, on: machine)
        return placed
      })
  }

  /// The addresses of machines that no pod has.
  private final class FreeAddresses: Sendable {
    private let network: LocalNetwork
    /// By machine; those of a machine without pods so far are not there yet.
    private let free = Mutex<[Int: [String]]>([:])

    init(_ network: LocalNetwork) {
      self.network = network
    }

    func take(on machine: Int) -> String? {
      free.withLock { free in
        var addresses = free[machine] ?? network.podAddresses(of: machine)
        defer { free[machine] = addresses }
        return addresses.isEmpty ? nil : addresses.removeFirst()
      }
    }

    func release(_ address: String, on machine: Int) {
      free.withLock { $0[machine]?.append(address) }
    }
  }
}
