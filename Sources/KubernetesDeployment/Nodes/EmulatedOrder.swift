/// When a worker was ordered, as its pod on an emulated node is told.
///
/// The start of a pod was fitted to times from the order on, so what API server, controllers, scheduler and kubelet take is
/// a part of it there and does not come on top. Real nodes take what they take, and their objects never carry it.
public struct EmulatedOrder: Hashable, Sendable {
  /// The annotation of a pod.
  public static let key = "hydraserve-repro/emulated-ordered-at"

  /// Nanoseconds since this machine was started, which all its processes can tell.
  public let nanosecondsSinceBoot: Int64

  /// An order that is given at a moment.
  public init(nanosecondsSinceBoot: Int64) {
    self.nanosecondsSinceBoot = nanosecondsSinceBoot
  }

  /// Reads the annotation of a pod; `nil` when it is no moment.
  public init?(_ text: String) {
    guard let nanoseconds = Int64(text), nanoseconds >= 0 else { return nil }
    nanosecondsSinceBoot = nanoseconds
  }

  /// The moment as the annotation has it.
  public var text: String { "\(nanosecondsSinceBoot)" }
}
