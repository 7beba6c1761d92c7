import Testing

@testable import Experiments

/// Every point at which saving a result writes: whatever goes wrong there, a complete result is found afterwards.
@Suite struct RecordStoreFaultTests {
  private static let runs = "runs/coldstart/hydraserve"
  /// More than there are steps.
  private static let manySteps = 100

  /// The two runs' hashes: of the earlier result and of the one that is being saved.
  private static func hash(seed: UInt64) throws -> String {
    try Samples.inputs(seed: seed).hash(of: Samples.setting)
  }

  private static func complete(in folder: ScratchFolder) throws -> String? {
    let stored = try RecordStore(folder: folder.path).coldStart(Samples.setting, on: .runs)
    if let stored { #expect(stored.ttftSeconds.count == 5) }
    return stored?.inputHash
  }

  @Test func `a run that dies at any step leaves the earlier result or the new one`() throws {
    let (earlier, later) = (try Samples.run(seed: 1), try Samples.run(seed: 2))
    var outcomes: [String] = []
    for step in 0..<Self.manySteps {
      let disk = FaultyDisk(.death, at: step)
      try ScratchFolder.with { folder in
        try RecordStore(folder: folder.path).save(earlier, on: .runs)
        do { try RecordStore(folder: folder.path, disk: disk.writer).save(later, on: .runs) } catch is FaultyDisk.Broken
        {}
        outcomes.append(try #require(try Self.complete(in: folder), "step \(step)"))
        // The next run finds its way, and clears up.
        try RecordStore(folder: folder.path).save(later, on: .runs)
        #expect(try Self.complete(in: folder) == Self.hash(seed: 2), "step \(step)")
        #expect(try folder.names(in: Self.runs) == ["set0-a10"], "step \(step)")
      }
      if !disk.hasStruck { break }
    }
    // By hand: clear up, make the folder, six files, clear up, move the earlier result away; from the next step on,
    // moving the new one into place, it is the new one that is found, and the last step removes the earlier one.
    let (old, new) = (try Self.hash(seed: 1), try Self.hash(seed: 2))
    #expect(outcomes == Array(repeating: old, count: 11) + [new, new])
  }

  @Test func `a first run that dies at any step leaves nothing or its result`() throws {
    let run = try Samples.run(seed: 1)
    var outcomes: [String?] = []
    for step in 0..<Self.manySteps {
      let disk = FaultyDisk(.death, at: step)
      try ScratchFolder.with { folder in
        do { try RecordStore(folder: folder.path, disk: disk.writer).save(run, on: .runs) } catch is FaultyDisk.Broken {
        }
        outcomes.append(try Self.complete(in: folder))
        try RecordStore(folder: folder.path).save(run, on: .runs)
        #expect(try folder.names(in: Self.runs) == ["set0-a10"], "step \(step)")
      }
      if !disk.hasStruck { break }
    }
    let hash = try Self.hash(seed: 1)
    #expect(outcomes == Array(repeating: nil, count: 9) + [hash, hash])
  }

  @Test func `a run whose disk fails at any step says so and leaves the earlier result`() throws {
    let (earlier, later) = (try Samples.run(seed: 1), try Samples.run(seed: 2))
    var failures = 0
    for step in 0..<Self.manySteps {
      let disk = FaultyDisk(.failure, at: step)
      try ScratchFolder.with { folder in
        try RecordStore(folder: folder.path).save(earlier, on: .runs)
        do {
          try RecordStore(folder: folder.path, disk: disk.writer).save(later, on: .runs)
          #expect(try Self.complete(in: folder) == Self.hash(seed: 2), "step \(step)")
        } catch is FaultyDisk.Broken {
          failures += 1
          #expect(try Self.complete(in: folder) == Self.hash(seed: 1), "step \(step)")
          #expect(try folder.names(in: Self.runs) == ["set0-a10"], "step \(step): nothing is left behind")
        }
      }
      if !disk.hasStruck { break }
    }
    #expect(failures == 9, "a folder, six files and two moves can fail; removing what nobody reads cannot")
  }

  @Test func `eight runs of one setting at once leave one complete result, and readers always find one`() async throws {
    try await ScratchFolder.with { folder in
      let store = RecordStore(folder: folder.path)
      let runs = try (0..<8).map { try Samples.run(seed: UInt64($0)) }
      try store.save(runs[0], on: .runs)
      try await withThrowingTaskGroup(of: Bool.self) { group in
        for run in runs {
          group.addTask {
            for _ in 0..<3 { try store.save(run, on: .runs) }
            return true
          }
          group.addTask {
            try (0..<10).allSatisfy { _ in try store.coldStart(Samples.setting, on: .runs)?.ttftSeconds.count == 5 }
          }
        }
        for try await isComplete in group { #expect(isComplete) }
      }
      #expect(try folder.names(in: Self.runs) == ["set0-a10"])
      let hashes = try (0..<8).map { try Self.hash(seed: UInt64($0)) }
      #expect(try hashes.contains(#require(try Self.complete(in: folder))))
    }
  }
}
