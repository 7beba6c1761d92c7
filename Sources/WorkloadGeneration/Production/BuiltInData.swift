import FoundationEssentials

/// Reads the data files that are built into this room.
enum BuiltInData {
  /// - Throws: ``WorkloadError/malformedResource(name:reason:)``.
  static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], name: String
  ) throws(WorkloadError) -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(type, from: Data(bytes))
    } catch {
      throw .malformedResource(name: name, reason: "\(error)")
    }
  }
}
