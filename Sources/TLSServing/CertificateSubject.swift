import HTTPServing

/// Reads the subject of a certificate that has been validated: its common name and its organisations.
///
/// - Source: RFC 5280, section 4.1, and the distinguished encoding rules of X.690.
enum CertificateSubject {
  /// Whom a certificate in DER is about; `nil` where it names nobody.
  static func peer(_ bytes: [UInt8]) -> HTTPPeer? {
    var outside = DERReader(bytes[...])
    guard var certificate = outside.next(.sequence), var fields = certificate.next(.sequence) else { return nil }
    _ = fields.next(.version)  // may be missing
    // Serial number, algorithm, issuer and validity come before the subject.
    guard fields.next(.integer) != nil, fields.next(.sequence) != nil, fields.next(.sequence) != nil,
      fields.next(.sequence) != nil, var subject = fields.next(.sequence)
    else { return nil }
    var commonName: String?
    var organizations: [String] = []
    while var part = subject.next(.set) {
      while var attribute = part.next(.sequence) {
        guard let kind = attribute.next(.identifier)?.bytes, let value = attribute.nextText() else { continue }
        switch Array(kind) {
        case [0x55, 0x04, 0x03]: commonName = value
        case [0x55, 0x04, 0x0A]: organizations.append(value)
        default: break
        }
      }
    }
    return commonName.map { HTTPPeer(commonName: $0, organizations: organizations) }
  }
}

/// Reads values in the distinguished encoding one after another.
private struct DERReader {
  enum Tag: UInt8 { case integer = 0x02, identifier = 0x06, sequence = 0x30, set = 0x31, version = 0xA0 }

  private(set) var bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
  }

  /// What is inside the next value, if it is of a kind.
  mutating func next(_ tag: Tag) -> DERReader? {
    guard bytes.first == tag.rawValue else { return nil }
    return take().map { DERReader($0) }
  }

  /// The next value as a text, of whatever kind.
  mutating func nextText() -> String? {
    take().map { String(decoding: $0, as: UTF8.self) }
  }

  private mutating func take() -> ArraySlice<UInt8>? {
    var rest = bytes.dropFirst()
    guard var length = rest.popFirst().map(Int.init) else { return nil }
    if length >= 0x80 {
      let digits = rest.prefix(length & 0x7F)
      guard digits.count == length & 0x7F, digits.count <= 4 else { return nil }
      length = digits.reduce(0) { $0 << 8 | Int($1) }
      rest = rest.dropFirst(digits.count)
    }
    guard rest.count >= length else { return nil }
    bytes = rest.dropFirst(length)
    return rest.prefix(length)
  }
}
