import Experiments
import Foundation
import Testing

@testable import Reporting

/// Pages put together from templates and data.
@Suite struct PageTests {
  @Test func `a text stands for itself in a page and in a script`() throws {
    #expect(HTML.escaped("a < b & \"c\" > d") == "a &lt; b &amp; &quot;c&quot; &gt; d")
    let json = HTML.embedded(json: #"{"a":"</script><!--"}"#)
    #expect(!json.contains("<"))
    let decoded = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
    #expect(decoded == ["a": "</script><!--"])
  }

  @Test func `what is filled in is not taken for a name`() {
    let text = PageTemplate.filled(Array("<{{a}}|{{b}}>".utf8), [("a", "{{b}}"), ("b", "2")])
    #expect(text == "<{{b}}|2>")
  }

  @Test func `a drawing's names are its own and its title says what it shows`() {
    let svg =
      "<?xml version=\"1.0\"?>\n<svg><title>Gnuplot</title><path id='p'/><g id=\"q\"/><use xlink:href='#p'/></svg>"
    #expect(
      HTML.inline(svg: svg, prefix: "f", title: "A & B")
        == "<svg><title>A &amp; B</title><path id='f-p'/><g id=\"f-q\"/><use xlink:href='#f-p'/></svg>")
  }

  @Test func `every fact of the fidelity notes is in docs fidelity`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let document = try String(contentsOf: root.appendingPathComponent("docs/fidelity.md"), encoding: .utf8)
      .replacing("*", with: "")
    let notes = PageTemplate.text(PackageResources.fidelity_html)
    // Cells of the table are those of the document's; numbers of the list occur there.
    let cells = notes.matches(of: /<td>([^<]+)<\/td>/).map { String($0.output.1) }
    #expect(cells.count == 24)
    for cell in cells { #expect(document.contains("| \(cell) |"), "\(cell)") }
    let list = notes.split(separator: "<ul>").last.map(String.init) ?? ""
    let numbers = list.matches(of: /\d+\.\d+|\d+(?= %)/).map { String($0.output) }
    #expect(numbers.count >= 5)
    for number in numbers { #expect(document.contains(number), "\(number)") }
  }
}
