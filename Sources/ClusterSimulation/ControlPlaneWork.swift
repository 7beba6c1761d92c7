import Quantities
import Scheduling
import ServingModel

/// What the published control plane, one thread, is busy with for each of its commands.
///
/// Its own length is part of the measured cold starts that the stage constants are fitted to, so a command is not
/// delayed by itself; what comes while the control plane is still busy with earlier commands waits for them.
///
/// - Source: the published code forwards, creates and deletes with blocking calls; deleting a pod saves its log first.
public struct ControlPlaneWork: Hashable, Sendable {
  /// Handing a request to an instance.
  public var perRequest: Duration
  /// Creating one pod.
  public var perPodCreated: Duration
  /// Deleting one pod.
  public var perPodDeleted: Duration

  /// The work for each command.
  public init(perRequest: Duration, perPodCreated: Duration, perPodDeleted: Duration) {
    self.perRequest = perRequest
    self.perPodCreated = perPodCreated
    self.perPodDeleted = perPodDeleted
  }

  /// How long a command keeps the control plane busy.
  func duration(of command: Command) -> Duration {
    switch command {
    case .forward: perRequest
    case .createPods(_, _, let workers): perPodCreated * workers.count
    case .deletePods(_, let workers): perPodDeleted * workers.count
    case .prefetch, .initialise, .abandon, .loadRest, .migrate, .stopOldStage, .askCache, .answerWithError, .setTimer:
      .zero
    }
  }
}

/// Commands that wait until the control plane has time for them, in the order in which they were given.
struct DeferredCommands: Sendable {
  private var batches: [[Command]] = []
  private var first = 0
  /// When the control plane has done everything it was given.
  private(set) var busyUntil = Timestamp.zero

  /// Whether any command waits.
  var isEmpty: Bool { first == batches.count }

  /// Gives the control plane work that begins at a moment.
  mutating func occupy(from start: Timestamp, for work: Duration) {
    busyUntil = start + work
  }

  mutating func add(_ commands: [Command]) {
    batches.append(commands)
  }

  mutating func next() -> [Command] {
    defer {
      first += 1
      if first == batches.count {
        batches.removeAll(keepingCapacity: true)
        first = 0
      }
    }
    return batches[first]
  }
}
