import Foundation
import Glibc
import Testing
import WireProtocols

/// Machines with network namespaces of their own, where the tests may make them.
@Suite(.serialized, .timeLimit(.minutes(2)), .enabled(if: NetworkNamespaces.mayBeMade, NetworkNamespaces.missing))
struct NetworkNamespaceTests {
  @Test func `a cold start goes over links that the kernel shapes, and nothing of them is left`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await Self.start(user)
    #expect(try await user.chat(server, tokens: 3, model: "facebook/opt-2.7b/0").status == 200)
    let (spaces, bridge) = try Self.parts(of: user)
    #expect(spaces.count == 2, "a GPU server and a storage server")
    // 16 Gbit/s, in a world that is 100 times faster with 100,000 times smaller bytes
    #expect(try await user.run("/sbin/tc -n \(spaces[0]) qdisc show dev eth0").output.contains("rate 16Mbit"))
    try await user.stop(server)
    Self.expectGone(spaces, bridge)
  }

  @Test func `networks of a killed server are found by its record`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await Self.start(user)
    let (spaces, bridge) = try Self.parts(of: user)
    let controller = Int32(try #require(server["process_id"]?.integer))
    kill(controller, SIGKILL)
    while LocalUser.isRunning(controller) { try await Task.sleep(for: .milliseconds(5)) }
    let cleaned = try await user.run("stop-server --clean")
    #expect(cleaned.output.contains("Ended network \(bridge)."), "\(cleaned.output)")
    Self.expectGone(spaces, bridge)
    try user.remove()
  }

  @Test func `nothing is left of the network of a server that is killed while it starts`() async throws {
    let before = try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")
    try await ShutdownTests.killDuringStart("--netns", leavesNetwork: true)
    let after = try FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")
    #expect(Set(after).subtracting(before).filter { $0.hasPrefix("hydra") || $0.hasPrefix("hv") } == [])
  }

  @Test func `a network of the same name that is another's is left alone`() async throws {
    let user = try LocalUser(configuration: LocalUser.oneNode)
    let server = try await Self.start(user)
    let (spaces, bridge) = try Self.parts(of: user)
    // Somebody whose network had the same number once and was not removed by their server.
    let other = try LocalUser(configuration: LocalUser.oneNode)
    let state = other.folder.appendingPathComponent("results/runs/state")
    try FileManager.default.createDirectory(at: state, withIntermediateDirectories: true)
    let record = """
      {"network":\(bridge.dropFirst("hydra".count)),"machine_count":2,"hardware_address":"02:00:00:00:00:00"}

      """
    try Data(record.utf8).write(to: state.appendingPathComponent("live-resources.jsonl"))
    #expect(try await other.run("stop-server --clean").output.contains("nothing is left of one"))
    #expect(FileManager.default.fileExists(atPath: "/run/netns/\(spaces[0])"))
    try other.remove()
    try await user.stop(server)
    Self.expectGone(spaces, bridge)
  }

  private static func start(_ user: LocalUser) async throws -> JSON {
    try await user.startServer(
      "0 hydraserve_with_single_worker one one 0 0", options: "--config one.yaml --netns")
  }

  /// The namespaces and the bridge of the network that a server has written down.
  private static func parts(of user: LocalUser) throws -> ([String], String) {
    let networks = try user.resources().filter { $0["network"] != nil }
    let network = try #require(networks.first)
    let bridge = "hydra\(try #require(network["network"]?.integer))"
    let spaces = (0..<(try #require(network["machine_count"]?.integer))).map { "\(bridge)-\($0)" }
    for space in spaces { #expect(FileManager.default.fileExists(atPath: "/run/netns/\(space)")) }
    return (spaces, bridge)
  }

  private static func expectGone(_ spaces: [String], _ bridge: String) {
    for space in spaces { #expect(!FileManager.default.fileExists(atPath: "/run/netns/\(space)"), "\(space)") }
    let links = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/class/net")) ?? []
    let ports = spaces.map { $0.replacing("hydra", with: "hv") }
    #expect(!links.contains(bridge) && links.allSatisfy { !ports.contains($0) }, "\(links)")
  }
}

/// Whether network namespaces can be made here.
private enum NetworkNamespaces {
  static let missing: Comment = "network namespaces take root, iproute2 and a kernel that lets one make them"

  static let mayBeMade: Bool = {
    let name = "hydra-probe-\(getpid())"
    guard geteuid() == 0, ip("netns add \(name)") else { return false }
    return ip("netns del \(name)")
  }()

  /// Runs `ip` and says whether it could.
  private static func ip(_ arguments: String) -> Bool {
    var words = (["ip"] + arguments.split(separator: " ").map(String.init)).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    var processID: pid_t = 0
    guard posix_spawnp(&processID, "ip", nil, nil, words, environ) == 0 else { return false }
    var status: Int32 = 0
    waitpid(processID, &status, 0)
    return status == 0
  }
}
