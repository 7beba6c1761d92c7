import Quantities

extension [RequestRecord] {
  /// Marks the requests that must have met a cold start where nobody says when instances ran: those of a model that had
  /// answered nobody for so long that an idle instance has ended, or was yet to give its first token.
  ///
  /// An instance that is started beside one that runs goes unnoticed.
  ///
  /// - Parameter keepAlive: how long an idle instance stays.
  public func markedColdStarts(keepAlive: Duration) -> [RequestRecord] {
    let byDeployment = Dictionary(grouping: self) { $0.request.deployment }
    return map { record in
      var record = record
      let others = byDeployment[record.request.deployment] ?? []
      record.metColdStart = !others.contains { other in
        guard other.request.id != record.request.id, let first = other.firstTokenAt, first <= record.sentAt else {
          return false
        }
        return other.finishedAt.map { $0 + keepAlive > record.sentAt } ?? true
      }
      return record
    }
  }
}
