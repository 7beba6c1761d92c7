import Foundation
import Plotting
import Testing

/// Whether the tests that draw can run here.
let isGnuplotInstalled: Bool = {
  do {
    try Gnuplot.live.run("", NSTemporaryDirectory())
    return true
  } catch {
    return false
  }
}()

@Suite struct GnuplotTests {
  @Test func `a program that is not installed is named together with the command that installs it`() {
    let absent = Gnuplot.program("gnuplot-of-another-machine", limit: .seconds(60))
    let error = #expect(throws: PlottingError.self) { try absent.run("", NSTemporaryDirectory()) }
    #expect(
      error?.description
        == "`gnuplot-of-another-machine` draws the figures and is not installed; "
        + "run `apt-get install gnuplot-nox fonts-dejavu-core`.")
  }

  @Test func `a program that fails is quoted on one line`() {
    // A shell stands in for gnuplot: it reads its script from standard input just the same.
    let failing = Gnuplot.program("sh", limit: .seconds(60))
    let script = "echo '  ^' >&2\necho '  line 3: undefined variable: x' >&2\nexit 2\n"
    #expect(throws: PlottingError.gnuplotFailed(status: 2, message: "line 3: undefined variable: x")) {
      try failing.run(script, NSTemporaryDirectory())
    }
  }

  @Test func `a program that fails in silence is reported as such`() {
    let error = PlottingError.gnuplotFailed(status: 1, message: "")
    #expect(error.description == "gnuplot stopped with status 1: it gave no reason")
  }

  @Test func `a program that hangs is ended`() {
    let slow = Gnuplot.program("sh", limit: .milliseconds(300))
    #expect(throws: PlottingError.gnuplotTooSlow(seconds: 0.3)) {
      try slow.run("exec sleep 600\n", NSTemporaryDirectory())
    }
  }

  @Test func `the program runs in the folder it is given and may say more than a pipe holds`() throws {
    try ScratchFolder.with { folder in
      let shell = Gnuplot.program("sh", limit: .seconds(60))
      try shell.run("head -c 300000 /dev/zero\necho \"$TZ $LC_ALL\" > here.txt\n", folder.path)
      #expect(try folder.text("here.txt") == "UTC C.UTF-8\n")
    }
  }

  @Test(.enabled(if: isGnuplotInstalled, "gnuplot is not installed"))
  func `gnuplot itself reports a mistake in a script`() {
    let error = #expect(throws: PlottingError.self) {
      try Gnuplot.live.run("set encoding utf8\nplot nobody\n", NSTemporaryDirectory())
    }
    #expect(error?.description.contains("undefined variable: nobody") == true)
  }
}
