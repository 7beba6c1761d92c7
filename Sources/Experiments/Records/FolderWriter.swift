/// The few steps by which a result is put into a folder of results.
///
/// They are a value so that each of them can be made to fail, or to be the last one before a process dies.
struct FolderWriter: Sendable {
  /// Makes a folder and those above it.
  var makeFolder: @Sendable (_ path: String) throws -> Void
  /// Writes a file in place and waits until it is on disk.
  var writeFile: @Sendable (_ text: String, _ path: String) throws -> Void
  /// Gives a folder another name.
  var move: @Sendable (_ path: String, _ newPath: String) throws -> Void
  /// Removes a folder with what is in it, as far as that is possible; nothing happens where there is none.
  var removeFolder: @Sendable (_ path: String) -> Void

  /// Of the machine.
  static let live = FolderWriter(
    makeFolder: { try FileStore.makeFolder($0) }, writeFile: { try FileStore.writeDirectly($0, to: $1) },
    move: { try FileStore.move($0, to: $1) }, removeFolder: { FileStore.removeFolder($0) })
}
