import FoundationEssentials
import Policies
import Scheduling
import ServingModel

/// A policy that is a program of its own, in any language: it reads events and writes commands, a line of JSON each.
///
/// `docs/your-own-policy.md` has the protocol.
public struct ExternalPolicy: ServingPolicy {
  /// The name.
  public let name: String
  /// What figures and tables print.
  public let label: String
  /// How the nodes must be labelled.
  public let gpuIsolation: GPUIsolation
  /// Whose workers it starts.
  public let workers: OwnSystem.Workers
  /// Whether fetched models stay in host memory.
  public let usesHostMemoryCache: Bool
  /// The program and its arguments.
  public let command: [String]
  /// How long it may take for an answer.
  public let timeout: Duration

  /// Its program takes what time it takes.
  public let needsVirtualTime = true

  /// How long a program may take for an answer if nothing else is said: ample for an interpreter to start.
  public static let usualTimeout = Duration.seconds(10)

  /// A policy behind a command.
  ///
  /// - Precondition: the command has a word.
  public init(
    name: String, label: String? = nil, gpuIsolation: GPUIsolation = .shared, workers: OwnSystem.Workers = .hydraServe,
    usesHostMemoryCache: Bool = false, command: [String], timeout: Duration = usualTimeout
  ) {
    precondition(!command.isEmpty, "a command has a word")
    self.name = name
    self.label = label ?? name
    self.gpuIsolation = gpuIsolation
    self.workers = workers
    self.usesHostMemoryCache = usesHostMemoryCache
    self.command = command
    self.timeout = timeout
  }

  /// What a word begins with that is a command and no name.
  public static let commandPrefix = "exec:"

  /// The policy of a word such as `exec:python3 my_policy.py`, named after its file; `nil` for a word that is no command.
  ///
  /// Words of the command are separated by spaces.
  public init?(word: String) {
    guard word.hasPrefix(Self.commandPrefix) else { return nil }
    let command = word.dropFirst(Self.commandPrefix.count).split(separator: " ").map(String.init)
    guard let program = command.first else { return nil }
    let file = command.first(where: Self.isFile) ?? program
    self.init(name: Self.name(ofFile: file), command: command)
  }

  /// A file's name as a policy's: without folder and ending, in lower case, hyphens for what is no letter or digit.
  static func name(ofFile path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let base = file.lastIndex(of: ".").map { $0 > file.startIndex ? String(file[..<$0]) : file } ?? file
    return String(base.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  /// The command and what is in the files that it names; what these load besides is not seen.
  public var fingerprint: String {
    let files = command.filter(Self.isFile).map { path in
      (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return (command + files).joined(separator: "\n")
  }

  private static func isFile(_ path: String) -> Bool {
    var isFolder = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder
  }

  /// A control plane that starts the program; if that is impossible, one that has failed already.
  public func controlPlane(for settings: PolicySettings) -> any ControlPlane {
    ExternalControlPlane(policy: self, settings: settings)
  }
}
