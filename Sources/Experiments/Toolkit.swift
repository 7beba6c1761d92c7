/// What this toolkit is, as results and programs name it.
public enum Toolkit {
  /// The version, raised when results change.
  public static let version = "0.1.0"
  /// The name of its container image, in whatever registry.
  public static let imageName = "hydraserve-repro"
}
