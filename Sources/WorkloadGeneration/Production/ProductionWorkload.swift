import ServingModel

/// The workload of the end-to-end runs: two weeks of a production trace, replayed in an hour and thinned to a rate.
public enum ProductionWorkload {
  /// The length of a run.
  public static let runSeconds = 3600.0

  /// The models that the requests ask for, in the order of deployment numbers.
  ///
  /// Three blocks of 128, chatbot, code and summarization; in each block first 64 models of 13 billion parameters, then
  /// 64 of 7 billion. A caller maps its own model set to these positions.
  public static let deployments: [ProductionDeployment] = Application.allCases.flatMap { application in
    [13, 7].flatMap { size in
      (0..<64).map { ProductionDeployment(application: application, billionParameters: size, position: $0) }
    }
  }

  /// How many requests a run has; a product such as 0.7 x 3600 is not rounded down because of its last bit.
  static func requestCount(requestsPerSecond: Double) -> Int {
    Int((requestsPerSecond * runSeconds + 1e-6).rounded(.down))
  }

  static func check(cv: Double, requestsPerSecond: Double) throws(WorkloadError) {
    guard cv > 0, cv <= 100 else {
      throw .outOfRange(parameter: "CV", value: cv, allowed: "a number above 0 and up to 100")
    }
    guard requestsPerSecond > 0, requestsPerSecond <= 1e6, requestCount(requestsPerSecond: requestsPerSecond) >= 1
    else {
      throw .outOfRange(
        parameter: "request rate", value: requestsPerSecond,
        allowed: "requests per second, at least one an hour and at most a million")
    }
  }
}

/// A position of the end-to-end runs' model set.
public struct ProductionDeployment: Hashable, Sendable {
  /// What the model is used for.
  public let application: Application
  /// The size of the model, 7 or 13.
  public let billionParameters: Int
  /// The number among the models of this application and size, from 0.
  public let position: Int
}
