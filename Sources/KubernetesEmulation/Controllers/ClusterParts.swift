import NIOCore

/// What the parts of the cluster share; all of it lives on the server's event loop.
struct ClusterParts {
  let store: ObjectStore
  let writer: ObjectWriter
  let events: EventRecorder
  let eventLoop: any EventLoop
}
