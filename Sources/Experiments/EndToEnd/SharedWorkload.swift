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
  let metadata: WorkloadMetadata
  let deployments: [ModelDeployment]

  /// The file, beside the folders of the systems.
  var file: SharedFile {
    SharedFile(
      path: "\(EndToEndSetting.experiment)/workloads/\(setting.workloadName)-seed\(metadata.seed).jsonl",
      isCurrent: isCurrent, text: text)
  }

  /// Whether a file's header names the same draw. A change of the recipe changes the number of arrivals, too.
  private func isCurrent(_ path: String) -> Bool {
    guard let text = try? FileStore.read(path), let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")),
      let header = try? JSONDecoder().decode(Header.self, from: Data(text.utf8[..<end]))
    else { return false }
    return header
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
