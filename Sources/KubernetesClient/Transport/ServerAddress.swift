/// The address of a server, taken apart.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
  /// `https` or `http`.
  public let scheme: String
  /// The name or IP address; IPv6 in brackets.
  public let host: String
  /// The port.
  public let port: Int
  /// The start of all paths, without a slash at its end; mostly empty.
  public let path: String

  /// Reads an address such as `https://10.0.0.1:6443`.
  ///
  /// - Returns: `nil` when it is none, or has a user, a query, a fragment or a character that no address has.
  public init?(_ text: String) {
    guard let colon = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<colon.lowerBound].lowercased()
    guard scheme == "https" || scheme == "http" else { return nil }
    let rest = text[colon.upperBound...]
    let slash = rest.firstIndex(of: "/") ?? rest.endIndex
    var host = rest[..<slash]
    var port = scheme == "https" ? 443 : 80
    let afterName = host.last(where: { $0 == "]" || $0 == ":" }) == ":" ? host.lastIndex(of: ":") : nil
    if let mark = afterName {
      guard let number = Int(host[host.index(after: mark)...]), (1...65535).contains(number) else { return nil }
      port = number
      host = host[..<mark]
    }
    var path = rest[slash...]
    while path.last == "/" { path = path.dropLast() }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    let inner = isBracketed ? host.dropFirst().dropLast() : host
    let allowed = isBracketed ? "0123456789abcdefABCDEF:." : Self.nameCharacters
    guard !inner.isEmpty, inner.allSatisfy(allowed.contains),
      path.allSatisfy({ $0 == "/" || Self.nameCharacters.contains($0) }),
      !path.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
    else { return nil }
    self.scheme = scheme
    self.host = String(host)
    self.port = port
    self.path = String(path)
  }

  /// Whether it is this machine.
  public var isLoopback: Bool {
    host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
  }

  /// Host and port.
  public var authority: String { "\(host):\(port)" }

  /// The address as text.
  public var description: String { "\(scheme)://\(authority)\(path)" }

  private static let nameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"
}
