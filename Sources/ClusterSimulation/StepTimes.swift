import Quantities

/// The step-time laws of one kind of GPU, in seconds.
///
/// A run computes the length of every single step, and converting the same constants from `Duration` each time costs more
/// than the law itself; so they are converted once.
public struct StepTimes: Sendable {
  private let prefillBase: Double
  private let prefillPerTokenAndGB: Double
  private let decodeBase: Double
  private let decodePerGB: Double

  /// The laws of a kind of GPU.
  public init(of constants: GPUConstants) {
    prefillBase = constants.prefillBase.inSeconds
    prefillPerTokenAndGB = constants.prefillPerTokenAndGB.inSeconds
    decodeBase = constants.decodeBase.inSeconds
    decodePerGB = constants.decodePerGB.inSeconds
  }

  /// Prefill of a prompt on a whole GPU.
  public func prefill(tokens: Int, modelGB: Double) -> Double {
    prefillBase + prefillPerTokenAndGB * Double(tokens) * modelGB
  }

  /// One decode step of one request on a whole GPU.
  public func decode(modelGB: Double) -> Double {
    decodeBase + decodePerGB * modelGB
  }
}
