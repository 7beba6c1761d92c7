import Policies
import Quantities
import Scheduling
import ServingModel
import WireProtocols

/// A control plane that asks a program what to do, event by event.
///
/// Virtual time stands still while the program thinks, so how fast it is changes nothing. After the first failure nothing
/// is asked and commanded any more; the run that it belongs to must not be kept.
struct ExternalControlPlane: ControlPlane {
  private let policy: ExternalPolicy
  private let process: PolicyProcess?
  private var books: PolicyBooks
  /// The sentence of the first failure.
  private(set) var failure: String?
  private var lastMoment = Timestamp.zero
  private var answersAtMoment = 0

  /// More answers than this at one moment are a loop of timers that never lets time go on.
  static let mostAnswersAtMoment = 100_000

  /// Starts the program and greets it.
  init(policy: ExternalPolicy, settings: PolicySettings) {
    self.policy = policy
    books = PolicyBooks(policy: policy, settings: settings)
    do {
      let process = try PolicyProcess(command: policy.command)
      try PolicyAnswer.checkHello(
        process.answer(to: PolicyMessages.hello(settings).bytes, within: policy.timeout))
      self.process = process
    } catch {
      process = nil
      failure = Self.sentence(policy, error)
    }
  }

  mutating func handle(_ event: ControlPlaneEvent, at now: Timestamp, into output: inout ControlPlaneOutput) {
    guard failure == nil, let process else { return }
    do {
      books.note(event, at: now, into: &output)
      guard !books.isOver(event) else { return }
      try countAnswer(at: now)
      let line = PolicyMessages.event(event, at: now, books: books).bytes
      for order in try PolicyAnswer.orders(in: process.answer(to: line, within: policy.timeout)) {
        try books.carryOut(order, at: now, into: &output)
      }
    } catch {
      failure = "\(Self.sentence(policy, error)) It happened \(now.inSeconds) s into the run."
    }
  }

  private mutating func countAnswer(at now: Timestamp) throws(PolicyFailure) {
    answersAtMoment = now == lastMoment ? answersAtMoment + 1 : 1
    lastMoment = now
    guard answersAtMoment <= Self.mostAnswersAtMoment else {
      throw .nonsense(reason: "it sets timers for the same moment for ever, so that time does not go on.")
    }
  }

  private static func sentence(_ policy: ExternalPolicy, _ failure: PolicyFailure) -> String {
    "The policy `\(policy.name)` (\(policy.command.joined(separator: " "))) \(failure)"
  }
}
