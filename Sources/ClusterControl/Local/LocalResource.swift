import Glibc

/// Something that a local cluster has made and that would outlive a controller that is killed.
public enum LocalResource: Hashable, Sendable {
  /// A process.
  case process(Process)
  /// A shared-memory segment, by name.
  case segment(String)
  /// A network of machines with namespaces of their own.
  case network(Network)

  /// Whether it is still there, and not another of its name.
  public var isThere: Bool {
    switch self {
    case .process(let process): process.isRunning
    case .segment(let name): access("/dev/shm\(name)", F_OK) == 0
    case .network(let network): network.isThere
    }
  }

  /// A process of which it can be told whether the number is still its own.
  public struct Process: Hashable, Sendable {
    /// What it is.
    public let name: String
    /// Its number.
    public let processID: Int32
    /// When it was started, in ticks since the machine was; another process with the number started later.
    public let startTicks: UInt64?

    /// A process that runs.
    public init(name: String, processID: Int32) {
      self.init(name: name, processID: processID, startTicks: Self.startTicks(of: processID))
    }

    /// A process that was written down.
    public init(name: String, processID: Int32, startTicks: UInt64?) {
      self.name = name
      self.processID = processID
      self.startTicks = startTicks
    }

    /// Whether it still runs and the number is not another's.
    public var isRunning: Bool {
      guard let startTicks else { return false }
      return Self.startTicks(of: processID) == startTicks
    }

    /// The 22nd field of the process's status line, which follows its name in brackets; `nil` for none, or a dead one.
    static func startTicks(of processID: Int32) -> UInt64? {
      let descriptor = open("/proc/\(processID)/stat", O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
      defer { close(descriptor) }
      var bytes = [UInt8](repeating: 0, count: 1024)
      let count = read(descriptor, &bytes, bytes.count)
      let line = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
      guard let bracket = line.lastIndex(of: ")") else { return nil }
      let fields = line[line.index(after: bracket)...].split(separator: " ")
      guard fields.count > 19, fields[0] != "Z" else { return nil }
      return UInt64(fields[19])
    }
  }
}
