import Foundation
import Glibc
import Testing
import WireProtocols

/// What the server writes down, as somebody reads it who looks into its files.
extension LocalUser {
  /// The record of the server that runs, and as `api_port` the port of the API server in its process, if it has one.
  func server() throws -> JSON {
    let record = try JSON(parsing: Array(try file("results/runs/state/live-server.json").utf8))
    guard case .object(let members) = record, let kubeconfig = record["kubeconfig"]?.string else { return record }
    let digits = try file(kubeconfig).split(separator: "server: https://127.0.0.1:").last?.prefix { $0.isNumber }
    let port = try #require(digits.flatMap { Int64($0) })
    return .object(members + [.init("api_port", .integer(port))])
  }

  /// The text of a file in the user's folder.
  func file(_ path: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
  }

  /// What the server has decided.
  func events() throws -> [JSON] {
    try lines("results/runs/state/live-events.jsonl")
  }

  /// The events of a recorded run.
  func events(in run: String) throws -> [JSON] {
    try lines("\(run)/events.jsonl")
  }

  /// What the server has written down of what it has made.
  func resources() throws -> [JSON] {
    try lines("results/runs/state/live-resources.jsonl")
  }

  /// The processes that the server has started, in that order.
  func processes() throws -> [Int32] {
    try resources().compactMap { $0["process_id"]?.integer.map { Int32($0) } }
  }

  /// The lines of a file in the user's folder, as far as they are whole.
  func lines(_ path: String) throws -> [JSON] {
    let text = try file(path)
    let whole = text.lastIndex(of: "\n").map { text[...$0] } ?? ""  // the server may be writing the next line
    return try whole.split(separator: "\n").map { try JSON(parsing: Array($0.utf8)) }
  }

  /// Waits until the server has decided something of a kind so many times; the test's time limit ends it otherwise.
  ///
  /// - Returns: the last of them.
  @discardableResult func event(_ kind: String, count: Int = 1) async throws -> JSON {
    while true {
      let found = try events().filter { $0["event"]?.string == kind }
      if found.count >= count { return found[count - 1] }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// Waits until the server's metrics have a line.
  func metric(_ line: String, of server: JSON) async throws {
    while try await !get(server, "/metrics").text.contains("\(line)\n") {
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  /// The processes of workers that have been started, instance by instance in the order of their ranks.
  func workers() throws -> [Int32] {
    let pods = try events().filter { $0["event"]?.string == "pods_requested" }
      .flatMap { $0["pods"]?.array?.compactMap(\.string) ?? [] }
    return try pods.flatMap { try processes(ofPod: $0) }
  }

  /// The processes whose pods belong to a Deployment.
  private func processes(ofPod name: String) throws -> [Int32] {
    try resources().filter { $0["name"]?.string?.hasPrefix("\(name)-") == true }
      .compactMap { $0["process_id"]?.integer.map { Int32($0) } }
  }

  /// The processes of the storage servers and agents whose names begin so.
  func storage(_ prefix: String) throws -> [Int32] {
    try resources().filter { $0["name"]?.string?.hasPrefix(prefix) == true }
      .compactMap { $0["process_id"]?.integer.map { Int32($0) } }
  }
}
