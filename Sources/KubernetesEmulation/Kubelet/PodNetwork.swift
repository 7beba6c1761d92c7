/// Where the machines of a cluster are: what gives them and their pods addresses, and how a program comes to run there.
///
/// Machines are numbered as the nodes are, from 0. The kubelet asks on the server's event loop and knows nothing else of
/// networks.
public struct PodNetwork: Sendable {
  /// The address of a machine, for which each is asked once; `nil` when there is none for it.
  public var machineAddress: @Sendable (_ machine: Int) -> String?
  /// Takes an address for a pod on a machine; `nil` when none is free.
  public var take: @Sendable (_ machine: Int) -> String?
  /// Gives a pod's address back.
  public var release: @Sendable (_ address: String, _ machine: Int) -> Void
  /// What is to be started for a program to run on a machine.
  public var placed: @Sendable (_ program: PodProgram, _ machine: Int) throws -> PodProgram

  /// A network.
  public init(
    machineAddress: @escaping @Sendable (_ machine: Int) -> String?,
    take: @escaping @Sendable (_ machine: Int) -> String?,
    release: @escaping @Sendable (_ address: String, _ machine: Int) -> Void,
    placed: @escaping @Sendable (_ program: PodProgram, _ machine: Int) throws -> PodProgram
  ) {
    self.machineAddress = machineAddress
    self.take = take
    self.release = release
    self.placed = placed
  }

  /// Machines and pods with addresses in 127.0.0.0/8, all of which is loopback, for a cluster whose server listens on a
  /// port.
  public static func loopback(port: Int) -> PodNetwork {
    let addresses = LoopbackAddresses(port: port)
    return PodNetwork(
      machineAddress: { _ in addresses.take() }, take: { _ in addresses.take() },
      release: { address, _ in addresses.release(address) }, placed: { program, _ in program })
  }
}
