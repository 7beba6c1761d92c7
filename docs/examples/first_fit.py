"""First fit with one worker: a serving policy outside the toolkit, used with --policy 'exec:python3 first_fit.py'."""
import json, sys
hello = json.loads(sys.stdin.readline())
print(json.dumps({"type": "hello", "protocol": 1}), flush=True)
models, batch, grace = hello["models"], hello["batch_size"], hello["grace_period_s"]
instances, runs_on, queues = [], {}, [[] for _ in models]

for line in sys.stdin:
    event, commands = json.loads(line), []
    do = lambda command, **members: commands.append({"command": command, **members})
    kind, now, idle = event["event"], event["t_s"], None
    if kind == "request_arrived":
        queues[event["model"]].append(event["request"])
    elif kind == "pods_have_addresses":
        do("initialise", instance=event["instance"])
    elif kind == "worker_initialised":
        idle = instances[event["instance"]]
        idle["state"] = "ready"
    elif kind == "request_finished":
        idle = runs_on.pop(event["request"])
        idle["running"] -= 1
    elif kind == "timer" and instances[event["timer"]]["running"] == 0 and now >= instances[event["timer"]]["ends"]:
        instances[event["timer"]].update(state="deleted", ends=float("inf"))
        do("delete_pods", instance=event["timer"])
    for model, queue in ((model, queue) for model, queue in enumerate(queues) if queue):
        for i in (i for i in instances if i["model"] == model and i["state"] == "ready"):
            while queue and i["running"] < batch:
                i["running"], runs_on[queue[0]] = i["running"] + 1, i
                do("forward", request=queue.pop(0), instance=i["id"])
        room = sum(batch for i in instances if i["model"] == model and i["state"] == "starting")
        need = models[model]["memory_gb"]
        node = next((n for n, gpus in enumerate(event["free_gb"]) if max(gpus) >= need), None)
        if len(queue) > room and node is not None and not any(c["command"] == "create_pods" for c in commands):
            instances.append({"id": len(instances), "model": model, "state": "starting", "running": 0, "ends": 0})
            do("create_pods", instance=instances[-1]["id"], model=model, workers=[{"node": node, "memory_gb": need}])
            do("prefetch", instance=instances[-1]["id"])
    if idle and idle["running"] == 0:
        idle["ends"] = round(now + grace, 9)  # whole nanoseconds, as the clock has them
        do("set_timer", timer=idle["id"], at_s=idle["ends"])
    print(json.dumps({"commands": commands}), flush=True)
