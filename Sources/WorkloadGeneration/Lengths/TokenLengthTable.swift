import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The token lengths of a production service: quantiles of prompts and answers, and how they go together.
///
/// The two lengths of a request are read from the tables at the levels of two correlated normal numbers (a Gaussian
/// copula). Given the prompt's, the answer's normal number is its correlated part plus an independent rest, so answers
/// can be drawn again for the same prompts without changing the joint law.
///
/// - Source: Azure LLM inference trace 2023, CC-BY, Azure Public Dataset.
struct TokenLengthTable: Sendable {
  private let levels: [Double]
  private let contextTokens: [Double]
  private let generatedTokens: [Double]
  /// Of the normal numbers, which the rank correlation of the lengths determines.
  private let correlation: Double

  /// The length of a prompt, and the normal number that it comes from.
  struct Context {
    let tokens: Double
    fileprivate let normal: Double
  }

  /// The lengths of the trace's conversations.
  ///
  /// - Throws: ``WorkloadError/malformedResource(name:reason:)``.
  static func conversation() throws(WorkloadError) -> TokenLengthTable {
    let name = "token lengths of the Azure LLM trace"
    let file = try BuiltInData.decode(File.self, from: PackageResources.azure_llm_lengths_json, name: name)
    let service = file.services.conversation
    guard service.levels.count > 1, service.levels.first == 0, service.levels.last == 1,
      service.contextTokens.count == service.levels.count, service.generatedTokens.count == service.levels.count
    else { throw .malformedResource(name: name, reason: "its tables have different lengths") }
    return TokenLengthTable(service)
  }

  private init(_ service: File.Service) {
    levels = service.levels
    contextTokens = service.contextTokens
    generatedTokens = service.generatedTokens
    correlation = 2 * sin(Double.pi * service.spearman / 6)
  }

  /// Draws the length of a prompt.
  func drawContext(using random: inout RandomStream) -> Context {
    let normal = random.normal()
    return Context(tokens: quantile(of: contextTokens, normal: normal), normal: normal)
  }

  /// Draws the length of the answer to a prompt.
  func drawGenerated(after context: Context, using random: inout RandomStream) -> Double {
    let rest = (1 - correlation * correlation).squareRoot() * random.normal()
    return quantile(of: generatedTokens, normal: correlation * context.normal + rest)
  }

  /// Reads a table at the level of a normal number, between two entries by linear interpolation.
  private func quantile(of table: [Double], normal: Double) -> Double {
    let level = 0.5 * erfc(-normal / 2.squareRoot())
    var low = 0
    var high = levels.count - 1
    while high - low > 1 {
      let middle = (low + high) / 2
      if levels[middle] <= level { low = middle } else { high = middle }
    }
    let part = (level - levels[low]) / (levels[high] - levels[low])
    return table[low] + part * (table[high] - table[low])
  }

  private struct File: Decodable {
    let services: Services

    struct Services: Decodable {
      let conversation: Service
    }

    struct Service: Decodable {
      let spearman: Double
      let levels: [Double]
      let contextTokens: [Double]
      let generatedTokens: [Double]
    }
  }
}
