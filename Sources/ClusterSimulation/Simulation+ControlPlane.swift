import Quantities
import Scheduling
import ServingModel

/// Events for the control plane, and what becomes of its commands.
extension Simulation {
  /// Reports an event to the control plane and carries out what it commands.
  mutating func notify(_ event: ControlPlaneEvent, at now: Timestamp) {
    output.removeAll()
    controlPlane.handle(event, at: now, into: &output)
    for decision in output.decisions {
      if keepsEvents { log.events.append(.decision(decision, at: now)) }
      noteColdStart(decision, at: now)
    }
    guard let work = cluster.controlPlaneWork else {
      for command in output.commands { carryOut(command, at: now) }
      return
    }
    carryOut(output.commands, whenTimeAllows: work, at: now)
  }

  // MARK: A control plane that does one thing at a time

  /// Carries out the commands that follow from one event, at once or when the control plane has done what came before.
  ///
  /// Timers are set in any case: they belong to nobody's work.
  private mutating func carryOut(_ commands: [Command], whenTimeAllows work: ControlPlaneWork, at now: Timestamp) {
    let start = max(now, deferred.busyUntil)
    var waiting: [Command] = []
    var length = Duration.zero
    let isFree = start == now && deferred.isEmpty
    for command in commands {
      length += work.duration(of: command)
      if case .setTimer = command {
        carryOut(command, at: now)
      } else if isFree {
        carryOut(command, at: now)
      } else {
        waiting.append(command)
      }
    }
    deferred.occupy(from: start, for: length)
    guard !waiting.isEmpty else { return }
    deferred.add(waiting)
    queue.schedule(.deferredCommands, at: start)
  }

  mutating func carryOutDeferred(at now: Timestamp) {
    for command in deferred.next() { carryOut(command, at: now) }
  }

  /// Marks the requests that met an instance which could not serve yet when they were sent.
  private mutating func noteColdStart(_ decision: Decision, at now: Timestamp) {
    guard case .requestAllocated(let request, let instance, _, _, _) = decision else { return }
    let record = recordPosition[request - 1] - 1
    guard let readyAt = instances[instance].readyAt else { preconditionFailure("only ready instances serve") }
    log.requests[record].metColdStart = readyAt > log.requests[record].sentAt
  }

  private mutating func carryOut(_ command: Command, at now: Timestamp) {
    switch command {
    case .setTimer(let timer, let time): queue.schedule(.control(timer), at: time)
    case .createPods(let instance, let deployment, let workers):
      createPods(instance, deployment: deployment, workers, at: now)
    case .prefetch(let instance, _, let rank, _, _): prefetch(instance, rank: rank, at: now)
    case .initialise(let instance): initialise(instance, at: now)
    case .forward(let request, let instance): forward(request, to: instance, at: now)
    case .abandon(let request, let instance): abandon(request, on: instance, at: now)
    case .deletePods(let instance, let deleted): deletePods(instance, workers: deleted, at: now)
    case .loadRest(let instance, _, let worker): loadRest(instance, worker: worker, at: now)
    case .migrate(let instance, _): migrate(instance, at: now)
    case .stopOldStage(let instance, let worker): stopOldStage(instance, worker: worker, at: now)
    case .askCache(let deployment, let node): askCache(deployment, node: node, at: now)
    case .answerWithError(let request, let reason): endRequest(request, .failed(reason), at: now)
    }
  }
}
