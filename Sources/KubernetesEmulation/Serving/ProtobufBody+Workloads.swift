/// What `kubectl create deployment` and `kubectl create job` send; a field that they do not set is refused, not dropped.
///
/// Programs in Go send texts, flags and messages that are empty, too, so those are named here without being used.
extension ProtobufBody {
  static var deployment: [Int: Field] {
    [
      1: Field("replicas", .whole), 2: Field("selector", .message([1: Field("matchLabels", .map(.text))])),
      3: Field("template", .message(template)), 4: Field("strategy", .message([1: Field("type")])),
      5: Field("minReadySeconds", .whole), 6: Field("revisionHistoryLimit", .whole), 7: Field("paused", .flag),
      9: Field("progressDeadlineSeconds", .whole),
    ]
  }

  static var job: [Int: Field] {
    [
      1: Field("parallelism", .whole), 2: Field("completions", .whole), 3: Field("activeDeadlineSeconds", .whole),
      6: Field("template", .message(template)), 7: Field("backoffLimit", .whole),
      8: Field("ttlSecondsAfterFinished", .whole), 9: Field("completionMode"), 10: Field("suspend", .flag),
      12: Field("backoffLimitPerIndex", .whole), 13: Field("maxFailedIndexes", .whole),
    ]
  }

  private static var template: [Int: Field] {
    [1: metadata, 2: Field("spec", .message(pod))]
  }

  private static var pod: [Int: Field] {
    [
      2: Field("containers", .messages(container)), 3: Field("restartPolicy"),
      4: Field("terminationGracePeriodSeconds", .whole), 6: Field("dnsPolicy"), 7: Field("nodeSelector", .map(.text)),
      8: Field("serviceAccountName"), 9: Field("serviceAccount"), 10: Field("nodeName"),
      11: Field("hostNetwork", .flag), 12: Field("hostPID", .flag), 13: Field("hostIPC", .flag),
      16: Field("hostname"), 17: Field("subdomain"), 19: Field("schedulerName"), 24: Field("priorityClassName"),
    ]
  }

  private static var container: [Int: Field] {
    [
      1: Field("name"), 2: Field("image"), 3: Field("command", .texts), 4: Field("args", .texts),
      5: Field("workingDir"), 6: Field("ports", .messages(port)), 8: Field("resources", .empty),
      13: Field("terminationMessagePath"), 14: Field("imagePullPolicy"), 16: Field("stdin", .flag),
      17: Field("stdinOnce", .flag), 18: Field("tty", .flag), 20: Field("terminationMessagePolicy"),
    ]
  }

  private static var port: [Int: Field] {
    [
      1: Field("name"), 2: Field("hostPort", .whole), 3: Field("containerPort", .whole), 4: Field("protocol"),
      5: Field("hostIP"),
    ]
  }
}
