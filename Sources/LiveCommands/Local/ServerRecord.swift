import ClusterControl
import Experiments
import FoundationEssentials
import Glibc

/// `live-server.json`: where the server of a folder of results answers, and which process it is.
struct ServerRecord: Codable, Hashable {
  var schemaVersion = 1
  let processID: Int32
  /// When the process was started, in ticks since the machine was.
  let startTicks: UInt64?
  let address: String
  let port: Int
  let timeScale: Double
  let byteScale: Double
  var apiKeyFile: String?
  /// The engine of the user's own that serves, as it was named; `nil` for emulated ones.
  var engine: String?
  /// The kind of cluster that it serves on; `nil` for the local one.
  var cluster: String?
  /// Whether the cluster's nodes say that they are emulated.
  var emulatedNodes: Bool?
  /// The file for kubectl of the cluster in the server's process.
  var kubeconfig: String?

  enum CodingKeys: String, CodingKey {
    case address, port, engine, cluster, kubeconfig
    case schemaVersion = "schema_version"
    case processID = "process_id"
    case startTicks = "start_ticks"
    case timeScale = "time_scale"
    case byteScale = "byte_scale"
    case apiKeyFile = "api_key_file"
    case emulatedNodes = "emulated_nodes"
  }

  /// The process as it can be looked for.
  var process: LocalResource.Process {
    LocalResource.Process(name: "controller", processID: processID, startTicks: startTicks)
  }

  /// How numbers that are measured on it come to be, in words.
  var origin: String {
    if let engine { return "Measured on `\(engine)`" }
    guard cluster != nil, emulatedNodes != true else { return "Emulated, \(timeScale) times faster than reality" }
    return "Measured on the Kubernetes cluster"
  }

  /// Where a client on this machine finds it.
  var url: String { "http://\(host):\(port)" }

  /// The address for clients: a server that listens everywhere is also here.
  var host: String { address == "0.0.0.0" ? "127.0.0.1" : address }
}

extension ServerRecord {
  /// The record of a server that is this process.
  init(ofThisProcess endpoint: EndpointOptions, port: Int, timeScale: Double, byteScale: Double) {
    let own = LocalResource.Process(name: "controller", processID: getpid())
    self.init(
      processID: own.processID, startTicks: own.startTicks, address: endpoint.listen, port: port, timeScale: timeScale,
      byteScale: byteScale, apiKeyFile: endpoint.apiKeyFile)
  }
}

/// The files that a server keeps in a folder of results while it runs.
struct ServerFiles {
  let results: String
  private let state: StateFolder

  init(results: String) {
    self.results = results
    state = StateFolder(results: results)
  }

  /// What was decided, as in a run's `events.jsonl`, of the server that runs or ran last.
  var events: String { state.path(of: "live-events.jsonl") }
  /// The output of the processes.
  var logs: String { state.path(of: "live-logs") }
  /// The output of the server.
  var log: String { "\(logs)/controller.log" }
  /// The file for kubectl of the cluster in the server's process, if it has one.
  var kubeconfig: String { "\(logs)/kubeconfig" }
  private var record: String { state.path(of: "live-server.json") }
  private var resources: String { state.path(of: "live-resources.jsonl") }
  /// The record of a run on a Kubernetes cluster.
  var kubernetesRunFile: String { state.path(of: "live-run.json") }
  private var lock: String { state.path(of: "live-server.lock") }

  /// Makes the folders.
  func make() throws {
    try state.make()
    try FileStore.makeFolder(logs)
  }

  /// Takes the folder for a server, for as long as this process lives.
  func take() throws {
    guard try FileStore.lockForLife(lock) else {
      throw LiveError.alreadyRunning(results: results, processID: try server()?.processID)
    }
  }

  /// The process that serves or is about to, if there is one.
  func holder() throws -> Int32? {
    try FileStore.holderOfLock(lock)
  }

  /// The record of the server, if there is one.
  func server() throws -> ServerRecord? {
    guard FileStore.exists(record) else { return nil }
    return try JSONText.read(ServerRecord.self, from: record, expected: "the record of a server")
  }

  /// The server that runs.
  ///
  /// - Throws: ``LiveError`` when there is none.
  func runningServer(startCommand: String) throws -> ServerRecord {
    guard let server = try server() else { throw LiveError.noServer(results: results, command: startCommand) }
    guard server.process.isRunning else { throw LiveError.leftOvers(results: results) }
    return server
  }

  /// Writes down that this process serves, and says so.
  func announce(_ server: ServerRecord) throws {
    try save(server)
    print("Listening on \(server.address):\(server.port)")
    fflush(nil)
  }

  private func save(_ server: ServerRecord) throws {
    try FileStore.write(try JSONText.pretty(server), to: record)
  }

  /// Forgets the server and what it has made; all of it is gone.
  func forget() {
    unlink(record)
    unlink(resources)
    unlink(kubeconfig)
  }

  // MARK: What would outlive the server

  private struct Line: Codable {
    var name: String?
    var processID: Int32?
    var startTicks: UInt64?
    var segment: String?
    var network: Int?
    var machineCount: Int?
    var hardwareAddress: String?

    enum CodingKeys: String, CodingKey {
      case name, segment, network
      case processID = "process_id"
      case startTicks = "start_ticks"
      case machineCount = "machine_count"
      case hardwareAddress = "hardware_address"
    }
  }

  /// Writes down what a server makes, from here on.
  func recorder() throws -> LineWriter {
    try LineWriter(path: resources)
  }

  /// The line of something that a server makes.
  static func line(of resource: LocalResource) throws -> String {
    switch resource {
    case .process(let process):
      try JSONText.lines([
        Line(name: process.name, processID: process.processID, startTicks: process.startTicks, segment: nil)
      ])
    case .segment(let name): try JSONText.lines([Line(segment: name)])
    case .network(let network):
      try JSONText.lines([
        Line(
          network: network.number, machineCount: network.machineCount, hardwareAddress: network.hardwareAddress)
      ])
    }
  }

  /// What a server has written down; a line that it was killed in the middle of is none.
  func recordedResources() throws -> [LocalResource] {
    guard FileStore.exists(resources) else { return [] }
    return try FileStore.read(resources).split(separator: "\n").compactMap { text in
      guard let line = try? JSONDecoder().decode(Line.self, from: Data(text.utf8)) else { return nil }
      if let segment = line.segment { return .segment(segment) }
      if let network = line.network, let count = line.machineCount, let address = line.hardwareAddress {
        return .network(.init(number: network, machineCount: count, hardwareAddress: address))
      }
      guard let name = line.name, let processID = line.processID else { return nil }
      return .process(.init(name: name, processID: processID, startTicks: line.startTicks))
    }
  }
}
