import Foundation
import Glibc
import LoadGeneration
import NIOCore
import NIOPosix
import Quantities
import ServingModel

/// The controller as users start it, between the load generator and an engine that answers at a fixed pace.
///
/// 1,000 requests a second, each answered over 2 s, so that 2,000 streams are open on some 250 of 400 possible instances. What the controller
/// adds to a request is the time from the client's send to the engine's receipt, and from the engine's first chunk to the
/// client's stamp of it: both hops, and what client and engine themselves add, are in it. Memory is what the process holds
/// more than before the first request, by stream. Three busy threads share the cores of the machine.
struct ControllerBenchmark {
  private static let requestsPerSecond = 1000
  private static let seconds = 10
  /// Requests of the first seconds meet instances that are yet to be made.
  private static let settled = 3.0

  static func run() async throws {
    for (writes, milliseconds) in [(20, 100), (5, 400)] {
      print("controller, a chunk for each stream every \(milliseconds) ms:")
      try await measure(
        PacedServer.Pace(
          writes: writes, interval: .milliseconds(Int64(milliseconds)), requests: requestsPerSecond * seconds))
    }
  }

  private static func measure(_ pace: PacedServer.Pace) async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let engine = try await PacedServer.start(pace, on: group.next())
    let folder = FileManager.default.temporaryDirectory.path + "/benchmark-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try configuration.write(toFile: "\(folder)/config.yaml", atomically: true, encoding: .utf8)
    try call("label-nodes", ["--share"] + common(folder))
    try call(
      "start-server",
      ["0", "serverless_vllm", "one", "many", "0", "0", "--cluster", "local", "--port", "0", "--engine", "openai"]
        + ["--engine-url", "http://127.0.0.1:\(engine.port)"] + common(folder))
    defer { try? call("stop-server", ["--results", "\(folder)/results", "--quiet", "--patience-seconds", "5"]) }
    let server = try Server(results: "\(folder)/results")
    let memoryBefore = try server.residentBytes()
    var (mostOpen, memory) = (0, memoryBefore)
    var source = OpenLoop(LoadgenBenchmark.load(requestsPerSecond, seconds: seconds))
    let target = LoadTarget(url: "http://127.0.0.1:\(server.port)", models: ["facebook/opt-2.7b/0"])
    let generator = try LoadGenerator(target: target)
    let startedAt = monotonicNanoseconds()
    let report = try generator.run(&source) { progress in
      mostOpen = max(mostOpen, progress.running)
      memory = max(memory, (try? server.residentBytes()) ?? 0)
    }
    show(report, engine.stamps, startedAt, mostOpen: mostOpen, memory: memory - memoryBefore)
    try await group.shutdownGracefully()
  }

  private static func show(
    _ report: LoadReport, _ stamps: PacedServer.Stamps, _ startedAt: Int64, mostOpen: Int, memory: Int
  ) {
    let completed = report.measurements.filter { $0.outcome == .completed }
    var (there, back, both): ([Double], [Double], [Double]) = ([], [], [])
    for measurement in completed where measurement.sentAt.inSeconds >= settled {
      guard let first = measurement.firstTokenAt else { continue }
      let stamp = stamps[measurement.request.id - 1]
      let request = Double(stamp.received - startedAt - measurement.sentAt.nanoseconds) / 1e6
      let answer = Double(startedAt + first.nanoseconds - stamp.first) / 1e6
      there.append(request)
      back.append(answer)
      both.append(request + answer)
    }
    func text(_ sample: [Double]) -> String {
      let quantiles = Quantiles(sample)
      return [quantiles.median, quantiles.p99, quantiles.max].map { "\(Figures.rounded($0))" }.joined(separator: ", ")
    }
    Figures.print([
      ("requests completed", "\(completed.count) of \(report.measurements.count)"),
      ("most open streams", "\(mostOpen)"),
      ("send drift p99 (ms)", "\(Figures.rounded(report.sendDrift.p99))"),
      ("added to a request p50, p99, max (ms)", text(there)),
      ("added to the first chunk p50, p99, max (ms)", text(back)),
      ("added in all p50, p99, max (ms)", text(both)),
      ("memory for each open stream (KiB)", "\(Figures.rounded(Double(memory) / 1024 / Double(max(mostOpen, 1))))"),
    ])
  }

  /// A testbed with room for 400 instances of one model, eight requests each.
  private static let configuration = """
    testbeds:
      many:
        gpu_servers: [{type: ecs.gn7i-c32g1.32xlarge, count: 100, name: a10}]
        storage_servers: [{type: ecs.gn7i-c32g1.16xlarge, count: 200, name: store}]
    backends:
      many:
        testbed: many
        uses: [ecs.gn7i-c32g1.32xlarge]
        storage_preference: largest_first
        serverlessllm_pool_gib: 16
        evicting_models: [facebook/opt-2.7b, facebook/opt-6.7b]
    model_sets:
      one:
        - {model: facebook/opt-2.7b, ttft_slo_ms: 9000, tpot_slo_ms: 200}
    """

  private static func common(_ folder: String) -> [String] {
    ["--results", "\(folder)/results", "--config", "\(folder)/config.yaml", "--quiet"]
  }

  private static func call(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    process.executableURL = URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(program)
    process.arguments = arguments
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ExitCode(program: program, status: process.terminationStatus) }
  }

  private struct ExitCode: Error, CustomStringConvertible {
    let program: String
    let status: Int32
    var description: String { "\(program) ended with \(status); run `make build` first." }
  }

  /// The controller's process.
  private struct Server {
    let processID: Int
    let port: Int

    private struct Record: Decodable {
      let process_id: Int
      let port: Int
    }

    init(results: String) throws {
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(results)/runs/state/live-server.json"))
      let record = try JSONDecoder().decode(Record.self, from: data)
      (processID, port) = (record.process_id, record.port)
    }

    /// What it holds of the machine's memory.
    func residentBytes() throws -> Int {
      let fields = try String(contentsOfFile: "/proc/\(processID)/statm", encoding: .utf8).split(separator: " ")
      return (Int(fields[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    }
  }
}
