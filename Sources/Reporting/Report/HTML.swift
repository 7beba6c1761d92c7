/// The few pieces of HTML that are put together from data; everything else of a page is in a template.
enum HTML {
  /// A text that stands for itself between tags and in quoted attributes.
  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// A table that scrolls by itself where it is too wide; cells are HTML already.
  ///
  /// - Parameter numeric: which columns stand to the right.
  static func table(header: [String], numeric: [Bool], rows: [[String]]) -> String {
    table(header: header, numeric: numeric, groups: [(title: "", rows: rows)])
  }

  /// The same with rows in groups; the title of a group is HTML, an empty one is left out.
  static func table(header: [String], numeric: [Bool], groups: [(title: String, rows: [[String]])]) -> String {
    let line = { (cells: [String], tag: String) in
      zip(cells, numeric).map { cell, isNumber in
        "<\(tag)\(isNumber ? " class=\"number\"" : "")>\(cell)</\(tag)>"
      }.joined()
    }
    let body = groups.map { title, rows in
      let head = "<tr class=\"group\"><th colspan=\"\(header.count)\">\(title)</th></tr>\n"
      return (title.isEmpty ? "" : head) + rows.map { "<tr>\(line($0, "td"))</tr>\n" }.joined()
    }.joined()
    return "<div class=\"scroll\"><table>\n<thead><tr>\(line(header.map(escaped), "th"))</tr></thead>\n"
      + "<tbody>\n\(body)</tbody></table></div>\n"
  }

  /// Points of a list.
  static func list(_ items: [String]) -> String {
    "<ul>\n" + items.map { "<li>\(escaped($0))</li>\n" }.joined() + "</ul>\n"
  }

  /// A figure that gnuplot drew, to stand in a page with others: its names get a prefix, since they are the same in every
  /// drawing, and its title says what it shows.
  static func inline(svg: String, prefix: String, title: String) -> String {
    guard let start = svg.firstRange(of: "<svg") else { return "" }
    return String(svg[start.lowerBound...]).replacing("id='", with: "id='\(prefix)-").replacing(
      "id=\"", with: "id=\"\(prefix)-"
    )
    .replacing("href='#", with: "href='#\(prefix)-").replacing("url(#", with: "url(#\(prefix)-")
    .replacing("<title>Gnuplot</title>", with: "<title>\(escaped(title))</title>")
  }

  /// A JSON text that may stand in a script element.
  static func embedded(json: String) -> String {
    json.replacing("<", with: "\\u003c")
  }
}
