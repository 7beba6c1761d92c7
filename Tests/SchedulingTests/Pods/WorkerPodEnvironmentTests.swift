import Scheduling
import ServingModel
import Testing

@Suite struct WorkerPodEnvironmentTests {
  private static func pods(willConsolidate: Bool, preinitialises: Bool) -> [WorkerPodEnvironment] {
    WorkerPodEnvironment.pods(
      model: ModelInstanceName(model: "vendor/name", replica: 3),
      claims: [
        GPUClaim(podName: "node4-0", node: 4, gpu: 0, askedGB: 18, heldGB: 22),
        GPUClaim(podName: "node1-7", node: 1, gpu: 2, askedGB: 9, heldGB: 9),
      ],
      gpuMemoryGB: [22, 32], storageAddresses: ["10.0.0.4", "10.0.0.1"], willConsolidate: willConsolidate,
      preinitialises: preinitialises)
  }

  @Test func `variables come in the published order`() {
    let pod = Self.pods(willConsolidate: true, preinitialises: false)[1]
    #expect(
      pod.variables.map { "\($0.name)=\($0.value)" } == [
        "MODEL_ID=vendor/name", "REMOTE_MODEL_ID=vendor/name/3", "MODELSCOPE_CACHE=/mnt/model-cache", "PP_SIZE=2",
        "ENABLE_PARA=0", "LOCAL_SERVER=1", "PYTHONUNBUFFERED=1", "MAX_MODEL_LEN=3072", "NO_PRE_INIT=1",
        "FAST_COLDSTART=0", "GPU_MEMORY_UTILIZATION=0.8", "PP_RANK=1", "TOTAL_GPU=9", "STORAGE_IP=10.0.0.1",
        "DEST_PP_SIZE=2", "BATCH_SIZE=8",
      ])
    // 9 of 32 GB are 28 %, and 4 GB of host memory go with the slice.
    #expect(pod.corePercentage == 25)
    #expect(pod.hostMemoryGB == 13)
  }

  @Test func `a full-memory worker is told to serve alone only if the group consolidates`() {
    let size = WorkerPodEnvironment.Variable("DEST_PP_SIZE", "1")
    #expect(Self.pods(willConsolidate: true, preinitialises: true)[0].variables.contains(size))
    #expect(!Self.pods(willConsolidate: false, preinitialises: true)[0].variables.contains(size))
  }
}
