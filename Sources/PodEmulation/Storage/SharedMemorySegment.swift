import Glibc
import Synchronization

/// A POSIX shared-memory segment that is mapped into this process.
public final class SharedMemorySegment: Sendable {
  /// The name, with a slash in front.
  public let name: String
  /// The size in bytes.
  public let size: Int
  private let address: UInt
  private let isOwner: Bool

  /// Makes a segment; its name disappears with this value, or before with ``removeName()``.
  ///
  /// - Throws: ``PodError/systemRefused(what:reason:)``, for example when the name is taken.
  public init(creating name: String, size: Int) throws(PodError) {
    let descriptor = shm_open(name, O_CREAT | O_EXCL | O_RDWR, 0o600)
    guard descriptor >= 0 else { throw .refused("the shared-memory segment \(name)") }
    defer { close(descriptor) }
    guard ftruncate(descriptor, size) == 0 else {
      let error = PodError.refused("\(size) bytes of shared memory")
      shm_unlink(name)
      throw error
    }
    do {
      address = try Self.map(descriptor, size, name)
    } catch {
      shm_unlink(name)
      throw error
    }
    (self.name, self.size, isOwner) = (name, size, true)
  }

  /// Opens a segment that another process has made.
  ///
  /// - Throws: ``PodError/systemRefused(what:reason:)``, for example when there is none of that size.
  public init(opening name: String, size: Int) throws(PodError) {
    let descriptor = shm_open(name, O_RDWR, 0)
    guard descriptor >= 0 else { throw .refused("the shared-memory segment \(name)") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size >= size else {
      throw .systemRefused(what: "the shared-memory segment \(name)", reason: "it has fewer than \(size) bytes")
    }
    address = try Self.map(descriptor, size, name)
    (self.name, self.size, isOwner) = (name, size, false)
  }

  deinit {
    munmap(UnsafeMutableRawPointer(bitPattern: address), size)
    removeName()
  }

  /// Takes away the name of a segment made here; whoever has mapped the memory keeps it.
  public func removeName() {
    if isOwner { shm_unlink(name) }
  }

  private static func map(_ descriptor: Int32, _ size: Int, _ name: String) throws(PodError) -> UInt {
    let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { throw .refused("a mapping of the shared-memory segment \(name)") }
    return UInt(bitPattern: memory)
  }

  /// The bytes of a part.
  ///
  /// - Precondition: the part is within the segment, which outlives its use.
  public func bytes(_ part: Range<Int>) -> UnsafeMutableRawBufferPointer {
    precondition(part.lowerBound >= 0 && part.upperBound <= size, "only the segment's own bytes")
    return UnsafeMutableRawBufferPointer(
      start: UnsafeMutableRawPointer(bitPattern: address + UInt(part.lowerBound)), count: part.count)
  }

  /// How many bytes of the shard at an offset have arrived, as its first 8 bytes say.
  public func arrivedBytes(at offset: Int) -> Int {
    Int(counter(at: offset).pointee.load(ordering: .acquiring))
  }

  /// Lets readers see that so many bytes of a shard have arrived.
  func setArrivedBytes(_ count: Int, at offset: Int) {
    counter(at: offset).pointee.store(UInt64(count), ordering: .releasing)
  }

  private func counter(at offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    precondition(offset % 8 == 0, "a count is aligned")
    guard let start = bytes(offset..<offset + 8).baseAddress else { preconditionFailure("a count has an address") }
    return start.assumingMemoryBound(to: Atomic<UInt64>.self)
  }
}
