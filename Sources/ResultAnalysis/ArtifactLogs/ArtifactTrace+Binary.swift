extension ArtifactTrace {
  /// Reads the artifact's own binary form: a Python pickle of a list of (seconds, model, prompt).
  ///
  /// Only lists, tuples, dictionaries, texts and numbers are read. A pickle can also name code to call; such a file is
  /// refused, never obeyed.
  ///
  /// - Throws: `ArtifactLogError.malformedTrace` with the byte.
  /// - Source: the opcodes as Python's `pickletools` documents them, protocols 2 to 4.
  public init(parsingBinary bytes: [UInt8], file: String) throws(ArtifactLogError) {
    var reader = PickleReader(bytes: bytes, file: file)
    guard case .sequence(let items) = try reader.value() else {
      throw .malformedTrace(file: file, place: "byte 0", problem: "the file does not hold a list")
    }
    var arrivals: [Arrival] = []
    for (index, item) in items.enumerated() {
      guard case .sequence(let fields) = item, fields.count == 3, case .number(let seconds) = fields[0],
        case .text(let model) = fields[1], seconds.isFinite, seconds >= 0
      else {
        throw .malformedTrace(file: file, place: "request \(index)", problem: "this is not (seconds, model, prompt)")
      }
      arrivals.append(Arrival(seconds: seconds, model: model))
    }
    try self.init(arrivals: arrivals, file: file)
  }
}

/// The few kinds of values of a trace.
private enum PickledValue {
  case number(Double)
  case text(String)
  case sequence([PickledValue])
  /// A value that a trace may hold and that the analysis does not look at.
  case ignored
}

/// Runs the stack machine that a pickle is written for.
private struct PickleReader {
  private let bytes: [UInt8]
  private let file: String
  private var position = 0
  private var stack: [PickledValue] = []
  private var marks: [Int] = []
  /// Values that are used again. A list is noted while it is empty and stays so here, which is enough: traces repeat
  /// texts, and prompts are not looked at.
  private var memo: [PickledValue] = []

  init(bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The value that the whole file describes.
  mutating func value() throws(ArtifactLogError) -> PickledValue {
    while true {
      let opcode = try byte()
      if opcode == UInt8(ascii: ".") { return try pop() }
      switch opcode {
      case 0x80: position += 1
      case 0x95: position += 8
      case UInt8(ascii: "("): marks.append(stack.count)
      case UInt8(ascii: "]"), UInt8(ascii: ")"): stack.append(.sequence([]))
      case UInt8(ascii: "}"), UInt8(ascii: "N"): stack.append(.ignored)
      case 0x94, UInt8(ascii: "q"), UInt8(ascii: "r"), UInt8(ascii: "h"), UInt8(ascii: "j"): try remember(opcode)
      case 0x86, 0x87, UInt8(ascii: "a"), UInt8(ascii: "e"), UInt8(ascii: "s"), UInt8(ascii: "u"): try collect(opcode)
      default: stack.append(try atom(opcode))
      }
    }
  }

  private mutating func remember(_ opcode: UInt8) throws(ArtifactLogError) {
    switch opcode {
    case UInt8(ascii: "h"), UInt8(ascii: "j"):
      let index = Int(try unsigned(bytes: opcode == UInt8(ascii: "h") ? 1 : 4))
      guard memo.indices.contains(index) else { throw failure("a value is used that was never noted") }
      stack.append(memo[index])
    default:
      if opcode != 0x94 {
        let index = Int(try unsigned(bytes: opcode == UInt8(ascii: "q") ? 1 : 4))
        guard index == memo.count else { throw failure("values are not noted one after another") }
      }
      let value = try pop()
      memo.append(value)
      stack.append(value)
    }
  }

  private mutating func collect(_ opcode: UInt8) throws(ArtifactLogError) {
    switch opcode {
    case 0x86, 0x87: stack.append(.sequence(try pop(count: opcode == 0x86 ? 2 : 3)))
    case UInt8(ascii: "a"), UInt8(ascii: "e"):
      let items = try opcode == UInt8(ascii: "a") ? pop(count: 1) : popToMark()
      guard case .sequence(let list) = try pop() else { throw failure("something is added to what is not a list") }
      stack.append(.sequence(list + items))
    default:
      // The members of a dictionary; the dictionary itself stays, as one that is not looked at.
      let members = try opcode == UInt8(ascii: "s") ? pop(count: 2) : popToMark()
      guard case .ignored? = stack.last, members.count.isMultiple(of: 2) else {
        throw failure("members are added to what is not a dictionary")
      }
    }
  }

  private mutating func atom(_ opcode: UInt8) throws(ArtifactLogError) -> PickledValue {
    switch opcode {
    case UInt8(ascii: "G"):
      return .number(Double(bitPattern: try unsigned(bytes: 8).byteSwapped))
    case UInt8(ascii: "K"): return .number(Double(try unsigned(bytes: 1)))
    case UInt8(ascii: "M"): return .number(Double(try unsigned(bytes: 2)))
    case UInt8(ascii: "J"): return .number(Double(Int32(bitPattern: UInt32(try unsigned(bytes: 4)))))
    case 0x8C: return .text(try text(count: try unsigned(bytes: 1)))
    case UInt8(ascii: "X"): return .text(try text(count: try unsigned(bytes: 4)))
    default:
      let code = String(opcode, radix: 16)
      throw failure("opcode 0x\(code) makes something other than lists, tuples, texts and numbers")
    }
  }

  private mutating func byte() throws(ArtifactLogError) -> UInt8 {
    guard bytes.indices.contains(position) else { throw failure("the file ends early") }
    position += 1
    return bytes[position - 1]
  }

  /// A whole number, lowest byte first.
  private mutating func unsigned(bytes count: Int) throws(ArtifactLogError) -> UInt64 {
    var value: UInt64 = 0
    for place in 0..<UInt64(count) { value |= UInt64(try byte()) << (8 * place) }
    return value
  }

  private mutating func text(count: UInt64) throws(ArtifactLogError) -> String {
    guard count <= UInt64(bytes.count - position) else { throw failure("the file ends early") }
    defer { position += Int(count) }
    return String(decoding: bytes[position..<(position + Int(count))], as: UTF8.self)
  }

  private mutating func pop() throws(ArtifactLogError) -> PickledValue {
    guard let value = stack.popLast() else { throw failure("a value is missing") }
    return value
  }

  private mutating func pop(count: Int) throws(ArtifactLogError) -> [PickledValue] {
    guard stack.count >= count else { throw failure("a value is missing") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(ArtifactLogError) -> [PickledValue] {
    guard let mark = marks.popLast(), mark <= stack.count else { throw failure("a mark is missing") }
    return try pop(count: stack.count - mark)
  }

  private func failure(_ problem: String) -> ArtifactLogError {
    .malformedTrace(file: file, place: "byte \(position)", problem: problem)
  }
}
