/// What the published request generator logged: which requests it sent, and what came back.
///
/// Lines that are none of these are passed over, as the published analysis does. A line that begins like a result and
/// is not one is an error here: there it was passed over, and the request counted as lost.
public struct ArtifactRequestLog: Hashable, Sendable {
  /// A request that was sent.
  public struct Sent: Hashable, Sendable {
    /// The number of the request: its position in the sample, from 1.
    public let request: Int
    /// The model that it asked for, `vendor/name/k`.
    public let model: String
    /// The line in the log.
    public let line: Int
  }

  /// A request that was answered; one request may have several when its connection was reset.
  public struct Result: Hashable, Sendable {
    /// The number of the request.
    public let request: Int
    /// TTFT in seconds, from the last attempt's start.
    public let ttftSeconds: Double
    /// TPOT in milliseconds; −1 for an answer of one token or none.
    public let tpotMilliseconds: Double
    /// The tokens of the answer.
    public let tokens: Int
    /// The model that answered, `vendor/name/k`.
    public let model: String
    /// The line in the log.
    public let line: Int
  }

  /// The name of the log, for errors.
  public let file: String
  /// How many lines it has.
  public let lineCount: Int
  /// The requests sent, in the log's order.
  public let sent: [Sent]
  /// The answers, in the log's order, repeated ones too.
  public let results: [Result]
  /// The requests for which the log says that no token came back, in its order.
  public let withoutTokens: [Int]
  /// How often a connection was reset and a request sent again; the log does not say which one.
  public let retries: Int

  /// Reads a log.
  ///
  /// - Throws: `ArtifactLogError.malformedLine`.
  public init(parsing text: String, file: String) throws(ArtifactLogError) {
    let lines = LogLine.lines(of: text)
    var sent: [Sent] = []
    var results: [Result] = []
    var withoutTokens: [Int] = []
    var retries = 0
    for line in lines {
      var line = line
      if line.accept("Generate request [") {
        sent.append(try Self.sent(&line, file: file))
      } else if line.accept("Meet exception: Connection Reset By Peer. Retry.") {
        retries += 1
      } else if line.accept("["), let request = line.integer(), line.accept("]: ") {
        if line.accept("TTFT") {
          results.append(try Self.result(&line, request: request, file: file))
        } else if line.accept("No Token Response!") {
          withoutTokens.append(request)
        }
      }
    }
    self.file = file
    lineCount = lines.count
    self.sent = sent
    self.results = results
    self.withoutTokens = withoutTokens
    self.retries = retries
  }

  /// The rest of `Generate request [5] for model vendor/name/3`.
  private static func sent(_ line: inout LogLine, file: String) throws(ArtifactLogError) -> Sent {
    guard let request = line.integer(), line.accept("] for model "), !line.isAtEnd else {
      throw .malformedLine(file: file, line: line.number, expected: "Generate request [n] for model vendor/name/k")
    }
    return Sent(request: request, model: line.remainder(), line: line.number)
  }

  /// The rest of `[5]: TTFT = 1.91s, TPOT = 105.39 ms, #Tokens = 129 (vendor/name/3)`.
  private static func result(
    _ line: inout LogLine, request: Int, file: String
  ) throws(ArtifactLogError) -> Result {
    guard line.accept(" = "), let ttft = line.decimal(), line.accept("s, TPOT = "), let tpot = line.decimal(),
      line.accept(" ms, #Tokens = "), let tokens = line.integer(), line.accept(" ("),
      let model = line.text(before: ")"), line.isAtEnd, isPlausible(ttft: ttft, tpot: tpot, tokens: tokens)
    else {
      throw .malformedLine(
        file: file, line: line.number, expected: "[n]: TTFT = 1.0s, TPOT = 1.0 ms, #Tokens = 1 (vendor/name/k)")
    }
    return Result(
      request: request, ttftSeconds: ttft, tpotMilliseconds: tpot, tokens: tokens, model: model, line: line.number)
  }

  /// Whether an answer took less than decades, so that its end is a moment of a run. A broken answer's TPOT may be
  /// as far below zero as the clock is above.
  private static func isPlausible(ttft: Double, tpot: Double, tokens: Int) -> Bool {
    abs(ttft) <= 1e6 && (-1e15...1e6).contains(tpot) && tokens <= 1_000_000
  }
}
