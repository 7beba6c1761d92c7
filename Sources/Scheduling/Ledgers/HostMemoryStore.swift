import Quantities

/// The models that a server keeps in host memory, and which of them give way to another.
///
/// Room is made by evicting the least recently used models; one that is being filled or read is pinned and stays. The
/// store decides only what is held: the moving of bytes is the owner's.
///
/// - Complexity: O(n) in the number of models held, some tens on a server.
public struct HostMemoryStore<Model: Hashable & Sendable>: Sendable {
  /// What became of an insertion.
  public enum Insertion: Hashable, Sendable {
    /// The model is held now, in place of those evicted, least recently used first.
    case inserted(evicting: [Model])
    /// The model was held already and counts as used now.
    case alreadyHeld
    /// Nothing changed: so much memory would be missing with every model evicted that is not pinned.
    case refused(missing: ByteCount)
  }

  private struct Entry {
    let model: Model
    let bytes: ByteCount
    var pins = 0
  }

  /// How much the store may hold.
  public let capacity: ByteCount
  /// How much it holds.
  public private(set) var used = ByteCount.zero
  /// Least recently used first.
  private var entries: [Entry] = []

  /// An empty store.
  ///
  /// - Precondition: the capacity is not negative.
  public init(capacity: ByteCount) {
    precondition(capacity >= .zero, "a store holds no less than nothing")
    self.capacity = capacity
  }

  /// The models held, least recently used first.
  public var models: [Model] {
    entries.map(\.model)
  }

  /// Whether a model is held; asking is not using.
  public func contains(_ model: Model) -> Bool {
    place(of: model) != nil
  }

  /// Holds a model, evicting the least recently used ones as far as needed.
  ///
  /// The model is not pinned: an owner that fills it over time pins it next.
  ///
  /// - Precondition: the size is not negative, and a model that is held has that size.
  public mutating func insert(model: Model, bytes: ByteCount) -> Insertion {
    precondition(bytes >= .zero, "a model is no smaller than nothing")
    if let place = place(of: model) {
      precondition(entries[place].bytes == bytes, "a model has one size")
      touch(model)
      return .alreadyHeld
    }
    let pinned = entries.reduce(ByteCount.zero) { sum, entry in entry.pins > 0 ? sum + entry.bytes : sum }
    guard pinned + bytes <= capacity else { return .refused(missing: pinned + bytes - capacity) }
    var evicted: [Model] = []
    while used + bytes > capacity {
      guard let oldest = entries.firstIndex(where: { $0.pins == 0 }) else {
        preconditionFailure("what is not pinned leaves enough room")
      }
      evicted.append(drop(at: oldest))
    }
    entries.append(Entry(model: model, bytes: bytes))
    used += bytes
    return .inserted(evicting: evicted)
  }

  /// Marks a model as used now.
  ///
  /// - Precondition: the model is held.
  public mutating func touch(_ model: Model) {
    entries.append(entries.remove(at: heldPlace(of: model)))
  }

  /// Keeps a model from being evicted until it is unpinned as often as it was pinned.
  ///
  /// - Precondition: the model is held.
  public mutating func pin(_ model: Model) {
    entries[heldPlace(of: model)].pins += 1
  }

  /// Takes back one `pin`.
  ///
  /// - Precondition: the model is held and pinned.
  public mutating func unpin(_ model: Model) {
    let place = heldPlace(of: model)
    precondition(entries[place].pins > 0, "a model is unpinned no more often than pinned")
    entries[place].pins -= 1
  }

  /// Drops a model out of turn, for example one whose filling failed.
  ///
  /// - Precondition: the model is held and not pinned.
  public mutating func remove(_ model: Model) {
    let place = heldPlace(of: model)
    precondition(entries[place].pins == 0, "a pinned model is in use")
    _ = drop(at: place)
  }

  private func place(of model: Model) -> Int? {
    entries.firstIndex { $0.model == model }
  }

  private func heldPlace(of model: Model) -> Int {
    guard let place = place(of: model) else { preconditionFailure("the model is not held") }
    return place
  }

  private mutating func drop(at place: Int) -> Model {
    let entry = entries.remove(at: place)
    used -= entry.bytes
    return entry.model
  }
}
