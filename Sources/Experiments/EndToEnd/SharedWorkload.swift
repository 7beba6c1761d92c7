import FoundationEssentials
import ServingModel
import WorkloadGeneration

/// The stored sample of a seed, a CV and a rate: arrivals, models and prompts, the same for every system.
///
/// A model answers anew in each system, so the answers' lengths in this file are those of no system; each run has its
/// own in `requests.jsonl`.
struct SharedWorkload: Sendable {
  let setting: EndToEndSetting
  let sample: ProductionSample
  /// What a run of the setting was drawn from.
  let drawn: Workload
  let deployments: [ModelDeployment]

  /// The file, beside the folders of the systems.
  var file: SharedFile {
    SharedFile(
      path: "\(EndToEndSetting.experiment)/workloads/\(setting.workloadName)-seed\(drawn.metadata.seed).jsonl",
      isCurrent: isCurrent, text: text)
  }

  /// Whether a file's header names the same draw and its first and last request the same models. A change of the recipe
  /// changes the number of arrivals, and another set of models the names of the last requests', too.
  private func isCurrent(_ path: String) -> Bool {
    let lines = ((try? FileStore.read(path)) ?? "").split(separator: "\n").filter { $0.hasPrefix("{") }
    guard let first = lines.first, let header = try? JSONDecoder().decode(Header.self, from: Data(first.utf8)) else {
      return false
    }
    let asked = [lines.dropFirst().first, lines.dropFirst().last].map { line in
      line.flatMap { try? JSONDecoder().decode(Asked.self, from: Data($0.utf8)) }?.model
    }
    let drawnModels = [drawn.requests.first, drawn.requests.last].map { request in
      request.map { deployments[$0.deployment].name.description }
    }
    let metadata = drawn.metadata
    return asked == drawnModels
      && header
        == Header(
          generator: metadata.generator, seed: metadata.seed, cv: metadata.cv,
          requestsPerSecond: metadata.requestsPerSecond, pooledArrivals: metadata.pooledArrivals)
  }

  private func text() throws -> String {
    do {
      let workload = try sample.workload(outputPurpose: "outputs")
      let names = deployments.map { ($0.name.description, $0.application) }
      return try TraceFile(workload, deployments: names).jsonLines()
    } catch let error as WorkloadError {
      throw UsageError(error.description)
    }
  }

  private struct Asked: Decodable {
    let model: String
  }

  private struct Header: Decodable, Equatable {
    let generator: String
    let seed: UInt64
    let cv: Double
    let requestsPerSecond: Double
    let pooledArrivals: Int

    enum CodingKeys: String, CodingKey {
      case generator, seed, cv
      case requestsPerSecond = "requests_per_second"
      case pooledArrivals = "pooled_arrivals"
    }
  }
}
