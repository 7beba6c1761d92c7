/// `POST /init`: the worker learns of its pipeline and answers when its model is ready.
public struct WorkerInitialisation: Hashable, Sendable {
  /// Where the request goes.
  public static let path = "/init"
  /// The addresses of the stages, in rank order.
  public let addresses: [String]

  /// The stages of a pipeline.
  public init(addresses: [String]) {
    self.addresses = addresses
  }

  /// Reads the body.
  public init(body: JSON) throws(WireError) {
    addresses = try body.texts("ip_list")
  }

  /// The body.
  public var body: JSON {
    ["ip_list": .array(addresses.map(JSON.string))]
  }
}

/// `POST /utils/dest`: the worker loads the rest of the model and answers when it has it.
public struct WorkerDestination: Hashable, Sendable {
  /// Where the request goes.
  public static let path = "/utils/dest"
  /// The stage that it is to be after consolidation.
  public let rank: Int
  /// The addresses of the stages after consolidation.
  public let addresses: [String]
  /// The stage that it is now.
  public let originRank: Int

  /// A consolidation of a pipeline into one worker, the published images' only kind.
  public init(address: String, originRank: Int) {
    self.rank = 0
    self.addresses = [address]
    self.originRank = originRank
  }

  /// Reads the body.
  public init(body: JSON) throws(WireError) {
    rank = try body.whole("dest_pp_rank")
    addresses = try body.texts("ip_list")
    guard let origins = body["origin_ranks"] else {
      throw .wrongMember(name: "origin_ranks", expected: "an object", found: "missing")
    }
    originRank = try origins.whole("\(rank)")
  }

  /// The body.
  public var body: JSON {
    [
      "dest_pp_rank": .string("\(rank)"), "ip_list": .array(addresses.map(JSON.string)),
      "origin_ranks": .object([JSON.Member("\(rank)", .string("\(originRank)"))]),
    ]
  }
}

/// `POST /utils/migration`: the KV cache of running requests moves; answered when it has.
public struct WorkerMigration: Hashable, Sendable {
  /// Where the request goes.
  public static let path = "/utils/migration"
  /// How many requests run that began before the consolidation.
  public let requestCount: Int

  /// A migration of so many requests.
  public init(requestCount: Int) {
    self.requestCount = requestCount
  }

  /// Reads the body.
  public init(body: JSON) throws(WireError) {
    requestCount = try body.whole("num_coldstart_reqs")
  }

  /// The body.
  public var body: JSON {
    ["num_coldstart_reqs": .string("\(requestCount)")]
  }
}

/// `POST /utils/stop_origin_serve`: an old stage stops.
public struct WorkerStop: Hashable, Sendable {
  /// Where the request goes.
  public static let path = "/utils/stop_origin_serve"
  /// Whether the process is to end.
  public let shutsDown: Bool

  /// A request to stop serving.
  public init(shutsDown: Bool) {
    self.shutsDown = shutsDown
  }

  /// Reads the body.
  public init(body: JSON) throws(WireError) {
    shutsDown = try body.flag("shutdown")
  }

  /// The body.
  public var body: JSON {
    ["shutdown": .string(shutsDown ? "true" : "false")]
  }
}

/// How workers name a model: without the number of the replica, and with `.` written `___`.
public struct WorkerModelName: Hashable, Sendable, CustomStringConvertible {
  /// The name as workers know it.
  public let description: String

  /// The name of `vendor/name`, or of `vendor/name/replica`.
  public init(_ model: String) {
    let parts = model.split(separator: "/", omittingEmptySubsequences: false)
    let isReplica = parts.count == 3 && parts[2].allSatisfy(\.isNumber)
    description = (isReplica ? parts.dropLast() : parts[...]).joined(separator: "/").replacing(".", with: "___")
  }
}
