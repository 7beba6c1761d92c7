import ArgumentParser
import CapacityPlanning
import Experiments
import ServingModel

/// Words and numbers of planning command lines, checked.
enum PlanningNames {
  /// The storage servers of the paper's end-to-end testbed.
  static let defaultStorageType = PaperFleet.storageType
  /// Most stages of a pipeline.
  static let largestPipeline = ServingDeployment.largestPipeline

  /// The systems of a list with commas, or all of the end-to-end experiment.
  static func systems(_ words: String, in configuration: Configuration) throws -> [ServingSystem] {
    guard words != "all" else { return EndToEndSetting.systems }
    return try list(words, "--systems").map { try SettingNames.endToEndSystem($0, in: configuration) }
  }

  /// The instance types of a list with commas; a kind of GPU stands for the type that has it in the paper's testbed.
  static func instanceTypes(_ words: String, in configuration: Configuration) throws -> [InstanceType] {
    let testbed = try asUsage { try PaperFleet.endToEnd(configuration).groups.map(\.type) }
    let names = configuration.instanceTypes.map(\.name) + testbed.map(\.gpuType.name)
    let types = try list(words, "--instance-types").map { word in
      guard
        let type = configuration.instanceTypes.first(where: { $0.name == word })
          ?? testbed.first(where: { $0.gpuType.name == word })
      else { throw ValidationError(UsageError.unknown("instance type", word, allowed: names).description) }
      guard configuration.hardware.gpus[type.gpuType] != nil else {
        throw ValidationError("\(type.name) has GPUs `\(type.gpuType)`, of which `hardware.gpus` has no constants.")
      }
      return type
    }
    guard types.count <= 3 else {
      throw ValidationError("--instance-types names \(types.count) types; allowed: 1 to 3.")
    }
    guard Set(types.map(\.name)).count == types.count else {
      throw ValidationError("--instance-types is `\(words)`, which names a type twice; allowed: each once.")
    }
    return types
  }

  /// The storage type of a name, which must be able to serve some GPU servers.
  static func storageType(
    _ name: String, for types: [InstanceType], in configuration: Configuration
  ) throws -> ServerFleet.StorageType {
    guard let found = configuration.storageTypes.first(where: { $0.name == name }) else {
      throw ValidationError(
        UsageError.unknown("storage type", name, allowed: configuration.storageTypes.map(\.name)).description)
    }
    let type = ServerFleet.StorageType(name: found.name, network: found.network)
    if let fast = types.first(where: { !type.serves($0) }) {
      throw ValidationError(
        "The storage type is `\(name)`, two of which carry less than the network of \(fast.name); allowed: a faster one."
      )
    }
    return type
  }

  /// The distinct whole numbers of a list with commas.
  static func counts(_ words: String, _ option: String, in allowed: ClosedRange<Int>) throws -> [Int] {
    let numbers = try list(words, option).map { word in
      guard let number = Int(word), allowed.contains(number) else {
        throw ValidationError("\(option) has `\(word)`; allowed: \(allowed.lowerBound) to \(allowed.upperBound).")
      }
      return number
    }
    return numbers.enumerated().filter { numbers.firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }

  /// A whole number in its range.
  static func count(_ number: Int, _ option: String, in allowed: ClosedRange<Int>) throws -> Int {
    guard allowed.contains(number) else {
      throw ValidationError("\(option) is `\(number)`; allowed: \(allowed.lowerBound) to \(allowed.upperBound).")
    }
    return number
  }

  /// A number above 0 and up to a largest.
  static func number(_ number: Double, _ option: String, upTo largest: Double) throws -> Double {
    guard number > 0, number <= largest else {
      throw ValidationError(
        "\(option) is `\(EndToEndSetting.text(number))`; allowed: a number above 0 and up to \(Int(largest)).")
    }
    return number
  }

  /// One of the named choices.
  static func choice<Choice: RawRepresentable & CaseIterable>(
    _ word: String, _ kind: String
  ) throws -> Choice where Choice.RawValue == String {
    guard let choice = Choice(rawValue: word) else {
      throw ValidationError(UsageError.unknown(kind, word, allowed: Choice.allCases.map(\.rawValue)).description)
    }
    return choice
  }

  /// How many servers there are of each of some types.
  static func serverCounts(_ words: String, of types: [InstanceType]) throws -> [Int] {
    let counts = words.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard counts.count == types.count, counts.allSatisfy({ (0...200).contains($0) }), counts.contains(where: { $0 > 0 })
    else {
      throw ValidationError(
        "--servers is `\(words)`; allowed: \(types.count) numbers from 0 to 200 with commas between them, one a type.")
    }
    return counts
  }

  /// The distinct words of a list with commas.
  static func list(_ words: String, _ option: String) throws -> [String] {
    let list = words.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !list.contains("") else {
      throw ValidationError(
        "\(option) is `\(words)`, which has an empty place; allowed: names with commas between them.")
    }
    return list.enumerated().filter { list.firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }
}
