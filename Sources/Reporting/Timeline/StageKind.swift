/// A stage of a cold start as pictures show it.
struct StageKind: Hashable, Sendable {
  /// Its name in `events.jsonl`; ``undivided`` has none there.
  let name: String
  /// What legends call it.
  let label: String
  /// Its colour on a light page, `#rrggbb`.
  let colour: String
  /// Its colour on a dark one.
  let darkColour: String
  /// Its place in a worker's row: what the worker itself does, what comes over the network, what goes to the GPU. Stages
  /// in one place never overlap.
  let track: Int

  /// All stages, in the order of legends.
  static let all = [
    StageKind(name: "container", label: "container", colour: "#5b6573", darkColour: "#6f7b8b", track: 0),
    StageKind(name: "runtime", label: "runtime", colour: "#8e99a8", darkColour: "#98a3b2", track: 0),
    StageKind(name: "cuda_context", label: "CUDA context", colour: "#c3cad4", darkColour: "#c3cad4", track: 0),
    StageKind(name: "engine", label: "engine", colour: "#3b2d82", darkColour: "#9183f5", track: 0),
    StageKind(name: "profile", label: "profile run", colour: "#8d8cfe", darkColour: "#c6c1ff", track: 0),
    StageKind(name: "pipeline", label: "connect pipeline", colour: "#c7b828", darkColour: "#c7b828", track: 0),
    StageKind(name: "first_token", label: "first token", colour: "#111111", darkColour: "#f5f5f5", track: 0),
    StageKind(name: "fetch", label: "fetch weights", colour: "#d34477", darkColour: "#e0588a", track: 1),
    StageKind(name: "rest", label: "fetch the rest", colour: "#f2a7c3", darkColour: "#f2a7c3", track: 1),
    StageKind(name: "load", label: "load to GPU", colour: "#2a9d8f", darkColour: "#2fb3a3", track: 2),
    StageKind(name: "start", label: "start, undivided", colour: "#4d6a8f", darkColour: "#7f9cc4", track: 0),
  ]

  /// The whole start of a worker whose stages nobody recorded, as on an engine of the user's own.
  static let undivided = all.count - 1

  /// What the places of a worker's row are called.
  static let tracks = ["worker", "network", "to GPU"]

  /// The position of a stage in ``all``; `nil` for a name that no cold start has.
  static func index(of name: String) -> Int? {
    all.firstIndex { $0.name == name }
  }
}
