import GoldenData
import Testing

@testable import PodEmulation

@Suite struct LocalStoreOracleTests {
  @Test func `free space is divided and joined as in the published store`() throws {
    for golden in try GoldenData.cases("local_store.json", kind: "free_list") {
      let number = try golden["i"].int
      var space = SegmentSpace(size: try golden["size"].int)
      for step in try golden["steps"].array {
        let arguments = try step[1].array.map { try $0.int }
        if try step[0].string == "allocate" {
          let address = space.allocate(arguments[0])
          #expect(try address == Self.address(step[2]))
        } else {
          space.free(arguments[0]..<arguments[0] + arguments[1])
        }
        #expect(try space.freeBlocks == Self.blocks(step[3]), "case \(number)")
      }
    }
  }

  @Test func `places, evictions and answers are those of the published store`() throws {
    for golden in try GoldenData.cases("local_store.json", kind: "cache") {
      let number = try golden["i"].int
      var store = SegmentStore<Int>(size: try golden["size"].int)
      for step in try golden["steps"].array {
        let arguments = try step[1].array
        var evicted: [Int] = []
        switch try step[0].string {
        case "store":
          let result = store.insert(
            try arguments[0].int, size: try arguments[1].int, isCached: try arguments[2].bool)
          #expect(try result.address == Self.address(step[2]))
          evicted = result.evicted
        case "begin_serving" where try store.contains(arguments[0].int): store.beginUse(try arguments[0].int)
        case "end_serving" where try store.contains(arguments[0].int): store.endUse(try arguments[0].int)
        case "begin_serving", "end_serving": break  // of a shard without a place
        default:
          let key = Int(try arguments[0].string.dropFirst()) ?? -1
          let answer = store.cachedKeys.contains(key) ? 3 : store.wasEvicted(key) ? 1 : 2
          #expect(try answer == step[2].int)
        }
        #expect(try store.freeBlocks == Self.blocks(step[3]), "case \(number)")
        #expect(try store.cachedKeys == step[4].array.map { try $0.int })
        #expect(try evicted.sorted() == step[5].array.map { try $0.int })
      }
    }
  }

  @Test func `a shard that is being filled is not evicted, unlike in the published store`() {
    var store = SegmentStore<Int>(size: 100)
    _ = store.insert(0, size: 60, isCached: true)
    store.beginFilling(0)
    let refused = store.insert(1, size: 60, isCached: true)
    #expect(refused.address == nil && refused.evicted.isEmpty)
    store.endFilling(0)
    let placed = store.insert(1, size: 60, isCached: true)
    #expect(placed.address == 0 && placed.evicted == [0])
  }

  @Test func `stages fetched for workers that never came are given up, the oldest first`() {
    var store = SegmentStore<Int>(size: 120)
    for (key, isCached) in [(1, true), (2, false), (3, false), (4, false)] {
      #expect(store.insert(key, size: 30, isCached: isCached).address != nil)
      store.beginFilling(key)
      if key < 4 { store.endFilling(key) }
    }
    store.beginUse(2)
    #expect(store.giveUpOldestUnused() == 3, "1 is cached, 2 is used, 4 is being filled")
    #expect(store.giveUpOldestUnused() == nil)
    store.endFilling(4)
    #expect(store.giveUpOldestUnused() == 4)
    #expect(store.contains(1) && store.contains(2) && store.freeBlocks == [60..<120])
  }

  @Test func `a stage stays until somebody has used it, also when it leaves while being filled`() {
    var store = SegmentStore<Int>(size: 100)
    _ = store.insert(0, size: 60, isCached: false)
    store.beginFilling(0)
    store.endFilling(0)
    #expect(store.contains(0), "prefetched and not yet read")
    store.beginUse(0)
    store.endUse(0)
    #expect(!store.contains(0) && store.freeBlocks == [0..<100])
    _ = store.insert(1, size: 60, isCached: false)
    store.beginFilling(1)
    store.beginUse(1)
    store.endUse(1)
    #expect(store.contains(1), "its bytes are still arriving")
    store.endFilling(1)
    #expect(!store.contains(1))
  }

  private static func address(_ value: JSONValue) throws -> Int? {
    value.isNull ? nil : try value.int
  }

  private static func blocks(_ value: JSONValue) throws -> [Range<Int>] {
    try value.array.map { try $0[0].int..<$0[1].int }
  }
}
