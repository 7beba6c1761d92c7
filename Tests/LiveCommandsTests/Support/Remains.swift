import Foundation
import Glibc
import Testing
import WireProtocols

/// What a server could leave behind, looked for all over the machine and not only in its own record.
struct Remains {
  /// The port of the server.
  let port: Int
  /// The port of the API server in its process, from which the addresses of machines and pods and the names of their
  /// memory come; `nil` for a server without pods.
  let apiPort: Int?
  /// The folder that its processes work in.
  let folder: URL

  /// Checks that nothing is left: no process, no shared memory, no socket, no record, no file that was to be renamed.
  func expectNone() throws {
    let (processes, segments, sockets) = (try processes(), try segments(), try sockets())
    #expect(processes == [])
    #expect(segments == [])
    #expect(sockets == [])
    #expect(files() == [])
  }

  /// Processes whose working folder is the user's: everything that a command of theirs has started, however it ended up.
  func processes() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { name in
      guard let number = Int32(name), LocalUser.isRunning(number),
        let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd"),
        place.hasPrefix(folder.resolvingSymlinksInPath().path)
      else { return nil }
      let command = (try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)) ?? ""
      return "\(number) \(command.replacing("\0", with: " "))"
    }
  }

  /// Shared memory of its storage agents.
  func segments() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/dev/shm").filter { name in
      apiPort.map { name.hasPrefix("hydra-127.\($0 >> 8).\($0 & 255).") } ?? false
    }
  }

  /// Sockets that listen on its ports, or on an address of its pods.
  func sockets() throws -> [String] {
    // The kernel shows addresses from the last byte.
    let pods = apiPort.map { String(format: "%02X%02X7F", $0 & 255, $0 >> 8) }
    let own = ([port] + [apiPort].compactMap { $0 }).map { String(format: "0100007F:%04X", $0) }
    let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
    var found: [String] = []
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: " ")
      let (address, state) = (String(fields[1]), fields[3])
      let isListening = state == "0A"
      let isPods = pods.map { address.dropFirst(2).hasPrefix($0) } ?? false
      if isListening, isPods || own.contains(address) { found.append(address) }
    }
    return found
  }

  /// Records of a server that runs, and files that were yet to be renamed.
  func files() -> [String] {
    let state = folder.appendingPathComponent("results")
    let all = FileManager.default.enumerator(atPath: state.path)?.compactMap { $0 as? String } ?? []
    return all.filter {
      ["live-server.json", "live-resources.jsonl", "kubeconfig"].contains(URL(fileURLWithPath: $0).lastPathComponent)
        || $0.hasSuffix(".partial") || $0.hasSuffix(".tmp")
    }
  }
}
