import Foundation
import Testing

/// Shells complete the names that commands take.
@Suite struct CompletionTests {
  @Test(arguments: ["bash", "zsh", "fish"])
  func `each shell gets a script that knows the systems`(shell: String) throws {
    let program = try Program()
    defer { program.remove() }
    let script = try program.run("coldstart --generate-completion-script \(shell)")
    #expect(script.exitCode == 0)
    for name in ["hydraserve_with_single_worker", "v100", "--results"] {
      #expect(script.output.contains(shell == "fish" && name.hasPrefix("--") ? "results" : name), "\(name)")
    }
  }

  @Test func `bash completes an execution type, an option and a rule`() throws {
    let program = try Program()
    defer { program.remove() }
    func completions(_ words: String) throws -> Set<String> {
      let script = """
        bash --norc --noprofile -c '
        . <(coldstart --generate-completion-script bash)
        COMP_WORDS=(\(words)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
        "$(complete -p coldstart | sed "s/.*-F \\([^ ]*\\) .*/\\1/")" coldstart "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        printf "%s\\n" "${COMPREPLY[@]}"'
        """
      return Set(try program.shell(script).output.split(separator: "\n").map { String($0.filter { $0 != " " }) })
    }
    #expect(try completions("coldstart hydra") == ["hydraserve", "hydraserve_with_single_worker"])
    #expect(try completions("coldstart --verb") == ["--verbose"])
    #expect(try completions("coldstart --rules c") == ["corrected"])
  }
}
