import FoundationEssentials
import Glibc

/// A figure as it is kept: a script that draws it, and the table of its numbers.
public struct FigureFiles: Hashable, Sendable {
  /// The name of the files, without an ending.
  public let name: String
  /// The gnuplot script; it draws `<name>.svg` and `<name>.pdf` in the folder where it is run, and needs nothing else.
  public let script: String
  /// The numbers of the figure.
  public let table: CSVTable

  /// A figure of that name.
  ///
  /// - Precondition: `name` is a file name of letters, digits, `-`, `_` and `.`.
  public init(name: String, script: String, table: CSVTable) {
    precondition(Self.isFileName(name), "a figure's name is a plain file name")
    self.name = name
    self.script = script
    self.table = table
  }

  private static func isFileName(_ name: String) -> Bool {
    let isSafe = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
      default: false
      }
    }
    return isSafe && !name.isEmpty && !name.hasPrefix(".")
  }

  /// Draws the figure into a folder, which is made if need be: `<name>.csv`, `.gp`, `.svg` and `.pdf`.
  ///
  /// gnuplot draws in a scratch folder; only what is complete is moved into place, each file under a temporary name
  /// first, so that a killed run leaves the old figure or the new one, never half of one. The same figure gives the
  /// same bytes (of the PDF, too, whose date is overwritten).
  ///
  /// - Returns: the paths written, in the order above.
  /// - Throws: `PlottingError`; the folder then holds what it held before, unless the disk itself failed.
  @discardableResult
  public func draw(with gnuplot: Gnuplot, into folder: String) throws -> [String] {
    let drawn = try inScratchFolder { scratch in
      try gnuplot.run(script, scratch)
      return (
        svg: try read("\(name).svg", in: scratch, end: "</svg>"),
        pdf: try PDFCreationDate.fix(read("\(name).pdf", in: scratch, end: "%%EOF"))
      )
    }
    try failing(at: folder) {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    let files = [
      ("csv", Array(table.text.utf8)), ("gp", Array(script.utf8)), ("svg", drawn.svg), ("pdf", drawn.pdf),
    ]
    return try files.map { ending, bytes in
      let path = "\(folder)/\(name).\(ending)"
      try failing(at: path) { try Data(bytes).write(to: URL(filePath: path), options: .atomic) }
      return path
    }
  }

  /// The bytes of a file that gnuplot should have written to its end.
  private func read(_ file: String, in folder: String, end: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else {
      throw PlottingError.outputMissing(file: file)
    }
    let isComplete = String(decoding: data.suffix(64), as: UTF8.self).contains(end)
    guard isComplete else { throw PlottingError.outputMissing(file: file) }
    return Array(data)
  }

  private func inScratchFolder<Output>(_ body: (String) throws -> Output) throws -> Output {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(name)-\(UUID().uuidString)")
    let path = folder.path(percentEncoded: false)
    try failing(at: path) { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }
    let result = Result { try body(path) }
    try failing(at: path) { try FileManager.default.removeItem(at: folder) }
    return try result.get()
  }

  private func failing(at path: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch {
      throw PlottingError.fileFailed(path: path, reason: Self.reason(of: error))
    }
  }

  /// What the system says, where it says something; an error of Foundation is a page long.
  private static func reason(of error: any Error) -> String {
    guard let system = (error as? CocoaError)?.underlying as? POSIXError else { return "\(error)" }
    return String(cString: strerror(system.code.rawValue)) + "."
  }
}
