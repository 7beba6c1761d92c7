import Experiments

/// What people see of a reproduction: a line for each setting, written over on a terminal, and a summary.
struct Progress: Sendable {
  let output: OutputOptions

  /// From when on the time that is left is estimated.
  private static let firstEstimate = Duration.seconds(1)

  func show(_ step: ReproductionStep) {
    let text = "[\(step.number)/\(step.count)] \(step.setting): \(words(for: step.outcome)), \(seconds(step.elapsed))"
    if case .failed = step.outcome {
      Terminal.error((Terminal.isInteractive ? "\n" : "") + Terminal.coloured(text, .red, for: .errors))
    } else if !output.quiet {
      let line = text + (Self.timeLeft(after: step).map { ", about \(seconds($0)) left" } ?? "")
      if Terminal.isInteractive, !output.verbose { Terminal.status(line) } else { Terminal.error(line) }
    }
    output.detail("\(step.folder): \(Int(step.took / .milliseconds(1))) ms")
  }

  /// How long the settings that are left will take, if they take as long as those before did; nothing in the beginning
  /// and at the end.
  static func timeLeft(after step: ReproductionStep) -> Duration? {
    guard step.number < step.count, step.elapsed >= firstEstimate else { return nil }
    return step.elapsed * (step.count - step.number) / step.number
  }

  /// Sums up.
  ///
  /// - Returns: how many settings failed.
  func summarise(_ steps: [ReproductionStep]) -> Int {
    var (ran, kept, failed) = (0, 0, 0)
    for step in steps {
      switch step.outcome {
      case .ran: ran += 1
      case .kept, .keptMeasured: kept += 1
      case .failed: failed += 1
      }
    }
    if !output.quiet {
      let elapsed = steps.last.map { seconds($0.elapsed) } ?? "0.0 s"
      let lead = Terminal.isInteractive && !steps.isEmpty ? "\n" : ""
      Terminal.error("\(lead)\(steps.count) settings: \(ran) run, \(kept) kept, \(failed) failed, in \(elapsed)")
    }
    return failed
  }

  private func words(for outcome: ReproductionStep.Outcome) -> String {
    switch outcome {
    case .ran(let reason): "run (\(reason))"
    case .kept: "kept, same inputs"
    case .keptMeasured: "kept, measured on a cluster; --force simulates it"
    case .failed(let sentence): "FAILED: \(sentence)"
    }
  }

  private func seconds(_ span: Duration) -> String {
    let tenths = (span.components.seconds * 10) + span.components.attoseconds / 100_000_000_000_000_000
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
