extension SharedLinks {
  /// Room to compute rates in, kept from one change to the next so that computing allocates little.
  struct SharingScratch: Sendable {
    /// The links of the connected part at hand.
    var links: [Int] = []
    /// The slots of its flows, by id.
    var flows: [Int] = []
    /// The rate found for the flow of each slot; negative while undecided.
    var rates: [Double] = []
    /// What the decided flows leave of each link.
    var room: [Double] = []
    /// How many undecided flows cross each link.
    var undecided: [Int] = []
    /// The round in which each link and each flow was last gathered.
    var linkRounds: [Int] = []
    var flowRounds: [Int] = []
    var round = 0

    /// Begins another round, with a place for every link and slot.
    mutating func begin(linkCount: Int, slotCount: Int) {
      round += 1
      links.removeAll(keepingCapacity: true)
      flows.removeAll(keepingCapacity: true)
      while room.count < linkCount {
        room.append(0)
        undecided.append(0)
        linkRounds.append(0)
      }
      while rates.count < slotCount {
        rates.append(0)
        flowRounds.append(0)
      }
    }

    mutating func gather(link: Int) {
      if linkRounds[link] == round { return }
      linkRounds[link] = round
      links.append(link)
    }

    /// Adds a flow; false when it has been gathered before.
    mutating func gather(flow slot: Int) -> Bool {
      if flowRounds[slot] == round { return false }
      flowRounds[slot] = round
      flows.append(slot)
      return true
    }
  }

  /// Collects the links and flows that a change at some links can reach.
  mutating func gatherFlows(connectedTo changed: [Int]) {
    sharing.begin(linkCount: links.count, slotCount: flows.count)
    for link in changed { sharing.gather(link: link) }
    var next = 0
    while next < sharing.links.count {
      for slot in links[sharing.links[next]].flows where sharing.gather(flow: slot) {
        for link in flows[slot].route { sharing.gather(link: link) }
      }
      next += 1
    }
    sharing.flows.sort { flows[$0].id < flows[$1].id }
  }

  /// Raises the rates of the gathered flows together, and decides each flow's where its cap or a full link stops it.
  mutating func fillProgressively() {
    for link in sharing.links {
      sharing.room[link] = links[link].capacity
      sharing.undecided[link] = links[link].flows.count
    }
    for slot in sharing.flows { sharing.rates[slot] = -1 }
    var undecided = sharing.flows
    while !undecided.isEmpty {
      let (tightest, share) = tightestLink()
      let capped = undecided.filter { flows[$0].cap <= share }
      let stopped = capped.isEmpty ? undecided.filter { flows[$0].route.contains(tightest) } : capped
      for slot in stopped { decide(slot, rate: min(flows[slot].cap, share)) }
      undecided.removeAll { sharing.rates[$0] >= 0 }
    }
  }

  /// The gathered link that fills first, and the rate of its undecided flows when it does.
  private func tightestLink() -> (link: Int, share: Double) {
    var tightest: (link: Int, share: Double)?
    for link in sharing.links where sharing.undecided[link] > 0 {
      let share = sharing.room[link] / Double(sharing.undecided[link])
      if let found = tightest, found.share <= share { continue }
      tightest = (link, share)
    }
    guard let tightest else { preconditionFailure("an undecided flow crosses a gathered link") }
    return tightest
  }

  private mutating func decide(_ slot: Int, rate: Double) {
    sharing.rates[slot] = rate
    for link in flows[slot].route {
      sharing.room[link] = max(0, sharing.room[link] - rate)
      sharing.undecided[link] -= 1
    }
  }
}
