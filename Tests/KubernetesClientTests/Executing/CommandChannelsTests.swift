import Testing

@testable import KubernetesClient

@Suite struct CommandChannelsTests {
  private static func outcome(_ messages: [UInt8]...) throws -> CommandChannels.Outcome? {
    var channels = CommandChannels()
    for message in messages { if let outcome = try channels.take(message) { return outcome } }
    return nil
  }

  private static func status(_ text: String) -> [UInt8] { [3] + Array(text.utf8) }

  @Test func `outputs are kept apart until the command has ended with success`() throws {
    let outcome = try Self.outcome(
      [1], [1, 97], [2, 98], [255, 1], [1, 99], Self.status(#"{"metadata":{},"status":"Success"}"#))
    #expect(outcome == .ended(PodCommandResult(stdout: [97, 99], stderr: [98], exitCode: 0)))
  }

  @Test func `an exit code comes as a cause`() throws {
    let text =
      #"{"metadata":{},"status":"Failure","message":"command terminated with non-zero exit code: exit status 7","#
      + #""reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode","message":"7"}]}}"#
    #expect(try Self.outcome([3], Self.status(text)) == .ended(PodCommandResult(exitCode: 7)))
  }

  @Test func `a command that could not be run is a failure in the server's words`() throws {
    let text = #"{"status":"Failure","message":"no such file","reason":"InternalError","code":500}"#
    #expect(
      try Self.outcome(Self.status(text)) == .failed(status: 500, reason: "InternalError", message: "no such file"))
  }

  @Test func `what is beyond a mebibyte of an output is dropped, and said to be`() throws {
    var channels = CommandChannels()
    let piece = [UInt8](repeating: 120, count: 1 << 19)
    for _ in 0..<2 { #expect(try channels.take([1] + piece) == nil) }
    let success = Self.status(#"{"status":"Success"}"#)
    let whole = PodCommandResult(stdout: piece + piece, exitCode: 0)
    var exact = channels
    #expect(try exact.take(success) == .ended(whole))
    #expect(try channels.take([1, 121]) == nil)
    #expect(try channels.take([2, 122]) == nil)
    #expect(
      try channels.take(success)
        == .ended(PodCommandResult(stdout: piece + piece, stderr: [122], isCut: true, exitCode: 0)))
  }

  private static let violations: [([UInt8], String)] = [
    ([], "a message is on no channel"), ([0, 1], "a message is on channel 0"), ([4], "a message is on channel 4"),
    (status("nonsense"), "the outcome of the command is no `Status`"),
    (status("{}"), "the outcome of the command is no `Status`"),
    (
      status(#"{"status":"Failure","reason":"NonZeroExitCode","details":{"causes":[{"reason":"ExitCode"}]}}"#),
      "the outcome of the command has no exit code"
    ),
  ]

  @Test(arguments: violations)
  func `messages without a place in the protocol are refused`(message: [UInt8], reason: String) throws {
    #expect(throws: WebSocketViolation(reason)) { try Self.outcome(message) }
  }
}
