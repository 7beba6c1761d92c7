import Experiments

/// Where the results of all settings come from.
struct ProvenanceTable {
  private struct Row {
    let setting: String
    let folder: String
    let source: String
    let inputHash: String
    let build: String
  }

  private let rows: [Row]

  init(store: RecordStore) throws {
    rows =
      try ColdStartSetting.figure7.map { try Self.row(of: $0, in: store) }
      + EndToEndSetting.figure9.map { try Self.row(of: $0, in: store) }
  }

  private static func row(of setting: some ExperimentSetting, in store: RecordStore) throws -> Row {
    let name = "\(setting)"
    if let own = try store.result(of: setting, on: .runs) {
      return Row(
        setting: name, folder: "runs/\(setting.folder)", source: "run:\(own.source.rawValue)",
        inputHash: own.inputHash, build: own.build ?? "")
    }
    if let precomputed = try store.result(of: setting, on: .precomputed) {
      return Row(
        setting: name, folder: "precomputed/\(setting.folder)", source: "precomputed:\(precomputed.source.rawValue)",
        inputHash: precomputed.inputHash, build: "")
    }
    return Row(setting: name, folder: "", source: "no result", inputHash: "", build: "")
  }

  var html: String {
    HTML.table(
      header: ["setting", "folder of results", "source", "hash of the inputs", "build"],
      numeric: [false, false, false, false, false],
      rows: rows.map { row in
        [
          HTML.escaped(row.setting), HTML.escaped(row.folder), HTML.escaped(row.source),
          "<code>\(HTML.escaped(row.inputHash))</code>",
          row.build.isEmpty ? "–" : "<code>\(HTML.escaped(row.build))</code>",
        ]
      })
  }
}
