import WireProtocols

/// Objects as the rows of a table, which is how kubectl wants to print them.
struct TableRendering {
  /// What comes with a row besides its cells.
  enum RowObject: String { case none = "None", metadata = "Metadata", object = "Object" }

  struct Column {
    let name: String
    let type: String
    let isWide: Bool

    init(_ name: String, _ type: String = "string", isWide: Bool = false) {
      self.name = name
      self.type = type
      self.isWide = isWide
    }

    fileprivate var json: JSON {
      [
        "name": .string(name), "type": .string(type), "format": name == "Name" ? "name" : "",
        "description": .string(name), "priority": isWide ? 1 : 0,
      ]
    }
  }

  let type: ResourceType
  /// The time, in seconds since 1970, that ages are counted to.
  let now: Int64
  let object: RowObject
  /// Whether the columns are named; in a watch only by the first event.
  var showsColumns = true

  init(type: ResourceType, now: Int64, object: RowObject) {
    self.type = type
    self.now = now
    self.object = object
  }

  func json(of objects: [KubernetesObject], version: String) -> JSON {
    let columns = TableColumns.columns(of: type)
    let cells = TableColumns(now: now)
    let rows = objects.map { object -> JSON in
      ["cells": .array(cells.cells(of: object, type)), "object": row(object)]
    }
    return [
      "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": ["resourceVersion": .string(version)],
      "columnDefinitions": showsColumns ? .array(columns.map(\.json)) : .null, "rows": .array(rows),
    ]
  }

  private func row(_ object: KubernetesObject) -> JSON {
    switch self.object {
    case .none: .null
    case .object: object.json
    case .metadata:
      [
        "kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1",
        "metadata": object.json["metadata"] ?? .object([]),
      ]
    }
  }
}

/// Spans of time as kubectl writes them.
enum HumanSpan {
  /// A span, coarser the longer it is.
  ///
  /// - Source: kubectl's documented output, `5d3h`, `28m`, `119s`.
  static func text(seconds: Int64) -> String {
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400)
    switch seconds {
    case ..<0: return "0s"
    case ..<120: return "\(seconds)s"
    case ..<600: return seconds % 60 == 0 ? "\(minutes)m" : "\(minutes)m\(seconds % 60)s"
    case ..<10_800: return "\(minutes)m"
    case ..<28_800: return minutes % 60 == 0 ? "\(hours)h" : "\(hours)h\(minutes % 60)m"
    case ..<172_800: return "\(hours)h"
    case ..<691_200: return hours % 24 == 0 ? "\(days)d" : "\(days)d\(hours % 24)h"
    case ..<63_072_000: return "\(days)d"
    default: return "\(days / 365)y"
    }
  }
}
