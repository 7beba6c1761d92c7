import PodEmulation

/// The processes of engines of the user's own and the record of them, by which they are found again should the controller
/// die: they know nothing of it and would go on.
struct EngineProcesses: Sendable {
  /// Called with everything that would outlive a controller that is killed.
  let record: @Sendable (LocalResource) throws -> Void
  /// The folder of their output; it exists.
  let logs: String

  /// Starts a process and writes it down.
  ///
  /// - Throws: ``PodError`` when it cannot be started; whatever the record throws, with the process ended.
  func start(
    _ name: String, program: String, arguments: [String], environment: [PodProcess.Variable]
  ) throws -> RunningPod {
    let pod = try PodLauncher.start(
      PodProcess(
        name: name, program: program, arguments: arguments, environment: environment, logFile: logFile(name)))
    do {
      try record(.process(LocalResource.Process(name: name, processID: pod.processID)))
    } catch {
      Task { await pod.kill() }
      throw error
    }
    return pod
  }

  func logFile(_ name: String) -> String { "\(logs)/\(name).log" }
}
