import Quantities

/// One tensor of a model's weights, by name and shape; its values do not matter here.
public struct TensorShape: Hashable, Sendable {
  /// The name, as a checkpoint or an inference engine spells it.
  public let name: String
  /// The length of each dimension.
  public let shape: [Int]

  /// All models are served in 16-bit floating point.
  static let bytesPerElement = 2

  /// A tensor of a name and shape.
  public init(name: String, shape: [Int]) {
    self.name = name
    self.shape = shape
  }

  /// The size of its values at 2 bytes per element.
  public var byteCount: ByteCount {
    .bytes(Int64(shape.reduce(Self.bytesPerElement, *)))
  }
}
