import Quantities
import ServingModel

/// Which stages of its cold start a worker went through, in its answer to ``WorkerInitialisation`` and, for the rest of its
/// model, to ``WorkerDestination``: an addition of the emulated workers to the published protocol, whose answers say
/// nothing.
public struct WorkerStages: Hashable, Sendable {
  /// A stage with its beginning and end, since the order to create the pod.
  public struct Stage: Hashable, Sendable {
    /// Which it was.
    public let stage: ColdStartStage
    /// When it began.
    public let start: Duration
    /// When it ended.
    public let end: Duration

    /// A stage that has ended.
    public init(_ stage: ColdStartStage, from start: Duration, to end: Duration) {
      self.stage = stage
      self.start = start
      self.end = end
    }
  }

  /// The stages in the order in which they ended.
  public let stages: [Stage]

  /// Stages of a cold start.
  public init(_ stages: [Stage]) {
    self.stages = stages
  }

  /// Reads the body of an answer; one that says nothing, or something else, has no stages.
  public init(body: JSON) {
    stages = (body["stages"]?.array ?? []).compactMap { entry in
      guard let stage = entry["stage"]?.string.flatMap(ColdStartStage.init), let start = entry["start_ns"]?.integer,
        let end = entry["end_ns"]?.integer, start <= end
      else { return nil }
      return Stage(stage, from: .nanoseconds(start), to: .nanoseconds(end))
    }
  }

  /// The body of the answer.
  public var body: JSON {
    let entries = stages.map { stage -> JSON in
      [
        "stage": .string(stage.stage.rawValue), "start_ns": .integer(stage.start.inWholeNanoseconds),
        "end_ns": .integer(stage.end.inWholeNanoseconds),
      ]
    }
    return ["stages": .array(entries)]
  }
}
