import ArgumentParser
import Experiments
import Plotting
import ServingModel

/// The option that names policies beside the systems of the paper.
package struct PolicyOptions: ParsableArguments {
  @Option(
    name: .customLong("policy"),
    help: ArgumentHelp(
      """
      Policy to show after the paper's systems: the name of one in Sources/Policies or in the --config file, or exec: and \
      the command of a program that decides; may be given twice.
      """, valueName: "policy"))
  var words: [String] = []

  /// The option with its values yet to be read.
  package init() {}

  package func validate() throws {
    guard words.count <= Palette.furtherColours.count else {
      throw ValidationError("--policy is given \(words.count) times; allowed: up to \(Palette.furtherColours.count).")
    }
  }

  /// The policies as systems, in their order.
  ///
  /// - Throws: an error of misuse for a name that no policy has, or for the same policy twice.
  func systems(_ shared: SharedOptions) throws -> [ServingSystem] {
    guard !words.isEmpty else { return [] }
    let configuration = try shared.inputs(policies: words).configuration
    let systems = try asUsage { try words.map { try configuration.policy(word: $0).system } }
    guard Set(systems).count == systems.count else {
      throw ValidationError("--policy names \(systems[0].rawValue) twice; name two policies, or one.")
    }
    return systems
  }

  /// The option as it is typed, with a space in front; empty without a policy.
  var again: String {
    words.map { " --policy \(SharedOptions.quoted($0))" }.joined()
  }
}
