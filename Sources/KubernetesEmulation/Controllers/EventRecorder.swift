import DequeModule
import WireProtocols

/// Writes `Event` objects about what the cluster does; it lives on the server's event loop.
final class EventRecorder {
  private let writer: ObjectWriter
  private var known: [Subject: ObjectKey] = [:]
  private var order: Deque<Subject> = []
  private var number = 0
  /// How many events are kept; the oldest go, as they do after an hour in a real cluster.
  private let most: Int

  private struct Subject: Hashable {
    let uid: String
    let reason: String
    let message: String
  }

  init(_ writer: ObjectWriter, most: Int) {
    self.writer = writer
    self.most = most
  }

  /// Tells of something that has happened to an object; again, if it has happened before.
  func record(
    _ reason: String, _ message: String, about object: KubernetesObject, _ type: ResourceType, from component: String,
    isWarning: Bool = false
  ) {
    let subject = Subject(uid: object.uid, reason: reason, message: message)
    let namespace = type.isNamespaced ? object.namespace : "default"
    if let key = known[subject], repeatEvent(key) { return }
    number += 1
    let suffix = String(number, radix: 16)
    let name = "\(object.name).\(String(repeating: "0", count: max(0, 16 - suffix.count)))\(suffix)"
    let time = JSON.string(writer.clock.timestamp)
    let involved: JSON = [
      "kind": .string(type.kind), "namespace": .string(object.namespace), "name": .string(object.name),
      "uid": .string(object.uid), "apiVersion": .string(type.apiVersion),
      "resourceVersion": .string("\(object.resourceVersion)"),
    ]
    let event: JSON = [
      "kind": "Event", "apiVersion": "v1",
      "metadata": [
        "name": .string(name), "namespace": .string(namespace), "uid": .string(writer.clock.uid()),
        "creationTimestamp": time,
      ], "involvedObject": involved, "reason": .string(reason),
      "message": .string(message), "source": ["component": .string(component)], "firstTimestamp": time,
      "lastTimestamp": time, "count": 1, "type": isWarning ? "Warning" : "Normal", "eventTime": .null,
      "reportingComponent": .string(component), "reportingInstance": "",
    ]
    // A namespace that is gone has no use for events.
    guard writer.store.get(.namespace, "", namespace) != nil else { return }
    _ = writer.store.commit(.added, .event, KubernetesObject(event))
    known[subject] = ObjectKey(resource: ResourceType.event.qualified, namespace: namespace, name: name)
    order.append(subject)
    guard order.count > most, let oldest = order.popFirst(), let key = known.removeValue(forKey: oldest),
      let event = writer.store.get(key)
    else { return }
    _ = writer.store.commit(.deleted, .event, event)
  }

  private func repeatEvent(_ key: ObjectKey) -> Bool {
    let time = JSON.string(writer.clock.timestamp)
    let event = try? writer.change(.event, in: key.namespace, key.name, .everything, by: .cluster) { event in
      var event = event
      event.json.set(.integer(Int64((event.json["count"]?.integer ?? 1) + 1)), at: "count")
      event.json.set(time, at: "lastTimestamp")
      return event
    }
    return event != nil
  }
}
