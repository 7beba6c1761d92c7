/// The label of a node that says how its GPUs are given to pods.
public enum GPUIsolationLabel: String, Codable, CaseIterable, Sendable {
  /// Alibaba Cloud's clusters.
  case aliyun = "ack.node.gpu.schedule"
  /// Any other cluster.
  case generic = "gpushare"

  /// The value of the label for a kind of isolation.
  public func value(for isolation: GPUIsolation) -> String {
    switch (self, isolation) {
    case (.aliyun, .shared): "cgpu"
    case (.aliyun, .exclusive): "default"
    case (.generic, .shared): "true"
    case (.generic, .exclusive): "false"
    }
  }

  /// The kind of isolation that a value stands for; `nil` for one that this toolkit has no use for.
  public func isolation(of value: String) -> GPUIsolation? {
    GPUIsolation.allCases.first { self.value(for: $0) == value }
  }
}
