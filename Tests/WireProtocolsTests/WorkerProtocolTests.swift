import Quantities
import Testing
import WireProtocols

@Suite struct WorkerProtocolTests {
  @Test func `bodies are the published client's and survive their way`() throws {
    let start = WorkerInitialisation(addresses: ["10.0.0.1", "10.0.0.2"])
    #expect(start.body.text == #"{"ip_list":["10.0.0.1","10.0.0.2"]}"#)
    #expect(try WorkerInitialisation(body: start.body) == start)
    let destination = WorkerDestination(address: "10.0.0.1", originRank: 1)
    #expect(destination.body.text == #"{"dest_pp_rank":"0","ip_list":["10.0.0.1"],"origin_ranks":{"0":"1"}}"#)
    #expect(try WorkerDestination(body: destination.body) == destination)
    let migration = WorkerMigration(requestCount: 3)
    #expect(migration.body.text == #"{"num_coldstart_reqs":"3"}"#)
    #expect(try WorkerMigration(body: migration.body) == migration)
    let stop = WorkerStop(shutsDown: true)
    #expect(stop.body.text == #"{"shutdown":"true"}"#)
    #expect(try WorkerStop(body: stop.body) == stop)
  }

  @Test func `a worker knows a model without its replica and without points`() {
    #expect(WorkerModelName("qwen/Qwen1.5-7B/12").description == "qwen/Qwen1___5-7B")
    #expect(WorkerModelName("vendor/name").description == "vendor/name")
  }

  static let environment = [
    "MODEL_ID": "v/m", "REMOTE_MODEL_ID": "v/m/3", "PP_SIZE": "4", "PP_RANK": "2", "DEST_PP_SIZE": "1",
    "TOTAL_GPU": "12", "STORAGE_IP": "10.0.0.9",
  ]

  @Test func `a pod's environment is read, with the published defaults`() throws {
    let settings = try WorkerSettings(environment: Self.environment)
    #expect(settings.rank == 2 && settings.pipelineSize == 4 && settings.destinationPipelineSize == 1)
    #expect(settings.gpuMemory == .gigabytes(12) && settings.batchSize == 8 && settings.longestSequence == 3072)
    #expect(settings.preinitialises)
    let serverless = Self.environment.merging(["NO_PRE_INIT": "1"]) { $1 }
    #expect(try !WorkerSettings(environment: serverless).preinitialises)
  }

  @Test(arguments: [
    ("PP_RANK", "4", "The environment variable PP_RANK is \"4\"; allowed: 0 to 3."),
    ("PP_SIZE", "many", "The environment variable PP_SIZE is \"many\"; allowed: a whole number from 1."),
    ("DEST_PP_SIZE", "5", "The environment variable DEST_PP_SIZE is \"5\"; allowed: 1 to 4."),
    ("NO_PRE_INIT", "2", "The environment variable NO_PRE_INIT is \"2\"; allowed: 0 to 1."),
    ("MODEL_ID", nil, "The environment variable MODEL_ID is missing; set it to the name of a model."),
  ])
  func `a wrong variable is named`(name: String, value: String?, sentence: String) {
    var environment = Self.environment
    environment[name] = value
    let error = #expect(throws: WireError.self) { try WorkerSettings(environment: environment) }
    #expect(error?.description == sentence)
  }
}
