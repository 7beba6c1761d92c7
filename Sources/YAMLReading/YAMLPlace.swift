/// Where something stands in a YAML file, so that an error can name it.
public struct YAMLPlace: Hashable, Sendable, CustomStringConvertible {
  /// The file as the caller named it.
  public let file: String
  /// The line, counted from 1.
  public let line: Int
  /// The column in characters, counted from 1.
  public let column: Int

  /// A place in a file.
  public init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// `file:line`, the form that editors and terminals turn into a link.
  public var description: String {
    "\(file):\(line)"
  }
}
