import Foundation

extension Program {
  /// Runs a line of shell in the folder, with the programs on the PATH.
  func shell(_ script: String) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "PATH='\(Self.products.path)':\"$PATH\"\n\(script)"]
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: however much several programs print, none of them waits for us.
    let names = ["output-\(UUID().uuidString)", "errors-\(UUID().uuidString)"].map { path(".\($0)") }
    let handles = try names.map { name in
      try Data().write(to: URL(fileURLWithPath: name))
      return try FileHandle(forWritingTo: URL(fileURLWithPath: name))
    }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    try process.run()
    process.waitUntilExit()
    for handle in handles { try handle.close() }
    let texts = try names.map { name in
      let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: name)), as: UTF8.self)
      try FileManager.default.removeItem(atPath: name)
      return text
    }
    return Outcome(exitCode: process.terminationStatus, output: texts[0], errors: texts[1])
  }

  /// The commands that a message quotes, in backquotes.
  static func quotedCommands(in message: String) -> [String] {
    message.components(separatedBy: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
  }
}
