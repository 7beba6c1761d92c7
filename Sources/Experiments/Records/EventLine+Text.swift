import ClusterSimulation
import Quantities
import Scheduling

/// The text of event logs, for runs that are not kept as a whole.
public enum EventLog {
  /// The text of a run's log, as `events.jsonl` has it.
  public static func text(of log: RunLog, deployment: ServingDeployment) -> String {
    EventLine.text(of: log, deployment: deployment)
  }

  /// The line of an event, as the log of a simulated run has it, with its end.
  public static func line(_ event: RunEvent, deployment: ServingDeployment) -> String {
    var lines = JSONLines()
    EventLine(event, deployment: deployment).append(to: &lines)
    return lines.text
  }
}

extension EventLine {
  /// The text of a run's `events.jsonl`: lines in the order of time.
  ///
  /// Stages that follow each other are logged together when the last of them has ended, so the log itself is not quite
  /// in that order; lines of the same moment stay as they were logged.
  static func text(of log: RunLog, deployment: ServingDeployment) -> String {
    let moments = log.events.enumerated().map { (moment(of: $1), $0) }
    var lines = JSONLines()
    for (_, index) in moments.sorted(by: { $0 < $1 }) {
      EventLine(log.events[index], deployment: deployment).append(to: &lines)
    }
    return lines.text
  }

  private static func moment(of event: RunEvent) -> Timestamp {
    switch event {
    case .decision(_, let now): now
    case .stage(let interval): interval.end
    }
  }

  /// Adds the line, its keys sorted.
  func append(to lines: inout JSONLines) {
    lines.begin()
    lines.add("answer", answer)
    lines.add("cold_start_requests", coldStartRequests)
    lines.add("end_s", end)
    lines.add("event", event)
    lines.add("gpus", gpus)
    lines.add("held_gb", heldGB)
    lines.add("instance", instance)
    lines.add("memory_gb", memoryGB)
    lines.add("model", model)
    lines.add("nodes", nodes)
    lines.add("pipeline_size", pipelineSize)
    lines.add("pods", pods)
    lines.add("rank", rank)
    lines.add("reason", reason)
    lines.add("request", request)
    lines.add("running_before", runningBefore)
    lines.add("size_gb", sizeGB)
    lines.add("slo_ms", slo)
    lines.add("stage", stage)
    lines.add("start_s", start)
    lines.add("t_s", time)
    lines.add("waited_s", waited)
    lines.add("was_deleted", wasDeleted)
    lines.add("will_consolidate", willConsolidate)
    lines.end()
  }
}
