import ServingModel

/// The configuration as it stands in YAML: keys, units in the keys, nothing checked across sections.
///
/// Every section has defaults that are built in; a user's file replaces single entries of them.
struct ConfigurationFile: Decodable {
  var calibration: CalibrationSection
  var hardware: HardwareSection
  var models: [String: ModelEntry]
  var modelSets: [String: [ModelSetEntry]]
  var instanceTypes: [String: InstanceTypeEntry]
  var storageTypes: [String: StorageTypeEntry]
  var testbeds: [String: TestbedEntry]
  var backends: [String: BackendEntry]
  var coldstart: ColdStartSection
  var endtoend: EndToEndSection
  var images: [String: String]
  var prices: PricesSection?
  var policies: [String: PolicyEntry]?

  enum CodingKeys: String, CodingKey, CaseIterable {
    case calibration, hardware, models, testbeds, backends, coldstart, endtoend, images, prices, policies
    case modelSets = "model_sets"
    case instanceTypes = "instance_types"
    case storageTypes = "storage_types"
  }
}

struct CalibrationSection: Decodable {
  struct GPU: Decodable {
    var workerStart: NonNegative
    var frameworkLoad: Positive
    var engineProfile: NonNegative
    var engineInitialisation: NonNegative

    enum CodingKeys: String, CodingKey {
      case workerStart = "worker_start_s"
      case frameworkLoad = "framework_load_gb_per_s"
      case engineProfile = "engine_profile_s"
      case engineInitialisation = "engine_init_s"
    }
  }

  var gpus: [String: GPU]
  var hostToGPU: Positive
  var pipelineSetup: NonNegative

  enum CodingKeys: String, CodingKey {
    case gpus
    case hostToGPU = "host_to_gpu_gb_per_s"
    case pipelineSetup = "pipeline_setup_s"
  }
}

struct HardwareSection: Decodable {
  struct GPU: Decodable {
    var prefillBase: NonNegative
    var prefillPerTokenAndGB: NonNegative
    var decodeBase: NonNegative
    var decodePerGB: NonNegative

    enum CodingKeys: String, CodingKey {
      case prefillBase = "prefill_base_ms"
      case prefillPerTokenAndGB = "prefill_us_per_token_and_gb"
      case decodeBase = "decode_base_ms"
      case decodePerGB = "decode_ms_per_gb"
    }
  }

  struct StartSplit: Decodable {
    var container: Fraction
    var runtime: Fraction
  }

  var gpus: [String: GPU]
  var fetchCap: Positive?
  var startSplit: StartSplit
  var podDeletion: NonNegative
  var responsePath: NonNegative
  var batchSlowdown: NonNegative
  var pipelineHop: NonNegative
  var kvMigration: NonNegative
  var oldStageStop: NonNegative
  var cacheQuery: NonNegative
  var controlPlane: ControlPlane

  struct ControlPlane: Decodable {
    var perRequest: NonNegative
    var perPodCreated: NonNegative
    var perPodDeleted: NonNegative

    enum CodingKeys: String, CodingKey {
      case perRequest = "per_request_ms"
      case perPodCreated = "per_pod_created_ms"
      case perPodDeleted = "per_pod_deleted_ms"
    }
  }

  enum CodingKeys: String, CodingKey {
    case gpus
    case controlPlane = "control_plane"
    case kvMigration = "kv_migration_ms"
    case oldStageStop = "old_stage_stop_ms"
    case cacheQuery = "cache_query_ms"
    case fetchCap = "fetch_cap_gb_per_s"
    case startSplit = "start_split"
    case podDeletion = "pod_deletion_s"
    case responsePath = "response_path_ms"
    case batchSlowdown = "batch_slowdown"
    case pipelineHop = "pipeline_hop_ms"
  }
}

struct ModelEntry: Decodable {
  struct Architecture: Decodable {
    var family: ModelArchitecture.Family
    var layers: PositiveCount
    var hidden: PositiveCount
    var intermediate: PositiveCount
    var heads: PositiveCount
    var keyValueHeads: PositiveCount?
    var vocabulary: PositiveCount
    var maxPositions: PositiveCount?
    var tiedEmbeddings: Bool

    enum CodingKeys: String, CodingKey {
      case family, layers, hidden, intermediate, heads, vocabulary
      case keyValueHeads = "key_value_heads"
      case maxPositions = "max_positions"
      case tiedEmbeddings = "tied_embeddings"
    }
  }

  var label: String
  var schedulerSizeGB: PositiveCount
  var architecture: Architecture

  enum CodingKeys: String, CodingKey {
    case label, architecture
    case schedulerSizeGB = "scheduler_size_gb"
  }
}

struct ModelSetEntry: Decodable {
  var model: String
  var ttftSLO: Positive
  var tpotSLO: Positive
  var replicas: PositiveCount?
  var application: String?
  var schedulerSizeGB: PositiveCount?

  enum CodingKeys: String, CodingKey {
    case model, replicas, application
    case ttftSLO = "ttft_slo_ms"
    case tpotSLO = "tpot_slo_ms"
    case schedulerSizeGB = "scheduler_size_gb"
  }
}

struct InstanceTypeEntry: Decodable {
  var gpu: String
  var gpus: PositiveCount
  var gpuMemoryGB: PositiveCount
  var networkGbps: Positive
  var memoryGB: PositiveCount
  var vcpus: PositiveCount

  enum CodingKeys: String, CodingKey {
    case gpu, gpus, vcpus
    case gpuMemoryGB = "gpu_memory_gb"
    case networkGbps = "network_gbps"
    case memoryGB = "memory_gb"
  }
}

struct StorageTypeEntry: Decodable {
  var networkGbps: Positive

  enum CodingKeys: String, CodingKey {
    case networkGbps = "network_gbps"
  }
}

struct TestbedEntry: Decodable {
  struct Servers: Decodable {
    var type: String
    var count: PositiveCount
    var name: String
  }

  var gpuServers: [Servers]
  var storageServers: [Servers]

  enum CodingKeys: String, CodingKey {
    case gpuServers = "gpu_servers"
    case storageServers = "storage_servers"
  }
}

struct BackendEntry: Decodable {
  enum StoragePreference: String, Decodable, CaseIterable {
    case largestFirst = "largest_first"
    case smallestSufficient = "smallest_sufficient"
  }

  var testbed: String
  var uses: [String]
  var storagePreference: StoragePreference
  var serverlessLLMPool: Positive
  var evictingModels: [String]

  enum CodingKeys: String, CodingKey {
    case testbed, uses
    case storagePreference = "storage_preference"
    case serverlessLLMPool = "serverlessllm_pool_gib"
    case evictingModels = "evicting_models"
  }
}

struct ColdStartSection: Decodable {
  var measurements: PositiveCount
  var pause: NonNegative
  var begin: NonNegative
  var promptTokens: PositiveCount
  var outputTokens: PositiveCount
  var serverlessLLMOutputTokens: PositiveCount

  enum CodingKeys: String, CodingKey {
    case measurements
    case pause = "pause_s"
    case begin = "begin_s"
    case promptTokens = "prompt_tokens"
    case outputTokens = "output_tokens"
    case serverlessLLMOutputTokens = "serverlessllm_output_tokens"
  }
}

struct EndToEndSection: Decodable {
  var popularitySkew: NonNegative
  var burstSigma: NonNegative
  var routerPeriod: Positive
  var gapCV: NonNegative
  var outputFactor: Positive
  var maximumTokens: PositiveCount
  var functions: String?
  var trace: String?
  var clientPatience: Positive?

  enum CodingKeys: String, CodingKey {
    case functions, trace
    case clientPatience = "client_patience_s"
    case popularitySkew = "popularity_skew"
    case burstSigma = "burst_sigma"
    case routerPeriod = "serverlessllm_router_period_s"
    case gapCV = "gap_cv"
    case outputFactor = "output_factor"
    case maximumTokens = "maximum_tokens"
  }
}
