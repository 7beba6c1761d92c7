/// What goes wrong with a server in the background.
enum LiveError: Error, Equatable {
  /// A folder of results has a server already.
  case alreadyRunning(results: String, processID: Int32?)
  /// The server ended before it answered.
  case notStarted(reason: String, log: String)
  /// There is no server that answers.
  case noServer(results: String, command: String)
  /// A server did not say what it was asked.
  case noAnswer(address: String, reason: String)
  /// What was started is left, though its controller has gone.
  case leftOvers(results: String)
  /// A cluster lacks something.
  case notReady(missing: String, count: Int, command: String)
  /// A run's objects could not all be deleted.
  case objectsLeft(run: String, objects: [String])
  /// The kubeconfig leads to another cluster than the run is on.
  case otherCluster(found: String, wanted: String)
  /// A start was ended by a signal.
  case startInterrupted(results: String)
  /// The run was ended by a signal.
  case interrupted
}

extension LiveError: CustomStringConvertible {
  /// One sentence: what happened, to which thing, and what to do next.
  var description: String {
    switch self {
    case .alreadyRunning(let results, let processID):
      "A server\(processID.map { " (process \($0))" } ?? "") runs on \(results) already; end it with "
        + "`stop-server --results \(results)`, or take another folder."
    case .notStarted(let reason, let log): "The server has not started: \(reason) Its output is in \(log)."
    case .noServer(let results, let command): "No server runs on \(results); start it with `\(command)`."
    case .noAnswer(let address, let reason): "The server at \(address) does not answer (\(reason)); look at its log."
    case .leftOvers(let results):
      "The server on \(results) died and left things behind; end them with `stop-server --clean --results \(results)`."
    case .notReady(let missing, let count, let command):
      "The cluster is not ready: `\(missing)` is missing\(count > 1 ? ", and \(count - 1) more" : ""); see `\(command)`."
    case .objectsLeft(let run, let objects):
      "Of run \(run) \(objects.prefix(5).joined(separator: ", "))\(objects.count > 5 ? " and more" : "") is left; try "
        + "`stop-server --cluster kubernetes` again when the cluster answers."
    case .otherCluster(let found, let wanted):
      "The run is on the cluster at \(wanted) and the kubeconfig leads to \(found); nothing was deleted, so set KUBECONFIG "
        + "as it was."
    case .startInterrupted(let results):
      "The start was interrupted; end what it has begun with `stop-server --clean --results \(results)`."
    case .interrupted: "The run was interrupted; nothing of it is recorded, and the server goes on."
    }
  }
}
