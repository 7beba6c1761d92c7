/// News of watched objects, such that whoever applies them one by one always knows a set that once existed.
public enum WatchEvent: Hashable, Sendable {
  /// There is an object that was not known.
  case added(KubernetesObject)
  /// An object that is known has changed.
  case changed(KubernetesObject)
  /// An object that was known is gone; as the server last told it.
  case removed(KubernetesObject)
  /// Everything that there was when the watch began has been told.
  case complete
  /// The server does not answer as it should; the watch goes on by itself.
  case trouble(String)
}
