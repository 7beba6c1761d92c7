// swift-tools-version: 6.3
import PackageDescription

/// Warnings are errors in every target of ours; the language mode is Swift 6 throughout.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let nio = ["NIOCore", "NIOPosix", "NIOHTTP1"].map { Target.Dependency.product(name: $0, package: "swift-nio") }
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A room under `Sources/`: what it may import is what is named here, checked at every build by
/// `--explicit-target-dependency-import-check error` (see the Makefile).
func room(_ name: String, imports: [Target.Dependency], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: imports, resources: resources, swiftSettings: strict)
}

/// A program of a few lines: it only starts a command.
func program(_ name: String, of commands: Target.Dependency) -> Target {
  .executableTarget(name: name, dependencies: [commands], swiftSettings: strict)
}

func tests(of room: String, imports: [Target.Dependency] = [], golden: [String] = []) -> Target {
  .testTarget(
    name: "\(room)Tests", dependencies: [.target(name: room), "GoldenData"] + imports, exclude: golden,
    swiftSettings: strict)
}

let programs = [
  "label-nodes", "start-server", "coldstart", "end2end", "figure7", "figure9", "figure11", "figure13", "reproduce",
  "calibrate", "make-trace",
  "analyze", "import-logs", "timeline", "figure-breakdown", "figure-slo-scale", "figure-cdf",
  "plan", "sensitivity",
]

/// Programs that use the network: libcurl and SwiftNIO stay out of the others, which start faster for it.
let livePrograms = ["loadgen", "local-cluster", "kubernetes-server", "stop-server", "emulated-cluster"]

/// Programs that pods are, on SwiftNIO and without libcurl: many are started at the same moment.
let podPrograms = ["storage-server", "emulated-worker", "emulated-head"]

/// Programs that talk to a Kubernetes cluster, on libcurl and without SwiftNIO.
let kubernetesPrograms = ["kubernetes-cluster", "prepare-cluster"]

let package = Package(
  name: "hydraserve-repro",
  products: (programs + livePrograms + podPrograms + kubernetesPrograms).map { .executable(name: $0, targets: [$0]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
  ],
  targets: [
    room("Quantities", imports: []),
    room("ServingModel", imports: ["Quantities"]),
    room("Scheduling", imports: ["Quantities", "ServingModel", deque]),
    room("Policies", imports: ["Quantities", "ServingModel", "Scheduling"]),
    room("CSVReading", imports: []),
    room("ResultAnalysis", imports: ["Quantities", "ServingModel", "CSVReading"]),
    room("Plotting", imports: ["Quantities", "CSVReading"]),
    room(
      "WorkloadGeneration", imports: ["Quantities", "ServingModel"],
      resources: ["azure_functions_2021_apps", "azure_llm_lengths"].map { .embedInCode("Resources/\($0).json") }),
    room("ClusterSimulation", imports: ["Quantities", "ServingModel", "Scheduling"]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    room("YAMLReading", imports: ["CYAML"]),
    room("WireProtocols", imports: ["Quantities", "ServingModel"]),
    room("HTTPServing", imports: nio + [.product(name: "NIOWebSocket", package: "swift-nio")]),
    room("TLSServing", imports: ["HTTPServing", .product(name: "NIOSSL", package: "swift-nio-ssl")] + nio),
    .systemLibrary(name: "CSpawn"),
    room(
      "ExternalPolicies",
      imports: ["Quantities", "ServingModel", "Scheduling", "Policies", "WireProtocols", "CSpawn"]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    room("LoadGeneration", imports: ["Quantities", "ServingModel", "WireProtocols", "CCurl"]),
    room("KubernetesClient", imports: ["WireProtocols", "YAMLReading", "CCurl"]),
    room(
      "KubernetesDeployment",
      imports: ["Quantities", "ServingModel", "Scheduling", "WireProtocols", "YAMLReading", "KubernetesClient"]),
    room(
      "KubernetesCommands",
      imports: [
        "Quantities", "ServingModel", "Scheduling", "WireProtocols", "KubernetesClient", "KubernetesDeployment",
        "Experiments", "Commands", argumentParser,
      ]),
    room(
      "PodEmulation",
      imports: [
        "Quantities", "ServingModel", "Scheduling", "ClusterSimulation", "WireProtocols", "HTTPServing", "CSpawn",
      ] + nio),
    room(
      "ClusterControl",
      imports: [
        "Quantities", "ServingModel", "Scheduling", "WireProtocols", "HTTPServing", "PodEmulation", "KubernetesClient",
        "KubernetesDeployment",
      ] + nio),
    room(
      "KubernetesEmulation",
      imports: ["Quantities", "ServingModel", "YAMLReading", "WireProtocols", "HTTPServing", "PodEmulation", deque]
        + nio),
    room(
      "PodCommands",
      imports: [
        "Quantities", "ServingModel", "ClusterSimulation", "WireProtocols", "PodEmulation", "Experiments", "Commands",
        argumentParser,
      ] + nio),
    room(
      "LiveCommands",
      imports: [
        "Quantities", "ServingModel", "Scheduling", "WorkloadGeneration", "ClusterSimulation", "ResultAnalysis",
        "WireProtocols", "LoadGeneration", "HTTPServing", "TLSServing", "PodEmulation", "ClusterControl",
        "KubernetesEmulation", "KubernetesClient", "KubernetesDeployment", "KubernetesCommands", "PodCommands",
        "Experiments", "Commands", "CSpawn", argumentParser,
      ] + nio),
    room(
      "Experiments",
      imports: [
        "Quantities", "ServingModel", "WorkloadGeneration", "Scheduling", "Policies", "ExternalPolicies",
        "ClusterSimulation", "ResultAnalysis", "Plotting", "YAMLReading",
      ],
      resources: ["calibration", "hardware", "models", "testbeds", "experiments"].map {
        .embedInCode("Resources/\($0).yaml")
      }),
    room(
      "Reporting",
      imports: ["Quantities", "ServingModel", "ResultAnalysis", "Plotting", "Experiments"],
      resources: [
        "page.html", "page.css", "report.html", "fidelity.html", "timeline-data.js", "timeline-drawing.js",
        "timeline-view.js", "timeline-start.js",
      ].map { .embedInCode("Resources/\($0)") }),
    room(
      "CapacityPlanning",
      imports: [
        "Quantities", "ServingModel", "WorkloadGeneration", "Scheduling", "ClusterSimulation", "ResultAnalysis",
        "Plotting", "Experiments",
      ]),
    room(
      "Commands",
      imports: [
        "Quantities", "ServingModel", "Scheduling", "ClusterSimulation", "ResultAnalysis", "Plotting", "Experiments",
        "Reporting", "CapacityPlanning", argumentParser,
      ]),
    .executableTarget(
      name: "benchmark",
      dependencies: [
        "Quantities", "ServingModel", "WorkloadGeneration", "Scheduling", "ClusterSimulation", "ResultAnalysis",
        "Experiments", "CapacityPlanning",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "benchmark-live",
      dependencies: [
        "Quantities", "ServingModel", "WireProtocols", "HTTPServing", "LoadGeneration", "KubernetesEmulation",
      ] + nio,
      swiftSettings: strict),

    .target(
      name: "GoldenData", dependencies: ["WireProtocols"], path: "Tests/GoldenData", swiftSettings: strict),
    tests(of: "Quantities"),
    tests(of: "ServingModel", imports: ["Quantities"]),
    tests(of: "Scheduling", imports: ["Quantities", "ServingModel"]),
    tests(of: "ClusterSimulation", imports: ["Quantities", "ServingModel", "Scheduling"]),
    tests(of: "Policies", imports: ["Quantities", "ServingModel", "Scheduling", "ClusterSimulation"]),
    tests(
      of: "ExternalPolicies", imports: ["Quantities", "ServingModel", "Scheduling", "Policies", "ClusterSimulation"]),
    tests(of: "ResultAnalysis", imports: ["Quantities", "ServingModel"]),
    tests(of: "Plotting", imports: ["Quantities"], golden: ["Golden"]),
    tests(of: "YAMLReading"),
    tests(of: "CSVReading"),
    tests(of: "WireProtocols", imports: ["Quantities", "ServingModel"]),
    tests(of: "HTTPServing", imports: nio),
    tests(of: "LoadGeneration", imports: ["Quantities", "ServingModel", "WireProtocols", "HTTPServing"] + nio),
    tests(of: "WorkloadGeneration", imports: ["Quantities", "ServingModel"]),
    tests(
      of: "Experiments",
      imports: [
        "Quantities", "ServingModel", "WorkloadGeneration", "Scheduling", "ClusterSimulation", "ResultAnalysis",
        "Plotting",
      ], golden: ["Golden"]),
    tests(of: "Reporting", imports: ["Quantities", "ServingModel", "Plotting", "Experiments"]),
    tests(
      of: "CapacityPlanning",
      imports: ["Quantities", "ServingModel", "Scheduling", "ResultAnalysis", "Plotting", "Experiments"]),
    tests(of: "Commands", imports: ["Experiments"]),
    tests(
      of: "PodEmulation",
      imports: [
        "Quantities", "ServingModel", "Scheduling", "ClusterSimulation", "WireProtocols", "HTTPServing",
        "LoadGeneration",
      ] + nio),
    tests(
      of: "ClusterControl",
      imports: [
        "Quantities", "ServingModel", "Scheduling", "ClusterSimulation", "WireProtocols", "HTTPServing",
        "LoadGeneration", "Experiments", "KubernetesClient", "KubernetesDeployment", "KubernetesEmulation",
        "FakeCluster",
      ] + nio),
    tests(
      of: "KubernetesEmulation",
      imports: [
        "Quantities", "ServingModel", "WireProtocols", "HTTPServing", "TLSServing", "PodEmulation", "KubernetesClient",
      ] + nio),
    .target(
      name: "FakeCluster", dependencies: ["WireProtocols", "KubernetesClient"], path: "Tests/FakeCluster",
      swiftSettings: strict),
    tests(of: "KubernetesClient", imports: ["WireProtocols", "YAMLReading", "HTTPServing"] + nio),
    tests(
      of: "KubernetesDeployment",
      imports: [
        "Quantities", "ServingModel", "Scheduling", "WireProtocols", "YAMLReading", "KubernetesClient", "FakeCluster",
      ], golden: ["Golden"]),
    tests(
      of: "KubernetesCommands",
      imports: [
        "Quantities", "ServingModel", "WireProtocols", "HTTPServing", "PodEmulation", "KubernetesEmulation",
        "FakeCluster",
      ] + nio),
    tests(
      of: "PodCommands",
      imports: ["Quantities", "ServingModel", "ClusterSimulation", "WireProtocols", "PodEmulation", "Experiments"]),
    tests(of: "LiveCommands", imports: ["WireProtocols", "HTTPServing", "PodEmulation"] + nio, golden: ["Fixtures"]),
  ] + programs.map { program($0, of: "Commands") } + livePrograms.map { program($0, of: "LiveCommands") }
    + podPrograms.map { program($0, of: "PodCommands") }
    + kubernetesPrograms.map { program($0, of: "KubernetesCommands") },
  swiftLanguageModes: [.v6]
)
