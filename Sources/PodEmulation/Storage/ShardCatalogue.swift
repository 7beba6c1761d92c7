import Quantities
import ServingModel
import WireProtocols

/// The weights that exist, by model, cut and scaled.
///
/// A scale of 1,000 makes a model of 13 GB one of 13 MB with the same tensors, so that real bytes flow on any machine.
public struct ShardCatalogue: Sendable {
  private let architecture: @Sendable (String) -> ModelArchitecture?
  private let byteScale: Double

  /// A catalogue.
  ///
  /// - Parameters:
  ///   - byteScale: by how much there is less of everything; at least 1.
  ///   - architecture: the architecture of a model, `vendor/name`.
  public init(byteScale: Double, architecture: @escaping @Sendable (String) -> ModelArchitecture?) {
    precondition(byteScale >= 1, "weights are scaled down, not up")
    self.byteScale = byteScale
    self.architecture = architecture
  }

  /// The weights of a stage, or, with `isRest`, what it lacks of the whole model.
  ///
  /// - Parameter model: `vendor/name`, or `vendor/name/replica`, which has the same weights.
  /// - Throws: ``PodError``.
  public func image(model: String, rank: Int, pipelineSize: Int, isRest: Bool) throws(PodError) -> SafetensorsImage {
    let parts = model.split(separator: "/")
    let name = parts.count == 3 && parts[2].allSatisfy(\.isNumber) ? parts.prefix(2).joined(separator: "/") : model
    guard let architecture = architecture(name), rank < pipelineSize else { throw .unknownModel(model) }
    do {
      return try ModelShard(of: architecture, rank: rank, pipelineSize: pipelineSize, isRest: isRest)
        .image.scaledDown(by: byteScale)
    } catch {
      throw .fetchFailed(model: model, reason: "\(error)")
    }
  }
}
