/// What records, figures and clusters have to know of a policy that is not the paper's.
public struct OwnSystem: Hashable, Sendable {
  /// Whose workers an own policy starts: what of a cold start overlaps, and in which order.
  public enum Workers: String, CaseIterable, Hashable, Sendable {
    /// HydraServe's: the node's storage agent fetches while the container starts, the load follows the fetch.
    case hydraServe = "hydraserve"
    /// Plain vLLM's: everything one after the other.
    case serverlessVLLM = "serverless_vllm"
    /// ServerlessLLM's: one after the other, with a fast copy from host memory.
    case serverlessLLM = "serverlessllm"

    /// The system of the paper that has these workers.
    public var system: ServingSystem {
      switch self {
      case .hydraServe: .hydraServe
      case .serverlessVLLM: .serverlessVLLM
      case .serverlessLLM: .serverlessLLM
      }
    }
  }

  /// The identifier.
  public let name: String
  /// What figures print.
  public let label: String
  /// How the nodes must be labelled.
  public let gpuIsolation: GPUIsolation
  /// Whose workers it starts.
  public let workers: Workers
  /// Whether whole models that were fetched stay in host memory.
  public let usesHostMemoryCache: Bool

  /// An own policy, as records and figures know it.
  public init(
    name: String, label: String, gpuIsolation: GPUIsolation = .shared, workers: Workers = .hydraServe,
    usesHostMemoryCache: Bool = false
  ) {
    self.name = name
    self.label = label
    self.gpuIsolation = gpuIsolation
    self.workers = workers
    self.usesHostMemoryCache = usesHostMemoryCache
  }

  /// The longest name.
  static let longestName = 40

  /// What is wrong with a name, which becomes a folder, a word on command lines and a field of a CSV; `nil` for a good
  /// one.
  public static func problem(withName name: String) -> String? {
    if ServingSystem.published.contains(where: { $0.rawValue == name }) {
      return "it is the name of a system of the paper; choose another one."
    }
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let isPlain = name.utf8.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-") }
    guard isPlain, let first = name.utf8.first, letters.contains(first), !name.hasSuffix("-"),
      name.utf8.count <= longestName
    else {
      return "use up to \(longestName) lower-case letters, digits and hyphens, with a letter first and no hyphen last."
    }
    return nil
  }
}
