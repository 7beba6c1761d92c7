import ServingModel

extension ArtifactAnalysis {
  /// The second part of the published analysis: cost and mean TPOT per application and per model.
  mutating func analyseCosts(
    _ inputs: CostInputs, requests: ArtifactRequestLog, answers: ArtifactAnswers, models: ArtifactModels
  ) throws(ArtifactLogError) {
    output.append("Start analyzing cost...")
    let sample = ArtifactSample(of: inputs.trace, requestsPerSecond: inputs.requestsPerSecond)
    output.append("Load \(inputs.trace.arrivals.count) requests in total.")
    if !sample.isDrawn {
      let largest = Double(sample.available) / ArtifactSample.seconds
      output.append("maximum req_per_second = \(largest), which is smaller than required. Do not change.")
    }
    output.append("Get \(sample.arrivals.count) requests in 3600 seconds")
    guard sample.arrivals.count == answers.byRequest.count else {
      output.append(
        "Generator has \(sample.arrivals.count) requests to generate, but there are only "
          + "\(answers.byRequest.count) requests in the result log.")
      throw .resultCountDiffers(
        file: requests.file, sampled: sample.arrivals.count, results: answers.byRequest.count)
    }
    let instances = try ArtifactInstance.all(in: inputs.mainLog)
    var sums = ModelSums(models: models)
    for instance in instances {
      let cost = try instance.cost(sample: sample, answers: answers, file: inputs.mainLog.file)
      try sums.add(cost, of: instance, file: inputs.mainLog.file)
    }
    sums.addTokens(of: answers)
    try report(sums, answers: answers, file: requests.file)
  }

  private mutating func report(
    _ sums: ModelSums, answers: ArtifactAnswers, file: String
  ) throws(ArtifactLogError) {
    let models = sums.models
    for (index, application) in models.applications.enumerated() {
      let cost = sums.total(\.cost, application: index) / Double(answers.perApplication[index])
      output.append("Task \(application) avg cost = \(cost)")
    }
    output.append("Average cost = \(sums.total(\.cost) / Double(answers.byRequest.count))")
    for (index, application) in models.applications.enumerated() {
      let tokens = sums.total(\.laterTokens, application: index)
      guard tokens != 0 else { throw .undefinedTPOT(file: file, of: application) }
      output.append("Task \(application) avg tpot = \(sums.total(\.decode, application: index) / tokens)")
    }
    let decode = models.applications.indices.reduce(0) { $0 + sums.total(\.decode, application: $1) }
    output.append("Average tpot = \(decode / sums.total(\.laterTokens))")

    costs = []
    for deployment in sums.sorted() where sums[deployment].hasInstances {
      let sum = sums[deployment]
      guard sum.allocations > 0 else { throw .undefinedCost(file: file, model: models.name(deployment)) }
      costs?.append(models.value(sum.cost / Double(sum.allocations), of: deployment))
    }
    meanTPOTs = []
    for deployment in sums.sorted() where sums[deployment].hasAnswers {
      let sum = sums[deployment]
      guard sum.laterTokens != 0 else { throw .undefinedTPOT(file: file, of: models.name(deployment)) }
      meanTPOTs?.append(models.value(sum.decode / sum.laterTokens, of: deployment))
    }
  }
}

extension ArtifactModels {
  fileprivate func name(_ deployment: Int) -> String {
    deployments[deployment].name.description
  }

  fileprivate func value(_ value: Double, of deployment: Int) -> ArtifactAnalysis.ModelValue {
    let deployed = deployments[deployment]
    return ArtifactAnalysis.ModelValue(application: deployed.application ?? "", name: deployed.name, value: value)
  }
}

/// What is summed up for each model, in the order in which the models turned up; sums of sums are taken in that order.
private struct ModelSums {
  struct Sum {
    var cost = 0.0
    var allocations = 0
    var hasInstances = false
    /// TPOT × tokens after the first, and those tokens; a made-up answer of 0 tokens counts −1.
    var decode = 0.0
    var laterTokens = 0.0
    var hasAnswers = false
  }

  let models: ArtifactModels
  private var sums: [Sum]
  private var order: [Int] = []

  init(models: ArtifactModels) {
    self.models = models
    sums = Array(repeating: Sum(), count: models.deployments.count)
  }

  subscript(deployment: Int) -> Sum { sums[deployment] }

  mutating func add(_ cost: Double, of instance: ArtifactInstance, file: String) throws(ArtifactLogError) {
    guard let (deployment, _) = models.find(instance.model) else {
      throw .unknownModel(file: file, line: instance.line, model: instance.model)
    }
    note(deployment)
    sums[deployment].hasInstances = true
    sums[deployment].cost += cost
    sums[deployment].allocations += instance.allocations.count
  }

  mutating func addTokens(of answers: ArtifactAnswers) {
    for request in answers.byRequest.keys.sorted() {
      guard let answer = answers.byRequest[request], let (deployment, _) = models.find(answer.model) else { continue }
      note(deployment)
      sums[deployment].hasAnswers = true
      sums[deployment].decode += answer.tpotMilliseconds * Double(answer.tokens - 1)
      sums[deployment].laterTokens += Double(answer.tokens - 1)
    }
  }

  private mutating func note(_ deployment: Int) {
    if !sums[deployment].hasInstances, !sums[deployment].hasAnswers { order.append(deployment) }
  }

  /// The sum over all models, or over those of one application.
  func total(_ value: KeyPath<Sum, Double>, application: Int? = nil) -> Double {
    order.reduce(0) { total, deployment in
      let isMeant = application == nil || models.find(models.name(deployment))?.application == application
      return isMeant ? total + sums[deployment][keyPath: value] : total
    }
  }

  /// The models by application, model and replica, as the published files have them.
  func sorted() -> [Int] {
    order.sorted { a, b in
      let (first, second) = (models.deployments[a], models.deployments[b])
      return (first.application ?? "", first.name.model, first.name.replica)
        < (second.application ?? "", second.name.model, second.name.replica)
    }
  }
}

/// An instance as the control plane's log tells of it.
struct ArtifactInstance {
  /// Its model.
  let model: String
  /// The line that creates it.
  let line: Int
  /// How long its creation took, in seconds; 0 for a child.
  let creationSeconds: Double
  /// The GPU memory of each stage, in GB.
  var stagesGB: [Double]?
  /// The requests that it was given, with the seconds that they had waited by then.
  var allocations: [(request: Int, waitedSeconds: Double, line: Int)] = []
  /// How long it took to consolidate, in seconds; 0 if it did not.
  var consolidationSeconds = 0.0

  /// The instances of a log in the order of their creation.
  static func all(in log: ArtifactMainLog) throws(ArtifactLogError) -> [ArtifactInstance] {
    var instances: [ArtifactInstance] = []
    var positions: [Int: Int] = [:]
    // A memory line does not say whose it is; it follows the line that does.
    var latest: Int?

    func position(_ instance: Int, line: Int) throws(ArtifactLogError) -> Int {
      guard let position = positions[instance] else {
        throw .unknownInstance(file: log.file, line: line, instance: instance)
      }
      return position
    }
    func add(_ instance: ArtifactInstance, number: Int) throws(ArtifactLogError) {
      guard positions.updateValue(instances.count, forKey: number) == nil else {
        throw .repeatedInstance(file: log.file, line: instance.line, instance: number)
      }
      instances.append(instance)
      latest = number
    }

    for entry in log.entries {
      switch entry.event {
      case .created(let number, let model, let seconds):
        try add(ArtifactInstance(model: model, line: entry.line, creationSeconds: seconds), number: number)
      case .child(let number, let parent):
        let parent = instances[try position(parent, line: entry.line)]
        try add(
          ArtifactInstance(
            model: parent.model, line: entry.line, creationSeconds: 0, stagesGB: parent.stagesGB.map { [$0[0]] }),
          number: number)
      case .memory(let stages):
        guard let latest else {
          throw .malformedLine(file: log.file, line: entry.line, expected: "a line that names an instance")
        }
        instances[try position(latest, line: entry.line)].stagesGB = stages
      case .allocated(let request, let number, let waited):
        instances[try position(number, line: entry.line)].allocations.append((request, waited, entry.line))
        latest = number
      case .loadStarted(let number, let waited):
        // A child's wait comes before the child and is lost.
        if let position = positions[number] { instances[position].consolidationSeconds += waited }
        latest = number
      case .scaledDown(let number, let seconds):
        instances[try position(number, line: entry.line)].consolidationSeconds += seconds
        latest = number
      }
    }
    for (number, position) in positions.sorted(by: { $0.value < $1.value })
    where instances[position].stagesGB == nil {
      throw .unknownMemory(file: log.file, line: instances[position].line, instance: number)
    }
    return instances
  }

  /// The time that the instance was alive × the GPU memory that it held, in GB·s.
  ///
  /// A request is given to it at its arrival + waiting and ends at its arrival + TTFT + TPOT × tokens.
  func cost(sample: ArtifactSample, answers: ArtifactAnswers, file: String) throws(ArtifactLogError) -> Double {
    guard let stagesGB, !stagesGB.isEmpty else {
      preconditionFailure("an instance without memory is refused when the log is read")
    }
    var use = InstanceUse(creationSeconds: creationSeconds, stagesGB: stagesGB)
    use.consolidationSeconds = consolidationSeconds
    for (request, waited, line) in allocations {
      guard sample.arrivals.indices.contains(request - 1), let answer = answers.byRequest[request] else {
        throw .unknownRequest(file: file, line: line, request: request)
      }
      let arrival = sample.arrivals[request - 1].seconds
      use.allocatedAt.append(arrival + waited)
      use.endedAt.append(arrival + answer.ttftSeconds + answer.tpotMilliseconds * Double(answer.tokens) / 1000)
    }
    return use.gigabyteSeconds
  }
}
