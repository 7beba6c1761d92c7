/// Lists that are read page by page: every page comes from what there was at the first.
struct ListPages {
  struct Page {
    let objects: ArraySlice<KubernetesObject>
    let revision: Int
    /// What asks for the next page; `nil` on the last.
    let token: String?
    /// How many objects follow.
    let remaining: Int
  }

  private struct Snapshot {
    let objects: [KubernetesObject]
    let revision: Int
    let end: Int64
  }

  /// How long a list can be continued, in seconds.
  var lifetime: Int64 = 300
  /// How many lists can be continued at the same time; the oldest makes room.
  private static let mostSnapshots = 256
  private var snapshots: [Int: Snapshot] = [:]
  private var next = 0

  /// The first page of a list.
  mutating func first(_ objects: [KubernetesObject], revision: Int, limit: Int?, now: Int64) -> Page {
    guard let limit, limit < objects.count else {
      return Page(objects: objects[...], revision: revision, token: nil, remaining: 0)
    }
    next += 1
    snapshots[next] = Snapshot(objects: objects, revision: revision, end: now + lifetime)
    snapshots[next - Self.mostSnapshots] = nil
    return page(next, from: 0, limit: limit, snapshots[next])
  }

  /// The page that a token asks for.
  ///
  /// - Throws: a status 400 for no token, 410 when the list is too old.
  mutating func next(_ token: String, limit: Int?, now: Int64) throws(APIStatus) -> Page {
    let parts = token.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 2, parts[1] >= 0 else { throw .badRequest("continue key is not valid: \(token)") }
    guard let snapshot = snapshots[parts[0]], now < snapshot.end, parts[1] <= snapshot.objects.count else {
      throw .expired(
        "The provided continue parameter is too old to display a consistent list result. You can start a new list "
          + "without the continue parameter, or use the continue token in this response to retrieve the remainder of "
          + "the results. Continuing with the provided token results in an inconsistent list - objects that were "
          + "created, modified, or deleted between the time the first chunk was returned and now may show up in the list."
      )
    }
    return page(parts[0], from: parts[1], limit: limit ?? snapshot.objects.count, snapshot)
  }

  /// Forgets all lists.
  mutating func expire() {
    snapshots = [:]
  }

  private func page(_ number: Int, from start: Int, limit: Int, _ snapshot: Snapshot?) -> Page {
    let objects = snapshot?.objects ?? []
    let end = min(start + limit, objects.count)
    let isLast = end == objects.count
    return Page(
      objects: objects[start..<end], revision: snapshot?.revision ?? 0, token: isLast ? nil : "\(number)-\(end)",
      remaining: objects.count - end)
  }
}
