import Quantities
import Testing

@testable import Scheduling

@Suite struct HostMemoryStoreTests {
  /// Three models of 10 bytes in a store of 35, "a" the least recently used.
  private var abc: HostMemoryStore<String> {
    var store = HostMemoryStore<String>(capacity: .bytes(35))
    for name in ["a", "b", "c"] {
      #expect(store.insert(model: name, bytes: .bytes(10)) == .inserted(evicting: []))
    }
    return store
  }

  @Test func `an empty store holds nothing`() {
    let store = HostMemoryStore<String>(capacity: .bytes(35))
    #expect(!store.contains("a"))
    #expect(store.models.isEmpty)
    #expect(store.used == .zero)
  }

  @Test func `what fits is held and nothing gives way`() {
    let store = abc
    #expect(store.models == ["a", "b", "c"])
    #expect(store.contains("b"))
    #expect(store.used == .bytes(30))
  }

  @Test func `room is made by the least recently used, in order, and by no more of them than needed`() {
    var store = abc
    #expect(store.insert(model: "d", bytes: .bytes(20)) == .inserted(evicting: ["a", "b"]))
    #expect(store.models == ["c", "d"])
    #expect(store.used == .bytes(30))
  }

  @Test func `a model that fits to the byte evicts nothing`() {
    var store = abc
    #expect(store.insert(model: "d", bytes: .bytes(5)) == .inserted(evicting: []))
    #expect(store.used == store.capacity)
  }

  @Test func `a touched model gives way last`() {
    var store = abc
    store.touch("a")
    #expect(store.insert(model: "d", bytes: .bytes(20)) == .inserted(evicting: ["b", "c"]))
    #expect(store.models == ["a", "d"])
  }

  @Test func `asking whether a model is held is not using it`() {
    var store = abc
    #expect(store.contains("a"))
    #expect(store.insert(model: "d", bytes: .bytes(10)) == .inserted(evicting: ["a"]))
  }

  @Test func `inserting a model that is held counts as using it`() {
    var store = abc
    #expect(store.insert(model: "a", bytes: .bytes(10)) == .alreadyHeld)
    #expect(store.used == .bytes(30))
    #expect(store.models == ["b", "c", "a"])
  }

  @Test func `a pinned model never gives way, not even as the oldest`() {
    var store = abc
    store.pin("a")
    #expect(store.insert(model: "d", bytes: .bytes(20)) == .inserted(evicting: ["b", "c"]))
    #expect(store.models == ["a", "d"])
  }

  @Test func `a model that cannot fit beside the pinned ones is refused and nothing changes`() {
    var store = abc
    store.pin("b")
    #expect(store.insert(model: "d", bytes: .bytes(26)) == .refused(missing: .bytes(1)))
    #expect(store.models == ["a", "b", "c"])
    #expect(store.used == .bytes(30))
    #expect(store.insert(model: "d", bytes: .bytes(25)) == .inserted(evicting: ["a", "c"]))
  }

  @Test func `a model larger than the store is refused`() {
    var store = HostMemoryStore<String>(capacity: .bytes(35))
    #expect(store.insert(model: "a", bytes: .bytes(40)) == .refused(missing: .bytes(5)))
    #expect(!store.contains("a"))
  }

  @Test func `a model stays until it is unpinned as often as pinned`() {
    var store = abc
    store.pin("a")
    store.pin("a")
    store.unpin("a")
    #expect(store.insert(model: "d", bytes: .bytes(10)) == .inserted(evicting: ["b"]))
    store.unpin("a")
    #expect(store.insert(model: "e", bytes: .bytes(10)) == .inserted(evicting: ["a"]))
  }

  @Test func `a removed model leaves its room`() {
    var store = abc
    store.remove("b")
    #expect(store.models == ["a", "c"])
    #expect(store.insert(model: "d", bytes: .bytes(15)) == .inserted(evicting: []))
  }

  @Test(arguments: UInt64(0)..<100)
  func `the store never overfills and never loses a pinned model`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    var store = HostMemoryStore<Int>(capacity: .bytes(100))
    var pins = [Int](repeating: 0, count: 12)
    let size = (0..<12).map { _ in ByteCount.bytes(.random(in: 1...40, using: &random)) }
    for _ in 0..<300 {
      let model = Int.random(in: 0..<12, using: &random)
      let before = store.models
      switch Int.random(in: 0..<4, using: &random) {
      case 0 where store.contains(model) && pins[model] < 2:
        store.pin(model)
        pins[model] += 1
      case 1 where pins[model] > 0:
        store.unpin(model)
        pins[model] -= 1
      default:
        if case .inserted(let evicted) = store.insert(model: model, bytes: size[model]) {
          #expect(evicted == before.filter { !store.contains($0) })
          #expect(store.models == before.filter { !evicted.contains($0) } + [model])
        }
      }
      #expect(store.used <= store.capacity)
      #expect(store.used == store.models.reduce(.zero) { $0 + size[$1] })
      #expect((0..<12).allSatisfy { pins[$0] == 0 || store.contains($0) })
    }
  }
}
