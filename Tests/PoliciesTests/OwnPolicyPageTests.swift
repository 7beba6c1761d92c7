import Foundation
import Testing

/// `docs/your-own-policy.md` shows pieces of files that are compiled and tested; it must show them as they are.
@Suite struct OwnPolicyPageTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  /// The blocks of code of a language on the page.
  private static func blocks(of language: String) throws -> [String] {
    try text("docs/your-own-policy.md").components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  @Test func `every piece of Swift stands in a file that is compiled, but for the shortest policy`() throws {
    let files = try ["Sources/Policies/PrewarmPolicy.swift", "Sources/Policies/OwnPolicies.swift"].map(Self.text)
    let blocks = try Self.blocks(of: "swift")
    #expect(blocks.count >= 5)
    for block in blocks where !block.contains("PatientPolicy") {
      #expect(files.contains { $0.contains(block) }, "\(block)")
    }
    // The shortest policy is compiled below, from the same text.
    #expect(try blocks.contains { try Self.text("Tests/PoliciesTests/PatientPolicy.swift").contains($0) })
  }

  @Test func `the example in Python is the file, in at most 40 lines`() throws {
    let file = try Self.text("docs/examples/first_fit.py")
    #expect(file.split(separator: "\n", omittingEmptySubsequences: false).dropLast().count <= 40)
    #expect(try Self.blocks(of: "python").map { $0 + "\n" } == [file])
  }

  @Test func `the worked example is short`() throws {
    #expect(try Self.text("Sources/Policies/PrewarmPolicy.swift").split(separator: "\n").count <= 150)
  }
}
