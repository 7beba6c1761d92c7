/// Why logs or a trace of the published artifact cannot be analysed, as one sentence that says where and what to do.
public enum ArtifactLogError: Error, Hashable {
  /// A line that begins like one that counts and goes on differently.
  case malformedLine(file: String, line: Int, expected: String)
  /// A line speaks of an instance that no line before it creates.
  case unknownInstance(file: String, line: Int, instance: Int)
  /// Two lines create the same instance.
  case repeatedInstance(file: String, line: Int, instance: Int)
  /// An instance was created and the log never says which GPU memory it has.
  case unknownMemory(file: String, line: Int, instance: Int)
  /// A line speaks of a request that the sample or the request log does not have.
  case unknownRequest(file: String, line: Int, request: Int)
  /// A model that is not in the list of deployments.
  case unknownModel(file: String, line: Int, model: String)
  /// A request without a result whose model no line names.
  case unknownLostRequest(file: String, request: Int)
  /// Two lines send the same request.
  case repeatedRequest(file: String, line: Int, request: Int)
  /// A request log that ends without a result.
  case noResults(file: String, lines: Int)
  /// Results that have not one token together.
  case noTokens(file: String)
  /// An application of the deployments without a request, so that its attainment is undefined.
  case applicationWithoutRequests(file: String, application: String)
  /// A model or an application whose answers never had a second token, so that its TPOT is undefined.
  case undefinedTPOT(file: String, of: String)
  /// A model with instances and without requests, so that its cost per request is undefined.
  case undefinedCost(file: String, model: String)
  /// The sampled trace and the request log hold a different number of requests.
  case resultCountDiffers(file: String, sampled: Int, results: Int)
  /// A trace file in which a row, or a byte of the binary form, is not as it must be.
  case malformedTrace(file: String, place: String, problem: String)
}

extension ArtifactLogError: CustomStringConvertible {
  /// The sentence to print.
  public var description: String {
    switch self {
    case .malformedLine(let file, let line, let expected):
      "\(file):\(line): this is not `\(expected)`; the log is cut off or of another version of the artifact."
    case .unknownInstance(let file, let line, let instance):
      "\(file):\(line): instance [\(instance)] was never created; give the log from its first line."
    case .repeatedInstance(let file, let line, let instance):
      "\(file):\(line): instance [\(instance)] was created before; give the log of one run."
    case .unknownMemory(let file, let line, let instance):
      "\(file):\(line): instance [\(instance)] has no `GPU Usage` line; give the whole log."
    case .unknownRequest(let file, let line, let request):
      "\(file):\(line): request [\(request)] is not among the results; give the logs and the rate of the same run."
    case .unknownModel(let file, let line, let model):
      "\(file):\(line): model `\(model)` is not deployed in this model set; give the model set of the run."
    case .unknownLostRequest(let file, let request):
      "\(file): request [\(request)] has neither a result nor a `Generate request` line; give the whole log."
    case .repeatedRequest(let file, let line, let request):
      "\(file):\(line): request [\(request)] was sent before; give the log of one run."
    case .noResults(let file, let lines):
      "\(file):\(lines): the log ends without a single result; give the log of a run that answered requests."
    case .noTokens(let file):
      "\(file): the results have no tokens, so a mean TPOT is undefined; give the log of a run that gave answers."
    case .applicationWithoutRequests(let file, let application):
      "\(file): no request is for `\(application)`, so its attainment is undefined; give the model set of the run."
    case .undefinedTPOT(let file, let subject):
      "\(file): no answer of `\(subject)` has a second token, so its TPOT is undefined; leave it out or rerun it."
    case .undefinedCost(let file, let model):
      "\(file): `\(model)` had instances and no request, so its cost per request is undefined; leave it out."
    case .resultCountDiffers(let file, let sampled, let results):
      "\(file): \(results) results for \(sampled) sampled requests; give the trace and the rate of the same run."
    case .malformedTrace(let file, let place, let problem):
      "\(file):\(place): \(problem); write the trace anew as CSV with the columns index,arrival_seconds,model."
    }
  }
}
