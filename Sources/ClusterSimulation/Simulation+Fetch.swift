import Quantities
import Scheduling
import ServingModel

/// Fetches of weights over the shared links, and loads that follow them byte by byte.
extension Simulation {
  /// The storage agent of a worker's node begins to fetch, at the control plane's word.
  mutating func prefetch(_ instance: InstanceID, rank: Int, at now: Timestamp) {
    let worker = instances[instance].workers[rank]
    precondition(workers[worker].specification.source == .remoteStorage, "only remote weights are prefetched")
    keepInHostMemory(instance, onNodeOf: worker)
    fetch(workers[worker].bytes, for: .stage, to: worker, at: now)
  }

  /// Begins to move weights over the links of a worker's node, in equal parts over its storage servers.
  mutating func fetch(_ bytes: ByteCount, for purpose: Transfer.Purpose, to worker: WorkerID, at now: Timestamp) {
    let routes = cluster.links(toNode: workers[worker].node)
    let part = bytes.bytes / Int64(routes.count)
    workers[worker].transfer = Transfer(purpose: purpose, bytes: bytes, start: now, openFlows: routes.count)
    for (index, route) in routes.enumerated() {
      let size = index == routes.count - 1 ? bytes.bytes - part * Int64(routes.count - 1) : part
      let flow = links.start(bytes: .bytes(size), over: route, cap: fetchCap(parts: routes.count), at: now)
      fetches.add(flow, worker: worker)
      followChangedRates(at: now)
    }
    scheduleArrival(at: now)
  }

  private func fetchCap(parts: Int) -> Bandwidth? {
    cluster.hardware.fetchCap.map { Bandwidth(bytesPerSecond: $0.bytesPerSecond / Double(parts)) }
  }

  mutating func flowArrived(version: Int, at now: Timestamp) {
    guard version == links.version, let (_, flow) = links.nextCompletion() else { return }
    guard !migrationArrived(flow, at: now), let worker = fetches.worker(of: flow) else { return }
    workers[worker].transfer?.arrivedBytes += links.delivered(flow, at: now)
    links.complete(flow, at: now)
    fetches.remove(flow)
    workers[worker].transfer?.openFlows -= 1
    followChangedRates(at: now)
    if let transfer = workers[worker].transfer, transfer.openFlows == 0 {
      workers[worker].transfer = nil
      fetchEnded(transfer, to: worker, at: now)
    }
    scheduleArrival(at: now)
  }

  private mutating func fetchEnded(_ transfer: Transfer, to worker: WorkerID, at now: Timestamp) {
    switch transfer.purpose {
    case .rest(let instance):
      log(.rest, of: worker, from: transfer.start, to: now)
      queue.schedule(.restLoaded(instance), at: max(now, transfer.earliestLoadEnd ?? now))
    case .stage:
      workers[worker].fetchedBytes = transfer.arrivedBytes
      log(.fetch, of: worker, from: transfer.start, to: now)
      if let earliest = transfer.earliestLoadEnd {
        queue.schedule(.weightsLoaded(worker), at: max(now, earliest))
      } else if workers[worker].startedAt != nil {
        load(worker, at: now)
      }
    }
  }

  /// Stops what is on its way to a worker that is deleted.
  ///
  /// A call that waits for the rest of a model ends with the worker, which the control plane is told.
  mutating func cancelFetch(of worker: WorkerID, at now: Timestamp) {
    guard let transfer = workers[worker].transfer else { return }
    for flow in fetches.flows(of: worker) {
      links.cancel(flow, at: now)
      fetches.remove(flow)
      followChangedRates(at: now)
    }
    workers[worker].transfer = nil
    if case .rest(let instance) = transfer.purpose {
      queue.schedule(.restLoaded(instance), at: now)
    }
    scheduleArrival(at: now)
  }

  /// Takes in that a flow other than a fetch has begun or ended.
  mutating func ratesHaveChanged(at now: Timestamp) {
    followChangedRates(at: now)
    scheduleArrival(at: now)
  }

  /// Schedules the next arrival when it may have changed; an older one that is still queued no longer counts.
  private mutating func scheduleArrival(at now: Timestamp) {
    guard links.version != scheduledLinkVersion else { return }
    scheduledLinkVersion = links.version
    guard let (time, _) = links.nextCompletion() else { return }
    queue.schedule(.flowArrived(version: links.version), at: max(time, now))
  }

  // MARK: Loads that follow a fetch

  /// Begins to copy weights to the GPU while they still arrive.
  ///
  /// With A(t) bytes arrived by t and a copy rate h, a load of M bytes that begins at s₀ ends at the latest of
  /// s₀ + M/h and, over all later s up to the end of the fetch, s + (M − A(s))/h. A is linear between changes of rate,
  /// so only the moments at which a rate changes, and the end of the fetch, count.
  mutating func beginStreamedLoad(_ worker: WorkerID, at now: Timestamp) {
    guard let transfer = workers[worker].transfer else { return load(worker, at: now) }
    workers[worker].loadStart = now
    let end = now + transfer.bytes / cluster.hardware.hostToGPU
    workers[worker].transfer?.earliestLoadEnd = end
  }

  /// Begins to load the rest of a model, so that a worker can serve alone as an instance.
  mutating func loadRest(_ instance: InstanceID, worker: WorkerID, at now: Timestamp) {
    let whole = cluster.models[instances[workers[worker].instance].deployment].bytes
    let rest = whole - workers[worker].bytes
    fetch(rest, for: .rest(instance), to: worker, at: now)
    let end = now + rest / cluster.hardware.hostToGPU
    workers[worker].transfer?.earliestLoadEnd = end
  }

  private mutating func followChangedRates(at now: Timestamp) {
    guard cluster.procedure.loader == .streamed else { return }
    for flow in links.changedFlows {
      guard let worker = fetches.worker(of: flow), let transfer = workers[worker].transfer,
        let earliest = transfer.earliestLoadEnd
      else { continue }
      let arrived = fetches.flows(of: worker).reduce(transfer.arrivedBytes) {
        $0 + links.delivered($1, at: now)
      }
      let missing = ByteCount.bytes(Int64((Double(transfer.bytes.bytes) - arrived).rounded(.up)))
      let end = max(earliest, now + missing / cluster.hardware.hostToGPU)
      workers[worker].transfer?.earliestLoadEnd = end
    }
  }
}
