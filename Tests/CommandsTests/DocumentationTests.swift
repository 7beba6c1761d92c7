import Foundation
import Testing

/// What the documentation points at and quotes is there.
@Suite struct DocumentationTests {
  private static let pages: [String] = {
    let docs = (try? FileManager.default.subpathsOfDirectory(atPath: Program.package.path + "/docs")) ?? []
    return ["README.md"] + docs.filter { $0.hasSuffix(".md") }.map { "docs/\($0)" }.sorted()
  }()

  private static func text(_ page: String) throws -> String {
    try String(contentsOf: Program.package.appendingPathComponent(page), encoding: .utf8)
  }

  /// The places of a page that a link can name: its headings, as GitHub spells them.
  private static func anchors(in text: String) -> Set<String> {
    var isCode = false
    return Set(
      text.split(separator: "\n").compactMap { line in
        if line.hasPrefix("```") { isCode.toggle() }
        guard !isCode, line.hasPrefix("#") else { return nil }
        let words = line.drop { $0 == "#" }.dropFirst().lowercased()
        return String(words.replacing(" ", with: "-").filter { $0.isLetter || $0.isNumber || "-_".contains($0) })
      })
  }

  @Test(arguments: pages)
  func `every link leads to a file, or to a heading, that is there`(page: String) throws {
    let text = try Self.text(page)
    let folder = Program.package.appendingPathComponent(page).deletingLastPathComponent()
    for match in text.matches(of: /\]\(([^)\s]+)\)/) {
      let target = String(match.1)
      if target.hasPrefix("http://") || target.hasPrefix("https://") { continue }
      let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let path = parts[0].isEmpty ? page : parts[0]
      let file = parts[0].isEmpty ? Program.package.appendingPathComponent(page) : folder.appendingPathComponent(path)
      #expect(FileManager.default.fileExists(atPath: file.path), "\(page) links to \(target)")
      if parts.count == 2 {
        let there = try String(contentsOf: file, encoding: .utf8)
        #expect(Self.anchors(in: there).contains(parts[1]), "\(page) links to \(target)")
      }
    }
  }

  @Test func `the README leads to every page`() throws {
    let readme = try Self.text("README.md")
    for page in Self.pages.dropFirst() where !page.hasPrefix("docs/examples/") {
      #expect(readme.contains("(\(page))"), "\(page)")
    }
  }

  @Test func `every sentence in the troubleshooting page is one that a program says`() throws {
    var sources = try Self.text("Makefile")
    for folder in ["Sources", "ae_scripts"] {
      let files = try FileManager.default.subpathsOfDirectory(atPath: "\(Program.package.path)/\(folder)")
      for file in files where file.hasSuffix(".swift") || file.hasSuffix(".sh") {
        sources += try Self.text("\(folder)/\(file)")
      }
    }
    sources = sources.replacing("\\`", with: "`")
    // Sentences that are too long for a line of source are put together as the compiler does it.
    sources = sources.replacing(/"\s*\+ "/, with: "").replacing(#/ \\\n\s*/#, with: " ")
    let headings = try Self.text("docs/troubleshooting.md").split(separator: "\n").filter { $0.hasPrefix("### `") }
    #expect(headings.count > 20)
    for heading in headings {
      let quoted = heading.dropFirst("### `".count).dropLast()
      for part in quoted.split(separator: "…") where part.count > 8 {
        let words = part.trimmingCharacters(in: CharacterSet(charactersIn: " ,;:.()"))
        let isSaid = sources.contains(words)
        #expect(isSaid, "no program says: \(words)")
      }
    }
  }
}
