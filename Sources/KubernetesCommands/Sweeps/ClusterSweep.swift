import Commands
import Experiments
import KubernetesClient
import KubernetesDeployment
import Synchronization

/// Runs what a collection lacks as Jobs of a cluster, one after the other, until it lacks nothing.
///
/// The Job that an earlier command has left is taken over: its results are read, whether it is done or not. Usually one
/// Job is enough. Another is made of what is missing when logs were cut or pods were lost with their nodes.
struct ClusterSweep: Sendable {
  let client: KubernetesClient
  let settings: SweepJob
  let collection: SweepCollection
  /// Everything that belongs to the run, whether it has a result or not.
  let plan: SweepPlan
  let options: SweepJobOptions
  let note: @Sendable (String) -> Void

  /// The most Jobs that are made until everything has come.
  static let mostJobs = 4
  private static let deletionLimit = Duration.seconds(120)

  private var jobs: SweepJobs { SweepJobs(client: client, settings: settings, progress: note) }

  /// Runs what is missing.
  ///
  /// - Throws: `KubernetesError`, `DeploymentError`, `ExperimentError`, `CancellationError`.
  func run() async throws {
    for setting in try await collection.resume() { show(setting) }
    var number = 0
    for (old, job) in try await jobs.present() {
      note("Goes on with Job \(job.name).")
      number = old
      _ = try await follow(job)
      try await finish(job)
    }
    var made = 0
    while case let missing = await collection.missing, !missing.isEmpty {
      guard made < Self.mostJobs else {
        throw DeploymentError.jobFailed(
          job: "\(settings.labels.run)-\(number)",
          reason: "\(missing.count) items never came, first \(missing[0].description); are its pods' logs cut short")
      }
      (number, made) = (number + 1, made + 1)
      try await runJob(number, of: missing)
    }
    note("All \(await collection.settingCount) settings have their results.")
  }

  private func runJob(_ number: Int, of missing: [SweepItem]) async throws {
    let job = try await manifest(number, of: missing)
    note("Job \(job.name): \(missing.count) items in \(job["spec", "completions"]?.integer ?? 0) shares.")
    try await jobs.create(job)
    guard let made = try await client.get(.jobs, job.name, namespace: settings.namespace) else { return }
    let (end, words) = try await follow(made)
    if case .failed(let reason) = end, await !collection.missing.isEmpty {
      note("The Job stays for you to look at; when you repeat the command it is replaced.")
      throw DeploymentError.jobFailed(job: job.name, reason: words.isEmpty ? reason : "\(reason); a pod said: \(words)")
    }
    try await finish(made)
  }

  private func manifest(_ number: Int, of missing: [SweepItem]) async throws -> KubernetesObject {
    let rest = plan.with(missing)
    return try settings.manifest(
      number: number, plan: try rest.text(), planVariable: ShareCommand.planVariable, shares: options.shares(of: rest),
      parallelism: options.parallelism, features: try JobFeatures(try await client.serverVersion()))
  }

  /// Has the server check the Job that would be made.
  func check() async throws {
    let missing = await collection.missing
    guard !missing.isEmpty else { return note("Nothing is missing, so no Job would be made.") }
    let job = try await client.apply(try await manifest(1, of: missing), dryRun: true)
    print("Would make \(job.key)")
  }

  /// Follows a Job and takes its results.
  ///
  /// - Returns: how it ended, and the last words of a pod that failed.
  private func follow(_ job: KubernetesObject) async throws -> (SweepJobs.End, words: String) {
    guard let (text, shares) = SweepJob.contents(of: job, planVariable: ShareCommand.planVariable),
      let plan = try? SweepPlan(text: text)
    else { throw DeploymentError.foreignJob(job.name) }
    let words = LastWords()
    let end = try await jobs.follow(job, within: .seconds(options.timeoutMinutes * 60)) { [collection] index in
      guard index < shares else { return false }
      return await collection.lacks(anyOf: plan.share(index, of: shares))
    } take: { [collection] output in
      if !output.hasSucceeded { words.take(output.text) }
      for setting in try await collection.take(output.text) { show(setting) }
    }
    return (end, words.text)
  }

  private func finish(_ job: KubernetesObject) async throws {
    if options.keep, await collection.missing.isEmpty { return note("Job \(job.name) stays.") }
    try await jobs.delete(job, within: Self.deletionLimit)
  }

  /// Deletes all Jobs of the run.
  func deleteAll() async throws {
    for (_, job) in try await jobs.present() { try await jobs.delete(job, within: Self.deletionLimit) }
  }

  private func show(_ setting: SweepCollection.Finished) {
    note("[\(setting.number)/\(setting.count)] \(setting.setting): run on the cluster")
  }
}

/// What pods that have failed said last.
private final class LastWords: Sendable {
  private let line = Mutex("")

  func take(_ output: [UInt8]) {
    let others = ResultText.read(output).others.filter { !$0.isEmpty }
    if let last = others.last { line.withLock { $0 = String(last.prefix(300)).onOneLine } }
  }

  var text: String { line.withLock { $0 } }
}
