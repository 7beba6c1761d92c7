import Scheduling
import ServingModel

/// A setting of an experiment: what is run, where its results are filed and which commands make them.
///
/// Records, resuming and reproduction know settings by this alone, so every experiment is kept, found again and rerun
/// by the same rules.
public protocol ExperimentSetting: Hashable, Sendable, CustomStringConvertible {
  /// A result of the setting as it is found in a folder of results.
  associatedtype Stored: StoredResult

  /// The name of the experiment, as `setting.json` has it.
  static var experiment: String { get }

  /// The serving system that is measured.
  var system: ServingSystem { get }
  /// The name of the set of models that is deployed.
  var modelSet: String { get }
  /// The name of the backend: a testbed and which of its GPUs are used.
  var backend: String { get }
  /// The folder of the setting's results, relative to a shelf.
  var folder: String { get }
  /// The command that starts the setting's server.
  var startCommand: String { get }
  /// The command that runs the setting.
  var command: String { get }

  /// What a result depends on besides the setting's description and what every run depends on.
  func furtherInputs(of inputs: RunInputs) -> [String]

  /// The system put together for the setting.
  ///
  /// - Throws: ``UsageError`` for a setting that cannot be run, ``ExperimentError`` when its machines do not suffice.
  func deployment(configuration: Configuration, rules: ControlPlaneRules) throws -> ServingDeployment

  /// The result in a folder that holds a complete one.
  ///
  /// - Throws: ``ExperimentError`` when its files are not what a run of this setting writes.
  func stored(in folder: String) throws -> Stored
}

/// A result as it was found in a folder of results: as much as decides whether it is still the one to have.
public protocol StoredResult: Sendable {
  /// How it came to be.
  var source: ResultSource { get }
  /// The hash of everything that went into it.
  var inputHash: String { get }
  /// Which build of which program made it; `nil` for a precomputed one.
  var build: String? { get }
  /// The image whose containers made it; `nil` where none did.
  var image: String? { get }
}

/// An experiment that has been run, with all that is written about it.
public protocol ExperimentRun: Sendable {
  /// The kind of setting.
  associatedtype Setting: ExperimentSetting

  /// What was run.
  var setting: Setting { get }

  /// The files of the run, in the order in which they are written; precomputed results are kept short and name no host
  /// and no hour, so that the same commit always writes the same bytes.
  func files(for shelf: RecordStore.Shelf) throws -> [RunFile]

  /// A file that several settings share, beside their folders; `nil` for an experiment without one.
  func sharedFile(for shelf: RecordStore.Shelf) -> SharedFile?
}

extension ExperimentRun {
  /// None.
  public func sharedFile(for shelf: RecordStore.Shelf) -> SharedFile? { nil }
}

/// A file of a run.
public struct RunFile: Hashable, Sendable {
  /// Its name in the run's folder.
  public let name: String
  /// What is in it.
  public let text: String

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }
}

/// A file that several settings share: written by the first of them, and again when it is not what it should be.
public struct SharedFile: Sendable {
  /// Its path from the shelf.
  let path: String
  /// Whether a file that is there already has what this one would have.
  let isCurrent: @Sendable (_ path: String) -> Bool
  /// What is in it.
  let text: @Sendable () throws -> String
}
