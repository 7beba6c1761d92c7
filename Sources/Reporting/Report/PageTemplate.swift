/// Templates, styles and scripts that come with the program, and pages made of them.
enum PageTemplate {
  /// A whole page.
  ///
  /// - Parameters:
  ///   - title: text.
  ///   - body: HTML.
  ///   - script: HTML of scripts after the body.
  static func page(title: String, body: String, script: String = "") -> String {
    filled(
      PackageResources.page_html,
      [("title", HTML.escaped(title)), ("style", text(PackageResources.page_css)), ("body", body), ("script", script)])
  }

  /// A template with something in the place of each name in double braces; what is filled in is never taken for a name.
  static func filled(_ template: [UInt8], _ values: [(name: String, value: String)]) -> String {
    let template = text(template)
    var pieces: [Substring] = []
    var rest = template[...]
    while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
      let name = rest[start.upperBound..<end.lowerBound]
      guard let value = values.first(where: { $0.name == name })?.value else {
        preconditionFailure("the template names `\(name)`, which has no value")
      }
      pieces += [rest[..<start.lowerBound], value[...]]
      rest = rest[end.upperBound...]
    }
    return (pieces + [rest]).joined()
  }

  /// The timeline's scripts, in the order in which they need one another.
  static var timelineScripts: String {
    [
      PackageResources.timeline_data_js, PackageResources.timeline_drawing_js, PackageResources.timeline_view_js,
      PackageResources.timeline_start_js,
    ].map { "<script>\n\(text($0))</script>" }.joined(separator: "\n")
  }

  static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
  }
}
