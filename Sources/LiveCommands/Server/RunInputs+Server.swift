import ClusterControl
import Experiments
import FoundationEssentials

extension RunInputs {
  /// The same on what a server runs on; on ours where there is no server.
  func served(by server: ServerRecord?) -> RunInputs {
    served(by: server?.engine).onEmulatedNodes(server?.emulatedNodes == true)
  }
}

extension Controller.Settings {
  /// The settings of an endpoint that is started now.
  init(_ endpoint: EndpointOptions, apiKey: String?) {
    self.init()
    address = endpoint.listen
    port = endpoint.port
    self.apiKey = apiKey
    created = Int64(Date().timeIntervalSince1970)
  }
}
