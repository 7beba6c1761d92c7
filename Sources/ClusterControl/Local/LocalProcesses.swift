import Glibc
import PodEmulation

/// The processes of a local cluster and the record of them, by which they are found again should the controller die.
struct LocalProcesses: Sendable {
  /// Something to be cleaned up when its controller cannot.
  let record: @Sendable (LocalResource) throws -> Void
  let logs: String
  /// The network that the machines are in; `nil` for loopback.
  let network: LocalNetwork?

  /// Starts a process of ours on a machine and writes it down. It ends when its launcher does.
  ///
  /// - Throws: ``PodError`` when it cannot be started; whatever the record throws, with the process ended.
  func start(
    _ name: String, on machine: Int, program: String, arguments: [String], environment: [PodProcess.Variable] = []
  ) throws -> RunningPod {
    let arguments = arguments + ["--exit-with-parent"]
    let command = try network?.command(program, arguments, on: machine) ?? (program, arguments)
    return try startForeign(name, program: command.0, arguments: command.1, environment: environment)
  }

  /// Starts a process that knows nothing of its launcher, and writes it down.
  ///
  /// - Throws: as ``start(_:on:program:arguments:environment:)`` does.
  func startForeign(
    _ name: String, program: String, arguments: [String], environment: [PodProcess.Variable]
  ) throws -> RunningPod {
    let pod = try PodLauncher.start(
      PodProcess(
        name: name, program: program, arguments: arguments, environment: environment, logFile: logFile(name)))
    do {
      try record(.process(LocalResource.Process(name: name, processID: pod.processID)))
    } catch {
      Task { await pod.kill() }
      throw error
    }
    return pod
  }

  func logFile(_ name: String) -> String { "\(logs)/\(name).log" }

  /// Waits until a process says that it listens.
  ///
  /// - Throws: ``ClusterControlError/notListening(name:log:reason:)`` when it ends instead, or takes too long.
  func awaitListening(_ pod: RunningPod) async throws {
    let limit = ContinuousClock.now + Self.patience
    while !Self.text(of: logFile(pod.name)).contains("Listening on ") {
      if let exit = pod.exitIfEnded {
        throw ClusterControlError.notListening(name: pod.name, log: logFile(pod.name), reason: exit.description)
      }
      guard ContinuousClock.now < limit else {
        throw ClusterControlError.notListening(
          name: pod.name, log: logFile(pod.name), reason: "for \(Self.patience.components.seconds) s")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  private static let patience = Duration.seconds(60)

  /// What a log has; nothing while there is none.
  private static func text(of path: String) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
  }
}

/// Something that a local cluster has made and that would outlive a controller that is killed.
public enum LocalResource: Hashable, Sendable {
  /// A process.
  case process(Process)
  /// A shared-memory segment, by name.
  case segment(String)
  /// A network of machines with namespaces of their own.
  case network(Network)

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
