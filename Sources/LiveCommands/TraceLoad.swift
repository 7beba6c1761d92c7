import ArgumentParser
import FoundationEssentials
import Quantities
import ServingModel
import WorkloadGeneration

/// The requests of a trace and the models they ask for.
struct TraceLoad {
  /// The models, each once, in the order in which the trace names them.
  let models: [String]
  /// The requests, numbered from 1.
  let requests: [ScheduledRequest]

  /// Reads a trace.
  ///
  /// - Parameter model: what every request asks for; `nil` takes the trace's own, which every request must then have.
  /// - Throws: an error of misuse when the file is no trace or a model is missing.
  init(trace path: String, model: String?) throws {
    let contents: Data
    do {
      contents = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw ValidationError("The trace \(path) cannot be read (\(error)); name a file of requests.")
    }
    let trace: TraceFile
    do {
      trace = try TraceFile(Array(contents), path: path)
    } catch {
      throw ValidationError("\(error)")
    }
    var models: [String] = []
    var numbers: [String: Int] = [:]
    var requests: [ScheduledRequest] = []
    for (index, record) in trace.records.enumerated() {
      guard let name = model ?? record.model else {
        throw ValidationError("Request \(record.id) of \(path) names no model; give one with --model.")
      }
      let number = numbers[name] ?? models.count
      if number == models.count {
        models.append(name)
        numbers[name] = number
      }
      let request = Request(
        id: index + 1, deployment: number, promptTokens: record.promptTokens, outputTokens: record.outputTokens)
      requests.append(ScheduledRequest(request: request, sendAt: record.sendAt))
    }
    self.models = models
    self.requests = requests
  }
}
