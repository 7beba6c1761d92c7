import ClusterSimulation
import Experiments
import Quantities
import ServingModel

extension SensitivityParameter {
  /// Every parameter that a scenario has, in a fixed order.
  public static func all(of scenario: Scenario) -> [SensitivityParameter] {
    var all = workload(of: scenario) + servers
    if ServingDeployment.keepsModelsInHostMemory(scenario.system) { all.append(hostMemory) }
    all += [objectives, keepAlive]
    if ServingDeployment.choosesPipelineSize(scenario.system) { all.append(maxPipelineSize) }
    return all + gpuConstants + constants
  }

  /// What a trace leaves open: nothing but the answers' lengths of one with requests.
  private static func workload(of scenario: Scenario) -> [SensitivityParameter] {
    switch scenario.configuration.endToEnd.userTrace?.kind {
    case .requests: []
    case .functions: [requestRate, cv, answerLength]
    case nil: [requestRate, cv, burstiness, popularity, answerLength]
    }
  }

  private static let requestRate = SensitivityParameter("request-rate", "request rate", .workload, unit: "req/s") {
    $0.requestsPerSecond *= $1
    return $0.requestsPerSecond
  }

  private static let cv = SensitivityParameter("cv", "CV factor of the gaps", .workload, places: 1) {
    $0.cv *= $1
    return $0.cv
  }

  private static let burstiness = SensitivityParameter("burst-sigma", "burst sigma of the load", .fitted) {
    $0.configuration.endToEnd.trace.burstSigma *= $1
    return $0.configuration.endToEnd.trace.burstSigma
  }

  private static let popularity = SensitivityParameter("popularity-skew", "popularity skew of models", .fitted) {
    $0.configuration.endToEnd.trace.popularitySkew *= $1
    return $0.configuration.endToEnd.trace.popularitySkew
  }

  private static let answerLength = SensitivityParameter("answer-length", "factor on answer lengths", .assumed) {
    $0.configuration.endToEnd.trace.outputFactor *= $1
    return $0.configuration.endToEnd.trace.outputFactor
  }

  private static let servers: [SensitivityParameter] = [
    SensitivityParameter(
      "cluster-size", "cluster size", .servers, value: { "\($0.fleet.serverCount) servers" },
      scaled: { scenario, factor in
        let fleet = scenario.fleet.scaled(by: factor)
        guard fleet.serverCount > 0, fleet != scenario.fleet || factor == 1 else { return nil }
        var scenario = scenario
        scenario.fleet = fleet
        return scenario
      }),
    SensitivityParameter(
      "nic-bandwidth", "NIC bandwidth", .servers,
      value: { scenario in
        scenario.fleet.groups.map {
          EndToEndSetting.text($0.type.network.inGbps * scenario.tuning.networkScale)
        }.joined(separator: " / ") + " Gbps"
      },
      scaled: { scenario, factor in
        var scenario = scenario
        scenario.tuning.networkScale *= factor
        return scenario
      }),
    SensitivityParameter("storage-bandwidth", "storage bandwidth", .servers, unit: "Gbps each", places: 1) {
      $0.tuning.storageScale *= $1
      return $0.fleet.storageType.network.inGbps * $0.tuning.storageScale
    },
  ]

  private static let hostMemory = SensitivityParameter(
    "host-memory", "host memory for models", .servers, unit: "%", places: 0
  ) {
    $0.tuning.hostMemoryShare *= $1
    return $0.tuning.hostMemoryShare * 100
  }

  private static let objectives = SensitivityParameter("slo-scale", "all SLOs", .objective, unit: "times") {
    $0.tuning.objectiveScale *= $1
    return $0.tuning.objectiveScale
  }

  private static let keepAlive = SensitivityParameter("keep-alive", "keep-alive", .policy, unit: "s", places: 0) {
    let seconds = ($0.tuning.keepAlive ?? .seconds(30)).inSeconds * $1
    $0.tuning.keepAlive = .seconds(seconds)
    return seconds
  }

  private static let maxPipelineSize = SensitivityParameter(
    "max-pipeline-size", "maximum pipeline size", .policy,
    value: { "\($0.tuning.maxPipelineSize ?? ServingDeployment.largestPipeline) stages" },
    scaled: { scenario, factor in
      let size = scenario.tuning.maxPipelineSize ?? ServingDeployment.largestPipeline
      guard let next = wholeStep(from: size, by: factor), (1...ServingDeployment.largestPipeline).contains(next) else {
        return nil
      }
      var scenario = scenario
      scenario.tuning.maxPipelineSize = next
      return scenario
    })

  /// A whole number times a factor, at least one away from it; `nil` below 0.
  static func wholeStep(from number: Int, by factor: Double) -> Int? {
    guard factor != 1 else { return number }
    let scaled = Int((Double(number) * factor).rounded())
    let next = factor > 1 ? max(number + 1, scaled) : min(number - 1, scaled)
    return next >= 0 ? next : nil
  }

  /// Constants that do not belong to a kind of GPU.
  private static let constants: [SensitivityParameter] = [
    SensitivityParameter("host-to-gpu", "host memory to GPU", .fitted, unit: "GB/s") {
      scale(&$0.configuration.hardware.hostToGPU, by: $1)
    },
    SensitivityParameter("pipeline-setup", "pipeline setup", .fitted, unit: "s") {
      scale(&$0.configuration.hardware.pipelineSetup, by: $1)
    },
    SensitivityParameter("router-period", "ServerlessLLM's router period", .fitted, unit: "s") {
      scale(&$0.configuration.endToEnd.routerPeriod, by: $1)
    },
    SensitivityParameter(
      "fetch-cap", "cap of one fetch", .assumed,
      value: { scenario in
        scenario.configuration.hardware.fetchCap.map { text($0.inGigabytesPerSecond, unit: "GB/s", places: 1) }
          ?? "none"
      },
      scaled: { scenario, factor in
        guard var cap = scenario.configuration.hardware.fetchCap else { return nil }
        _ = scale(&cap, by: factor)
        var scenario = scenario
        scenario.configuration.hardware.fetchCap = cap
        return scenario
      }),
    SensitivityParameter("batch-slowdown", "slowdown by batching", .assumed, places: 3) {
      $0.configuration.hardware.batchSlowdown *= $1
      return $0.configuration.hardware.batchSlowdown
    },
    SensitivityParameter("pipeline-hop", "hop between stages", .assumed, unit: "ms", places: 0) {
      scale(&$0.configuration.hardware.pipelineHop, by: $1) * 1000
    },
    SensitivityParameter("pod-deletion", "pod deletion", .assumed, unit: "s", places: 1) {
      scale(&$0.configuration.hardware.podDeletion, by: $1)
    },
    SensitivityParameter("kv-migration", "KV cache migration", .assumed, unit: "ms", places: 0) {
      scale(&$0.configuration.hardware.kvMigration, by: $1) * 1000
    },
    SensitivityParameter("control-plane", "control plane's work a request", .assumed, unit: "ms", places: 0) {
      _ = scale(&$0.configuration.controlPlaneWork.perPodCreated, by: $1)
      _ = scale(&$0.configuration.controlPlaneWork.perPodDeleted, by: $1)
      return scale(&$0.configuration.controlPlaneWork.perRequest, by: $1) * 1000
    },
  ]
}

extension ServerFleet {
  /// The fleet with the count of each type times a factor, rounded; where that changes nothing, with one server of the
  /// first type that has any more or fewer.
  func scaled(by factor: Double) -> ServerFleet {
    var groups = groups.map {
      Group(type: $0.type, count: Int((Double($0.count) * factor).rounded()))
    }
    if factor != 1, groups == self.groups, let index = groups.firstIndex(where: { $0.count > 0 }) {
      groups[index] = Group(type: groups[index].type, count: groups[index].count + (factor > 1 ? 1 : -1))
    }
    return ServerFleet(groups: groups, storageType: storageType)
  }
}
