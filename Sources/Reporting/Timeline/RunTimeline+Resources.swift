import Experiments
import Quantities
import ServingModel

/// How the NICs and the memory of the GPUs were used, which `events.jsonl` does not record but implies.
extension RunTimeline {
  /// How a NIC was divided from a moment until the next one.
  struct NetworkStep: Hashable {
    let time: Double
    /// The fetches in progress: the position of the worker and its rate in GB/s.
    let shares: [Share]

    struct Share: Hashable {
      let worker: Int
      let rate: Double
    }

    var total: Double {
      shares.reduce(0) { $0 + $1.rate }
    }
  }

  /// What a GPU's workers held from a moment until the next one.
  struct MemoryStep: Hashable {
    let time: Double
    let heldGB: Int
  }

  /// A fetch over a node's NIC.
  struct Fetch {
    let worker: Int
    let start: Double
    let end: Double
    let gigabytes: Double
  }

  /// The fetches of a node: of the weights that a worker starts with, and of the rest of the model when a pipeline
  /// consolidates.
  func fetches(node: Int, configuration: Configuration) -> [Fetch] {
    workers.enumerated().filter { $0.element.node == node }.flatMap { index, worker -> [Fetch] in
      guard let sizes = (try? configuration.model(worker.modelIdentifier))?.stageBytes,
        sizes.indices.contains(worker.pipelineSize - 1)
      else { return [] }
      let own = sizes[worker.pipelineSize - 1][worker.rank]
      return worker.stages.compactMap { stage in
        switch StageKind.all[stage.kind].name {
        case "fetch": Fetch(worker: index, start: stage.start, end: stage.end, gigabytes: own.inGigabytes)
        case "rest":
          Fetch(worker: index, start: stage.start, end: stage.end, gigabytes: (sizes[0][0] - own).inGigabytes)
        default: nil
        }
      }
    }
  }

  /// How a NIC was divided over time.
  ///
  /// The rates are derived, not recorded: fetches in progress at the same time share the NIC evenly, as max-min fair
  /// sharing does, and a fetch that was held up elsewhere, by its storage server, gets the same part less at all times, so
  /// that what it fetched adds up. KV caches that migrate are left out.
  static func networkSteps(of fetches: [Fetch], capacity: Double) -> [NetworkStep] {
    let moments = Set(fetches.flatMap { [$0.start, $0.end] }).sorted()
    let segments = zip(moments, moments.dropFirst()).map { from, to in
      (from: from, to: to, active: fetches.indices.filter { fetches[$0].start <= from && fetches[$0].end >= to })
    }
    var even = Array(repeating: 0.0, count: fetches.count)
    for segment in segments {
      for fetch in segment.active {
        even[fetch] += (segment.to - segment.from) * capacity / Double(segment.active.count)
      }
    }
    let steps = segments.map { segment in
      NetworkStep(
        time: segment.from,
        shares: segment.active.map { fetch in
          let part = even[fetch] > 0 ? min(1, fetches[fetch].gigabytes / even[fetch]) : 0
          return NetworkStep.Share(
            worker: fetches[fetch].worker, rate: part * capacity / Double(segment.active.count))
        })
    }
    return steps + (moments.last.map { [NetworkStep(time: $0, shares: [])] } ?? [])
  }

  /// How each node's NIC was divided over time.
  func networkSteps(configuration: Configuration) -> [[NetworkStep]] {
    nodes.indices.map { node in
      Self.networkSteps(
        of: fetches(node: node, configuration: configuration),
        capacity: nodes[node].type.network.inGigabytesPerSecond)
    }
  }

  /// What a GPU's workers held over time, from the moment their pods were asked for until those had gone.
  func memorySteps(node: Int, gpu: Int) -> [MemoryStep] {
    let changes = workers.filter { $0.node == node && $0.gpu == gpu }.flatMap {
      [(time: $0.from, change: $0.heldGB), (time: $0.to, change: -$0.heldGB)]
    }.sorted { ($0.time, $0.change) < ($1.time, $1.change) }
    var steps: [MemoryStep] = []
    var held = 0
    for (index, change) in changes.enumerated() {
      held += change.change
      let isLast = index + 1 == changes.count || changes[index + 1].time > change.time
      if isLast { steps.append(MemoryStep(time: change.time, heldGB: held)) }
    }
    return steps
  }
}
