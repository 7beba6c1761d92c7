import NIOCore
import Quantities

/// The time of an emulated head, and the way to be called at one; used on the head's event loop only.
struct HeadClock {
  /// The time since the head began, by its own clock.
  let now: () -> Timestamp
  /// Calls back once that time has come; the call that was asked for before is off. `nil` asks for none.
  let wake: (_ time: Timestamp?, _ body: @escaping () -> Void) -> Void

  /// Real time since now, so many times faster; called on the event loop.
  static func live(timeScale: Double, on eventLoop: any EventLoop) -> HeadClock {
    let began = NIODeadline.now()
    var pending: Scheduled<Void>?
    return HeadClock(
      now: {
        Timestamp(nanoseconds: Int64((Double((NIODeadline.now() - began).nanoseconds) * timeScale).rounded(.down)))
      },
      wake: { time, body in
        pending?.cancel()
        pending = time.map { time in
          let real = TimeAmount.nanoseconds(Int64((Double(time.nanoseconds) / timeScale).rounded(.up)))
          return eventLoop.assumeIsolated().scheduleTask(deadline: began + real, body)
        }
      })
  }
}
