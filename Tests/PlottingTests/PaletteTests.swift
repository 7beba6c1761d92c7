import Foundation
import Plotting
import Testing

@Suite struct PaletteTests {
  /// Sight as a matrix on linear red, green and blue: normal, and the three dichromacies at full severity (Machado,
  /// Oliveira and Fernandes, 2009, table 1).
  private static let sights: [(name: String, matrix: [[Double]])] = [
    ("normal", [[1, 0, 0], [0, 1, 0], [0, 0, 1]]),
    (
      "protanopia",
      [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    (
      "deuteranopia",
      [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    (
      "tritanopia",
      [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
  ]

  @Test func `lightness rises by at least ten steps of a hundred from colour to colour`() throws {
    let lightness = try Palette.colours.map { try Self.lab(Self.linear($0))[0] }
    for (darker, lighter) in zip(lightness, lightness.dropFirst()) {
      #expect(lighter - darker >= 10)
    }
  }

  // A difference of 2.3 is just noticeable (Mahy et al., 1994); ten times that is told apart at a glance.
  @Test(arguments: sights.indices)
  func `any two colours stay far apart under every kind of sight`(sight: Int) throws {
    let colours = Palette.colours + Palette.furtherColours
    let seen = try colours.map { Self.lab(Self.seen(try Self.linear($0), with: Self.sights[sight].matrix)) }
    for first in seen.indices {
      for second in seen.indices.dropFirst(first + 1) {
        let difference = zip(seen[first], seen[second]).map { ($0 - $1) * ($0 - $1) }.reduce(0, +).squareRoot()
        #expect(difference > 23, "\(Self.sights[sight].name): \(first) and \(second)")
      }
    }
  }

  @Test func `a seventh series takes the first colour again`() {
    #expect(Palette.colours.count == 6)
    #expect(Palette.colour(6) == Palette.colour(0))
    #expect(Palette.colour(5) == Palette.colours[5])
  }

  /// Linear red, green and blue of `#rrggbb` (IEC 61966-2-1).
  private static func linear(_ colour: String) throws -> [Double] {
    let value = try #require(Int(colour.dropFirst(), radix: 16))
    return [16, 8, 0].map { shift in
      let share = Double((value >> shift) & 0xFF) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
  }

  private static func seen(_ colour: [Double], with matrix: [[Double]]) -> [Double] {
    matrix.map { row in min(1, max(0, zip(row, colour).map { $0 * $1 }.reduce(0, +))) }
  }

  /// CIE L*a*b* under D65.
  private static func lab(_ rgb: [Double]) -> [Double] {
    let rows = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    let white = [0.95047, 1, 1.08883]
    let f = zip(rows, white).map { row, white in
      let share = zip(row, rgb).map { $0 * $1 }.reduce(0, +) / white
      return share > 0.008856 ? cbrt(share) : 7.787 * share + 16.0 / 116
    }
    return [116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])]
  }
}
