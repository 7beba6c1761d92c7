import Glibc

/// What a tensor is for, as far as cutting a model into stages needs to know.
///
/// The published code decides by what the name contains, in a fixed order; so does this, to cut models alike.
public enum TensorRole: Hashable, Sendable {
  /// The output head.
  case head
  /// A table of the rotary position embedding, which every stage needs.
  case rotary
  /// An input embedding.
  case embedding
  /// A tensor of the decoder layer of that number.
  case layer(Int)
  /// The final norm, and whatever else has no number.
  case final

  /// The role of the tensor of a name.
  ///
  /// A model has hundreds of names and is cut in several ways, so the search is the C library's: it is fast in a debug
  /// build, too.
  public init(ofTensorNamed name: String) {
    if strstr(name, "lm_head") != nil {
      self = .head
    } else if strstr(name, "rotary") != nil {
      self = .rotary
    } else if strstr(name, "emb") != nil || strstr(name, "wte") != nil {
      self = .embedding
    } else if let number = Self.firstNumber(in: name) {
      self = .layer(number)
    } else {
      self = .final
    }
  }

  private static func firstNumber(in name: String) -> Int? {
    let digits = name.utf8.drop { !isDigit($0) }.prefix(while: isDigit)
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
