import Foundation
import ServingModel
import Testing

@testable import Experiments

/// The end-to-end results that come with the toolkit.
@Suite struct PrecomputedEndToEndTests {
  static let folder = "\(Samples.committedResults)/precomputed/endtoend"
  static let areThere = FileManager.default.fileExists(atPath: folder)

  /// One setting of each CV and rate, of three systems.
  static let settings = [
    EndToEndSetting(system: .hydraServe, cv: 8, requestsPerSecond: 0.6),
    EndToEndSetting(system: .serverlessLLM, cv: 4, requestsPerSecond: 0.7),
    EndToEndSetting(system: .hydraServeWithCache, cv: 2, requestsPerSecond: 0.8),
  ]

  @Test(.enabled(if: areThere, "no end-to-end results are committed"), arguments: settings)
  func `the precomputed result is what a run gives now`(setting: EndToEndSetting) throws {
    let stored = try #require(try RecordStore(folder: Samples.committedResults).endToEnd(setting, on: .precomputed))
    let runner = try EndToEndSamples.runner(
      "/nowhere", seeds: stored.seeds.count, seed: try #require(stored.seeds.first).seed)
    for file in try runner.run(setting).files(for: .precomputed) {
      let committed = try Samples.committed("results/precomputed/\(setting.folder)/\(file.name)")
      // Compared first: a difference of two long texts takes long to describe.
      let isSame = file.text == committed
      #expect(isSame, "\(file.name) has changed; run `make precomputed`, and say in the commit why")
    }
  }

  @Test(.enabled(if: areThere, "no end-to-end results are committed"))
  func `all settings are there, each says of its requests what they say, and they take little room`() throws {
    let store = RecordStore(folder: Samples.committedResults)
    let configuration = try Samples.configuration()
    for setting in EndToEndSetting.figure9 {
      let stored = try #require(try store.endToEnd(setting, on: .precomputed), "\(setting)")
      let deployments = try ServingDeployment(endToEnd: setting, configuration: configuration).deployments
      let reanalysed = try store.reanalysed(setting, deployments: deployments)
      #expect(reanalysed == stored.seeds.first, "\(setting)")
    }
    let sizes = try FileManager.default.subpathsOfDirectory(atPath: Self.folder).map { name -> Int in
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(Self.folder)/\(name)")
      return attributes[.type] as? FileAttributeType == .typeRegular ? attributes[.size] as? Int ?? 0 : 0
    }
    #expect(sizes.reduce(0, +) <= 6_000_000)
  }
}
