import ArgumentParser
import Commands
import Experiments
import FoundationEssentials
import KubernetesClient
import KubernetesDeployment

/// `kubernetes-cluster reproduce`: run what figures need as a Job of a cluster.
struct ReproduceOnClusterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce", abstract: "Run everything that a figure needs as a Job of a cluster, then draw it.",
    discussion: """
      The settings, each seed by itself, are divided among the indexes of a Job of this toolkit's container image. What the \
      containers print is read through the API server, checked and put together to the files that a run on this machine \
      writes. Settings whose result was made from the same inputs by this toolkit here, or by the same image, are kept. A \
      command that was killed finds its Job again when it is repeated. The Job is deleted in the end, and when you \
      interrupt, unless --keep is given.

      Example: reproduce all --on kubernetes --image registry.example/hydraserve-repro@sha256:…
      """)

  @OptionGroup var work: WorkOptions

  @Option(help: "Where settings run; allowed here: kubernetes.")
  var on = "kubernetes"

  @OptionGroup var figure: FigureOptions
  @OptionGroup(title: "The Job") var job: SweepJobOptions
  @OptionGroup(title: "The cluster") var connection: ClusterConnection
  @OptionGroup var shared: SharedOptions

  func validate() throws {
    guard on == "kubernetes" else {
      throw ValidationError(UsageError.unknown("place to run", on, allowed: ["kubernetes"]).description)
    }
  }

  func run() async throws {
    let plan = try work.sweepPlan(shared)
    let runs = try asUsage { try SweepRuns(plan, results: shared.results, build: try Self.buildOfReproduce()) }
    if let trace = runs.userTrace {
      throw ValidationError("The trace \(trace) is a file of this machine, which containers do not have; run it here.")
    }
    let name = try job.name ?? "sweep-\(plan.fingerprint(image: job.image))"
    let settings = try job.job(run: name, namespace: connection.ownNamespace)
    let folder = try plan.waitingFolder(image: job.image, results: shared.results)
    let collection = try SweepCollection(runs, folder: folder, image: job.image, force: work.force)
    if job.dryRun == .client { return try await printJob(settings, collection, plan) }
    guard try Self.isAlone(folder) else {
      throw ValidationError(
        "Another program is at work on this run in \(shared.results); wait for it or name another --run.")
    }
    let client = try connection.connect(note: { [shared] in shared.note($0) }, output: shared.output).client
    let sweep = ClusterSweep(
      client: client, settings: settings, collection: collection, plan: plan, options: job,
      note: { [shared] in shared.note($0) })
    if job.dryRun == .server { return try await sweep.check() }
    try await Interruptible.run {
      try await sweep.run()
    } onInterruption: { [keep = job.keep, namespace = connection.ownNamespace, shared] in
      let again = "kubernetes-cluster clean --run \(name) --namespace \(namespace)"
      guard !keep else { return shared.note("The Job stays; repeat the command to go on, or: \(again)") }
      shared.note("Deletes the Job; what has come is kept. Interrupt again to leave at once, then: \(again)")
      try await sweep.deleteAll()
    }
    await collection.close()
    try work.present(shared, figure)
  }

  /// The build of the `reproduce` beside this program, whose results on this machine are kept.
  private static func buildOfReproduce() throws -> String {
    let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let sibling = own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/reproduce"
    return FileStore.exists(sibling) ? try BuildIdentity.ofProgram(sibling) : try BuildIdentity.ofThisProgram()
  }

  private static func isAlone(_ folder: String) throws -> Bool {
    try FileStore.lockForLife("\(folder).lock")
  }

  private func printJob(_ settings: SweepJob, _ collection: SweepCollection, _ plan: SweepPlan) async throws {
    let missing = await collection.missing
    shared.note("Nothing was sent. \(missing.count) of \(plan.items.count) items have no result yet.")
    guard !missing.isEmpty else { return }
    let rest = plan.with(missing)
    let newest = ServerVersion(major: 1, minor: 33)
    print(
      ManifestText.yaml([
        try settings.manifest(
          number: 1, plan: try rest.text(), planVariable: ShareCommand.planVariable, shares: job.shares(of: rest),
          parallelism: job.parallelism, features: try JobFeatures(newest))
      ]), terminator: "")
  }
}
