/// A stage of a cold start as pictures show it.
struct StageKind: Hashable, Sendable {
  /// Its name in `events.jsonl`.
  let name: String
  /// What legends call it.
  let label: String
  /// Its colour, `#rrggbb`.
  let colour: String
  /// Its place in a worker's row: what the worker itself does, what comes over the network, what goes to the GPU. Stages
  /// in one place never overlap.
  let track: Int

  /// All stages, in the order of legends.
  static let all = [
    StageKind(name: "container", label: "container", colour: "#5b6573", track: 0),
    StageKind(name: "runtime", label: "runtime", colour: "#8e99a8", track: 0),
    StageKind(name: "cuda_context", label: "CUDA context", colour: "#c3cad4", track: 0),
    StageKind(name: "engine", label: "engine", colour: "#3b2d82", track: 0),
    StageKind(name: "profile", label: "profile run", colour: "#8d8cfe", track: 0),
    StageKind(name: "pipeline", label: "connect pipeline", colour: "#c7b828", track: 0),
    StageKind(name: "first_token", label: "first token", colour: "#111111", track: 0),
    StageKind(name: "fetch", label: "fetch weights", colour: "#d34477", track: 1),
    StageKind(name: "rest", label: "fetch the rest", colour: "#f2a7c3", track: 1),
    StageKind(name: "load", label: "load to GPU", colour: "#2a9d8f", track: 2),
  ]

  /// What the places of a worker's row are called.
  static let tracks = ["worker", "network", "to GPU"]

  /// The position of a stage in ``all``; `nil` for a name that no cold start has.
  static func index(of name: String) -> Int? {
    all.firstIndex { $0.name == name }
  }
}
