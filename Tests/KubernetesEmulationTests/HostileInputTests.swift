import Quantities
import Testing
import WireProtocols

@testable import KubernetesEmulation

@Suite struct HostileInputTests {
  /// Bytes that begin as the real ones do, so that more than the first check is reached.
  private static func bytes(_ random: inout SplitMix64, from alphabet: [UInt8], upTo count: Int) -> [UInt8] {
    (0..<Int.random(in: 0...count, using: &random)).map { _ in
      alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `whatever comes as a binary body is an object or nothing`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      // An envelope of a known kind around anything.
      let content = Self.bytes(&random, from: Array(0...255), upTo: 40)
      let kind = Array("\u{12}\u{09}Namespace".utf8)
      let body = [0x6B, 0x38, 0x73, 0] + [0x0A, UInt8(kind.count)] + kind + [0x12, UInt8(content.count)] + content
      if let json = ProtobufBody.object(body) { #expect(json["kind"] == "Namespace") }
      _ = ProtobufBody.object([0x6B, 0x38, 0x73, 0] + content)
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `whatever comes as a selector means something or is refused with 400`(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for _ in 0..<200 {
      let text = String(decoding: Self.bytes(&random, from: Array("ab=!,() innot.".utf8), upTo: 12), as: UTF8.self)
      do {
        let selector = try LabelSelector(parsing: text)
        _ = selector.matches([.init("a", "b")])
      } catch {
        #expect(error.code == 400)
      }
      _ = QueryString(String(decoding: Self.bytes(&random, from: Array("a=&%2F+".utf8), upTo: 12), as: UTF8.self))["a"]
    }
  }

  @Test(arguments: UInt64(0)..<50)
  func `applying the same twice changes nothing, and what is applied is there`(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var live: KubernetesObject?
    for step in 0..<20 {
      let manager = ["one", "two", "three"][Int.random(in: 0..<3, using: &random)]
      let names = ["a", "b", "c", "d"].filter { _ in Bool.random(using: &random) }
      let data = JSON(texts: names.map { ($0, "\(Int.random(in: 0..<2, using: &random))") })
      let applying = ServerSideApply(manager: manager, isForced: true, subresource: nil, time: "\(step)")
      let once = try applying.apply(["data": data], to: live, type: .configMap)
      let twice = try applying.apply(["data": data], to: once, type: .configMap)
      #expect(twice.json.means(once.json))
      for member in data.members { #expect(once.json.at("data", member.name) == member.value) }
      // Every value that is there belongs to somebody.
      let owned = ManagedFields(of: once).entries.reduce(FieldSet()) { $0.union($1.fields) }
      for member in once.json["data"]?.members ?? [] {
        #expect(owned.inner[.field("data")]?.inner[.field(member.name)] != nil)
      }
      live = once
    }
  }
}
