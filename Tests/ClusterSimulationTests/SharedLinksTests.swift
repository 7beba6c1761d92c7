import Quantities
import Testing

@testable import ClusterSimulation

@Suite struct SharedLinksTests {
  private static let gigabyte = ByteCount.gigabytes(1)

  /// Links of so many gigabytes per second.
  private func links(_ capacities: Double...) -> SharedLinks {
    SharedLinks(capacities: capacities.map { .gigabytesPerSecond($0) })
  }

  /// Takes every completion in turn; returns flow numbers and seconds.
  private func finish(_ links: inout SharedLinks) -> [(flow: Int, seconds: Double)] {
    var completions: [(flow: Int, seconds: Double)] = []
    while let (time, flow) = links.nextCompletion() {
      completions.append((flow.number, time.inSeconds))
      links.complete(flow, at: time)
    }
    return completions
  }

  @Test func `a flow alone takes its size over the capacity`() {
    var links = links(2)
    let flow = links.start(bytes: .gigabytes(13), over: [0], at: .seconds(1))
    #expect(links.rate(of: flow) == .gigabytesPerSecond(2))
    #expect(links.nextCompletion()?.time == .seconds(7.5))
    #expect(links.nextCompletion()?.flow == flow)
    #expect(links.delivered(flow, at: .seconds(3)) == 4e9)
    #expect(links.delivered(flow, at: .seconds(7.5)) == 13e9)
    #expect(links.delivered(flow, at: .seconds(9)) == 13e9)
    links.complete(flow, at: .seconds(7.5))
    #expect(!links.contains(flow))
    #expect(links.nextCompletion() == nil)
  }

  @Test(arguments: [1, 2, 3, 7, 29, 64])
  func `equal flows take as many times as long together, first come first completed`(count: Int) {
    var links = links(1)
    for _ in 0..<count { _ = links.start(bytes: Self.gigabyte, over: [0], at: .zero) }
    let completions = finish(&links)
    #expect(completions.map(\.flow) == Array(0..<count))
    #expect(completions.allSatisfy { $0.seconds == Double(count) })
  }

  @Test func `flows started at different times share as processor sharing says`() {
    var links = links(1)
    _ = links.start(bytes: .gigabytes(4), over: [0], at: .zero)
    _ = links.start(bytes: Self.gigabyte, over: [0], at: .seconds(1))
    let completions = finish(&links)
    // By hand: 1 GB alone, then half each until the second has its 1 GB at 3 s, then the first's last 2 GB.
    #expect(completions.map(\.flow) == [1, 0])
    #expect(completions.map(\.seconds) == [3, 5])
  }

  @Test func `three flows over two links get the textbook shares`() {
    var links = links(10, 4)
    let first = links.start(bytes: .gigabytes(100), over: [0], at: .zero)
    let both = links.start(bytes: .gigabytes(100), over: [0, 1], at: .zero)
    let second = links.start(bytes: .gigabytes(100), over: [1], at: .zero)
    // By hand: link 1 fills first at 2 each; the rest of link 0 is for the flow that crosses it alone.
    #expect(links.rate(of: first) == .gigabytesPerSecond(8))
    #expect(links.rate(of: both) == .gigabytesPerSecond(2))
    #expect(links.rate(of: second) == .gigabytesPerSecond(2))
  }

  @Test func `a flow over three links runs at the rate of the slowest`() {
    var links = links(8, 2, 4)
    let flow = links.start(bytes: .gigabytes(4), over: [0, 1, 2], at: .zero)
    #expect(links.rate(of: flow) == .gigabytesPerSecond(2))
  }

  @Test func `what a capped flow leaves goes to the others`() {
    var links = links(10)
    let capped = links.start(bytes: .gigabytes(100), over: [0], cap: .gigabytesPerSecond(1), at: .zero)
    let wide = links.start(bytes: .gigabytes(100), over: [0], cap: .gigabytesPerSecond(7), at: .zero)
    let free = links.start(bytes: .gigabytes(100), over: [0], at: .zero)
    #expect(links.rate(of: capped) == .gigabytesPerSecond(1))
    #expect(links.rate(of: wide) == .gigabytesPerSecond(4.5))
    #expect(links.rate(of: free) == .gigabytesPerSecond(4.5))
  }

  @Test func `a cap binds on an idle link`() {
    var links = links(10)
    let flow = links.start(bytes: .gigabytes(6), over: [0], cap: .gigabytesPerSecond(4), at: .zero)
    #expect(links.rate(of: flow) == .gigabytesPerSecond(4))
    #expect(links.nextCompletion()?.time == .seconds(1.5))
  }

  @Test func `a cancelled flow leaves its share to the others`() {
    var links = links(2)
    let stays = links.start(bytes: .gigabytes(4), over: [0], at: .zero)
    let leaves = links.start(bytes: .gigabytes(4), over: [0], at: .zero)
    #expect(links.delivered(leaves, at: .seconds(1)) == 1e9)
    links.cancel(leaves, at: .seconds(1))
    #expect(!links.contains(leaves))
    #expect(links.nextCompletion()?.time == .seconds(2.5))  // 1 GB by then, 3 GB at 2 GB/s
    #expect(links.nextCompletion()?.flow == stays)
  }

  @Test func `a flow stands still on a dead link and resumes where it stopped`() {
    var links = links(2)
    let flow = links.start(bytes: .gigabytes(4), over: [0], at: .zero)
    links.setCapacity(0, .gbps(0), at: .seconds(1))
    #expect(links.rate(of: flow) == .gbps(0))
    #expect(links.nextCompletion() == nil)
    #expect(links.delivered(flow, at: .seconds(50)) == 2e9)
    links.setCapacity(0, .gigabytesPerSecond(1), at: .seconds(100))
    #expect(links.nextCompletion()?.time == .seconds(102))
  }

  @Test func `a transfer of nothing is complete at once, even on a dead link`() {
    var links = links(0)
    let flow = links.start(bytes: .zero, over: [0], at: .seconds(3))
    #expect(links.nextCompletion()?.time == .seconds(3))
    #expect(links.delivered(flow, at: .seconds(3)) == 0)
    links.complete(flow, at: .seconds(3))
    #expect(links.nextCompletion() == nil)
  }

  @Test func `a completion is rounded up to a whole nanosecond`() {
    var links = SharedLinks(capacities: [Bandwidth(bytesPerSecond: 3e9)])
    let flow = links.start(bytes: .bytes(10), over: [0], at: .zero)  // 3.33 ns
    #expect(links.nextCompletion()?.time.nanoseconds == 4)
    #expect(links.delivered(flow, at: Timestamp(nanoseconds: 3)) == 9)
    #expect(links.delivered(flow, at: Timestamp(nanoseconds: 4)) == 10)
  }

  @Test func `a completion beyond the reach of a timestamp is none`() {
    var links = SharedLinks(capacities: [Bandwidth(bytesPerSecond: 1)])
    _ = links.start(bytes: .gigabytes(10), over: [0], at: .zero)  // 317 years
    #expect(links.nextCompletion() == nil)
  }

  @Test func `only flows whose rate changed are named, by id, and far ones are left alone`() {
    var links = links(2, 2)
    let near = links.start(bytes: .gigabytes(4), over: [0], at: .zero)
    #expect(links.changedFlows == [near])
    let far = links.start(bytes: .gigabytes(4), over: [1], at: .zero)
    #expect(links.changedFlows == [far])
    let capped = links.start(bytes: .gigabytes(4), over: [0], cap: .gigabytesPerSecond(0.5), at: .zero)
    #expect(links.changedFlows == [near, capped])
    let late = links.start(bytes: .gigabytes(4), over: [0], at: .zero)
    #expect(links.changedFlows == [near, late])
    links.cancel(near, at: .seconds(1))
    #expect(links.changedFlows == [late])
    links.setCapacity(1, .gigabytesPerSecond(2), at: .seconds(1))
    #expect(links.changedFlows.isEmpty)
  }

  @Test func `flows that share a link through others are reached`() {
    var links = links(2, 4, 8)
    let head = links.start(bytes: .gigabytes(40), over: [0], at: .zero)
    let bridge = links.start(bytes: .gigabytes(40), over: [0, 1], at: .zero)
    let tail = links.start(bytes: .gigabytes(40), over: [1], at: .zero)
    #expect(links.rate(of: tail) == .gigabytesPerSecond(3))
    links.cancel(head, at: .seconds(1))
    #expect(links.changedFlows == [bridge, tail])
    #expect(links.rate(of: tail) == .gigabytesPerSecond(2))
  }

  @Test func `the version moves on with the next completion and only then`() {
    var links = links(2, 2)
    let idle = links.version
    _ = links.start(bytes: .gigabytes(2), over: [0], at: .zero)
    let first = links.version
    #expect(first != idle)
    let later = links.start(bytes: .gigabytes(20), over: [1], at: .zero)
    #expect(links.version == first)
    links.cancel(later, at: .seconds(0.5))
    #expect(links.version == first)
    links.setCapacity(0, .gigabytesPerSecond(1), at: .seconds(0.5))
    #expect(links.version != first)
  }

  @Test func `an id is not given again though its place is`() {
    var links = links(1)
    let old = links.start(bytes: Self.gigabyte, over: [0], at: .zero)
    links.cancel(old, at: .zero)
    let new = links.start(bytes: Self.gigabyte, over: [0], at: .zero)
    #expect(old != new)
    #expect(old.slot == new.slot)
    #expect(!links.contains(old))
    #expect(links.contains(new))
  }
}
