"use strict";

/* What the page embeds, put into typed arrays. Times are whole milliseconds; lists that rise are kept as differences. */
const Timeline = {};

Timeline.rising = (differences) => {
  const values = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) values[i] = sum += differences[i];
  return values;
};

/* The position of the last value that is at most x; -1 if there is none. */
Timeline.last = (values, x) => {
  let low = 0, high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= x) low = middle + 1; else high = middle;
  }
  return low - 1;
};

/* How many of some spans cover each moment, as steps. */
Timeline.concurrency = (spans) => {
  const changes = [];
  for (const [from, to] of spans) if (to > from) changes.push([from, 1], [to, -1]);
  changes.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const times = [], values = [];
  let value = 0;
  for (const [time, change] of changes) {
    value += change;
    if (times[times.length - 1] === time) values[values.length - 1] = value;
    else { times.push(time); values.push(value); }
  }
  return { times: Float64Array.from(times), values: Float64Array.from(values), most: Math.max(1, ...values) };
};

Timeline.decode = (run) => {
  const w = run.workers, r = run.requests;
  const from = Timeline.rising(w.from);
  const workers = [];
  let next = 0;
  for (let i = 0; i < from.length; i++) {
    const stages = [];
    for (let k = 0; k < w.stages[i]; k++, next++) {
      const start = from[i] + run.stages.start[next];
      stages.push({ kind: run.stages.kind[next], start, end: start + run.stages.length[next] });
    }
    workers.push({
      node: w.node[i], gpu: w.gpu[i], lane: w.lane[i], model: run.models[w.model[i]], instance: w.instance[i],
      rank: w.rank[i], size: w.size[i], held: w.held[i], from: from[i], to: from[i] + w.length[i], stages, requests: [],
    });
  }
  const byInstance = new Map();
  for (const worker of workers) {
    if (!byInstance.has(worker.instance)) byInstance.set(worker.instance, []);
    byInstance.get(worker.instance).push(worker);
  }
  const sent = Timeline.rising(r.sent);
  const waiting = [], served = [];
  for (let i = 0; i < sent.length; i++) {
    const first = r.first[i] < 0 ? run.end : sent[i] + r.first[i];
    const end = r.end[i] < 0 ? run.end : sent[i] + r.end[i];
    waiting.push([sent[i], first]);
    served.push([first, end]);
    for (const worker of byInstance.get(r.instance[i]) || []) worker.requests.push({ id: r.id[i], sent: sent[i], first, end });
  }
  return {
    name: run.name, title: run.title, source: run.source, end: run.end, workers, count: sent.length,
    waiting: Timeline.concurrency(waiting), serving: Timeline.concurrency(served), nodes: Timeline.nodes(run, workers),
  };
};

/* Nodes with their NICs and GPUs; a GPU has lanes of workers that do not overlap. */
Timeline.nodes = (run, workers) => {
  const nodes = run.nodes.map((node, n) => {
    const nic = run.network[n], gpus = [];
    for (let g = 0; g < node.gpus; g++) {
      const steps = run.memory[n][g];
      gpus.push({ index: g, lanes: [], times: Timeline.rising(steps.time), values: Float64Array.from(steps.held) });
    }
    const offsets = new Int32Array(nic.count.length + 1);
    nic.count.forEach((count, i) => { offsets[i + 1] = offsets[i] + count; });
    return { ...node, gpus, nic: { times: Timeline.rising(nic.time), offsets, rates: nic.rate, workers: nic.worker } };
  });
  for (const worker of workers) {
    const lanes = nodes[worker.node].gpus[worker.gpu].lanes;
    while (lanes.length <= worker.lane) lanes.push({ workers: [], starts: [] });
    lanes[worker.lane].workers.push(worker);
    lanes[worker.lane].starts.push(worker.from);
  }
  return nodes;
};
