/// The parameters of a query, in their order.
struct QueryString: Hashable {
  private let parameters: [Parameter]

  private struct Parameter: Hashable {
    let name: String
    let value: String
  }

  /// The parameters that a query has; one that is no text counts as empty.
  init(_ text: String?) {
    parameters = (text ?? "").split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return Parameter(name: Self.decoded(parts[0]), value: parts.count > 1 ? Self.decoded(parts[1]) : "")
    }
  }

  /// The first value of a parameter.
  subscript(name: String) -> String? {
    parameters.first { $0.name == name }?.value
  }

  /// All values of a parameter, in their order.
  func values(_ name: String) -> [String] {
    parameters.filter { $0.name == name }.map(\.value)
  }

  /// Whether a parameter says yes.
  func isTrue(_ name: String) -> Bool {
    ["true", "1"].contains(self[name])
  }

  /// Text whose escapes are undone; escapes that are none stay as they are.
  static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "%"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
