import ServingModel

extension SimulatedCluster {
  /// Copies of the cluster's machines side by side, each GPU server fetching from the storage servers of its own copy.
  ///
  /// A cluster of any size comes from a testbed whose ratio of GPUs to storage is known to be sound. Models, constants and
  /// procedure stay as they are.
  ///
  /// - Precondition: `copies` is positive.
  public func repeated(_ copies: Int) -> Self {
    precondition(copies > 0, "a cluster has machines")
    var result = self
    result.nodes = (0..<copies).flatMap { copy in
      nodes.map { GPUServer(name: "\($0.name)-copy-\(copy)", type: $0.type) }
    }
    result.storage = (0..<copies).flatMap { copy in
      storage.map { StorageServer(name: "\($0.name)-copy-\(copy)", network: $0.network) }
    }
    result.routes = (0..<copies).flatMap { copy in
      routes.map { $0.map { $0 + copy * storage.count } }
    }
    result.hostStores = hostStores.map { stores in (0..<copies).flatMap { _ in stores } }
    return result
  }
}
