import Quantities

/// What preparing a cluster will take, said before it starts.
///
/// Estimates from sizes and rates that are assumed and stated; what is certain is what they are multiplied with. Nodes
/// with GPUs cost while they wait, so their GPUs count for the whole time.
public struct PreparationCost: Hashable, Sendable {
  /// A step with its time.
  public struct Step: Hashable, Sendable {
    /// What is done.
    public let name: String
    /// How long it takes.
    public let minutes: Double
    /// How that comes.
    public let reason: String
  }

  /// The steps in order.
  public let steps: [Step]
  /// How many GPUs the nodes have.
  public let gpus: Int

  /// What a GPU node fetches: engine and storage agent. Assumed, since registries were not asked.
  public static let imageSize = ByteCount.gigabytes(20)
  /// What a disk reads or writes; a cloud disk of the common kind.
  public static let diskRate = Bandwidth(bytesPerSecond: 200e6)
  /// Each model is cut for pipelines of 1, 2, 3 and 4 stages.
  static let pipelineSizes = 4.0

  /// The cost of preparing.
  ///
  /// - Parameters:
  ///   - gpus: how many GPUs the nodes have.
  ///   - models: the sizes of all models, which every storage node gets.
  ///   - internet: the rate at which a node downloads.
  ///   - fetchesImages: whether images are fetched.
  ///   - fetchesModels: whether models are downloaded.
  ///   - cutsModels: whether they are also cut.
  public init(
    gpus: Int, models: [ByteCount], internet: Bandwidth, fetchesImages: Bool, fetchesModels: Bool, cutsModels: Bool
  ) {
    func minutes(_ bytes: Double, _ rate: Bandwidth) -> Double { bytes / rate.bytesPerSecond / 60 }
    var steps: [Step] = []
    let rate = "\(Int(internet.inGbps * 1000)) Mb/s"
    if fetchesImages {
      let size = Self.imageSize
      steps.append(
        Step(
          name: "images", minutes: minutes(Double(size.bytes), internet),
          reason: "\(Int(size.inGigabytes)) GB a node at \(rate), all nodes at once"))
    }
    if fetchesModels {
      let bytes = models.reduce(0) { $0 + Double($1.bytes) }
      steps.append(
        Step(
          name: "download", minutes: minutes(bytes, internet),
          reason: "\(Int((bytes / 1e9).rounded())) GB a storage node at \(rate)"))
      if cutsModels {
        steps.append(
          Step(
            name: "partition", minutes: minutes(bytes * 2 * Self.pipelineSizes, Self.diskRate),
            reason: "read and write for 1 to 4 stages at 200 MB/s"))
      }
    }
    self.steps = steps
    self.gpus = gpus
  }

  /// How long all steps take.
  public var minutes: Double { steps.reduce(0) { $0 + $1.minutes } }
  /// What the GPUs cost meanwhile.
  public var gpuHours: Double { Double(gpus) * minutes / 60 }
}
