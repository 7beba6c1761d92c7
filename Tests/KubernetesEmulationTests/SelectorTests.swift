import Testing
import WireProtocols

@testable import KubernetesEmulation

@Suite struct SelectorTests {
  @Test(arguments: [
    ("", true), ("app=a", true), ("app==a", true), ("app=b", false), ("app!=b", true), ("none!=b", true),
    ("app in (a, b)", true), ("app in (c)", false), ("app notin (a)", false), ("none notin (a)", true),
    ("app", true), ("none", false), ("!none", true), ("!app", false), ("app=a,tier=x", true), ("app=a,tier=y", false),
    ("x.io/y=1", true), ("empty=", true),
  ])
  func `a label selector means what its text says`(text: String, isMatch: Bool) throws {
    let labels: JSON = ["app": "a", "tier": "x", "x.io/y": "1", "empty": ""]
    #expect(try LabelSelector(parsing: text).matches(labels.members) == isMatch)
  }

  @Test(arguments: ["!!", "a b", "a=b=c", "a in b", "a in (b", "=a", "a,,b", "a=b!"])
  func `a text that is no label selector is refused with 400`(text: String) throws {
    let error = #expect(throws: APIStatus.self) { try LabelSelector(parsing: text) }
    #expect(error?.code == 400)
  }

  @Test func `a workload's selector has exact labels and expressions`() {
    let selector = LabelSelector([
      "matchLabels": ["a": "1"],
      "matchExpressions": [
        ["key": "b", "operator": "In", "values": ["2", "3"]], ["key": "c", "operator": "DoesNotExist"],
      ],
    ])
    let yes: JSON = ["a": "1", "b": "3"]
    let no: JSON = ["a": "1", "b": "3", "c": ""]
    #expect(selector.matches(yes.members) && !selector.matches(no.members))
  }

  @Test func `a field selector knows the fields of its kind and no other`() throws {
    let pod = KubernetesObject(["spec": ["nodeName": "n"], "status": ["phase": "Running"]])
    #expect(try FieldSelector(parsing: "spec.nodeName=n,status.phase!=Failed", for: .pod).matches(pod))
    #expect(try !FieldSelector(parsing: "spec.nodeName=m", for: .pod).matches(pod))
    let error = #expect(throws: APIStatus.self) { try FieldSelector(parsing: "spec.image=x", for: .pod) }
    #expect(error?.message == "field label not supported: spec.image")
  }

  @Test(arguments: [
    ("22", 22_000), ("500m", 500), ("1Gi", 1_073_741_824_000), ("188000000k", 188_000_000_000_000), ("1.5", 1500),
    ("0.1m", 1),
  ])
  func `amounts of resources are read in all their units`(text: String, thousandths: Int) {
    #expect(ResourceQuantity(text)?.thousandths == thousandths)
  }

  @Test(arguments: ["", "a", "1Q", "Gi", "1 Gi"])
  func `what is no amount is none`(text: String) {
    #expect(ResourceQuantity(text) == nil)
  }
}
