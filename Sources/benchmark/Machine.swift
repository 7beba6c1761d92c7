#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the numbers were measured on.
enum Machine {
  /// Processors that the program may use, with the model that the system names.
  static var description: String {
    let cores = sysconf(Int32(_SC_NPROCESSORS_ONLN))
    return "\(cores) cores of \(processorModel() ?? "a processor without a name")"
  }

  /// The `model name` of the first processor, as Linux lists it.
  private static func processorModel() -> String? {
    guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      guard text.hasPrefix("model name"), let colon = text.firstIndex(of: ":") else { continue }
      return String(text[text.index(after: colon)...].drop { $0 == " " }.prefix { $0 != "\n" })
    }
    return nil
  }
}

/// The most memory that the process has had at a time, in MB (10^6 bytes).
func peakResidentMegabytes() -> Int {
  var usage = rusage()
  #if canImport(Glibc)
    let status = getrusage(__rusage_who_t(0), &usage)
  #else
    let status = getrusage(RUSAGE_SELF, &usage)
  #endif
  precondition(status == 0, "every supported system counts memory")
  #if canImport(Darwin)
    return usage.ru_maxrss / 1_000_000
  #else
    return usage.ru_maxrss * 1024 / 1_000_000
  #endif
}
