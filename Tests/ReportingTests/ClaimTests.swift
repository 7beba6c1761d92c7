import Experiments
import Foundation
import Testing

@testable import Reporting

/// How a claim is judged, and what the precomputed results say of the paper's claims.
@Suite struct ClaimTests {
  static let results = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("results").path

  /// Ours, the paper's, the tolerance, and whether the first is within the last of the second, by hand.
  typealias Case = (ours: Claim.Value, paper: Claim.Value?, tolerance: Claim.Tolerance, holds: Bool)

  static let cases: [Case] = [
    (.number(1.05), .number(1.06), .absolute(0.03), true),
    (.number(1.02), .number(1.06), .absolute(0.03), false),
    (.range(1.5, 4.8), .range(1.7, 4.7), .relative(0.14), true),
    (.range(1.4, 4.7), .range(1.7, 4.7), .relative(0.14), false),
    (.range(1.7, 5.5), .range(1.7, 4.7), .relative(0.14), false),
    (.share(24, of: 24), .share(24, of: 24), .all, true),
    (.share(23, of: 24), .share(24, of: 24), .all, false),
    (.number(3.2), nil, .atMost(3.2), true),
    (.number(3.3), nil, .atMost(3.2), false),
    (.number(3.3), nil, .relative(0.5), false),
  ]

  @Test(arguments: cases)
  func `a value holds when both its ends are within the tolerance`(one: Case) {
    #expect(Claim.isWithin(one.ours, one.paper, one.tolerance) == one.holds)
  }

  @Test func `the critical Kolmogorov-Smirnov distance is the textbook one`() {
    // Two samples of 100: 1.358 · √(2/100).
    #expect(abs(RatioClaims.criticalDistance(100, 100) - 0.19205) < 0.0001)
  }

  private func report(_ store: RecordStore, allowPaper: Bool = false) throws -> ClaimReport {
    try ClaimReport(store: store, configuration: try Configuration.load(userFile: nil), allowPaper: allowPaper)
  }

  @Test func `the paper's ranges follow from its own figures`() throws {
    // 1.7 to 4.7 and 1.43 to 1.74 are the rounded ends of what the figures' numbers give.
    let claims = try report(RecordStore(folder: Self.results)).claims
    let ends = { (id: String) in claims.first { $0.id == id }?.paper?.ends }
    let vllm = try #require(ends("ttft-speedup-serverless_vllm"))
    let serverlessLLM = try #require(ends("ttft-speedup-serverlessllm"))
    #expect(Decimal.text(min(vllm.low, serverlessLLM.low), places: 1) == "1.7")
    #expect(Decimal.text(max(vllm.high, serverlessLLM.high), places: 1) == "4.7")
    let gains = AttainmentTable(try PaperAttainment(figure9: Self.results)).gains(
      over: .serverlessVLLM, application: nil)
    #expect(gains.count == 9)
    #expect(gains.min().map { Decimal.text($0, places: 2) } == "1.43")
    #expect(gains.max().map { Decimal.text($0, places: 2) } == "1.74")
  }

  @Test func `every claim is checked and holds with the results that come with the toolkit`() throws {
    let report = try report(RecordStore(folder: Self.results))
    #expect(report.claims.count == 20)
    for claim in report.claims {
      #expect(claim.verdict == .holds, "\(claim.id): \(claim.oursText), paper \(claim.paperText)")
      #expect(!claim.source.isEmpty && !claim.reason.isEmpty)
    }
    #expect(report.holds)
    let ids = report.claims.map(\.id)
    #expect(Set(ids).count == ids.count)
  }

  @Test func `the paper's own numbers are not compared with themselves`() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("claims-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.copyItem(
      atPath: Self.results + "/paper", toPath: folder.appendingPathComponent("paper").path)
    for allowPaper in [false, true] {
      let report = try report(RecordStore(folder: folder.path), allowPaper: allowPaper)
      #expect(report.claims.allSatisfy { $0.whyNotChecked != nil }, "allowPaper: \(allowPaper)")
      #expect(!report.holds)
    }
  }

  @Test func `the three files say the same of every claim`() throws {
    let report = try report(RecordStore(folder: Self.results))
    let json = try JSONSerialization.jsonObject(with: Data(try report.json().utf8)) as? [String: Any]
    let rows = try #require(json?["claims"] as? [[String: Any]])
    #expect(rows.count == report.claims.count)
    #expect(json?["holds"] as? Bool == true)
    for claim in report.claims {
      #expect(report.markdown.contains("| \(claim.statement) (\(claim.figure)) |"))
      #expect(report.page.contains("id=\"claim-\(claim.id)\""))
      #expect(report.text.contains(claim.id))
    }
    for beyond in ClaimReport.needRealCluster {
      #expect(report.markdown.contains(beyond) && report.page.contains(HTML.escaped(beyond)))
    }
  }
}
