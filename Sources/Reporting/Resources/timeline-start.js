"use strict";

/* What stands at a place, in words. */
Timeline.describe = (view, x, y) => {
  const s = Timeline.sizes, ms = view.moment(x), inRows = y - s.axis + view.top;
  if (x < s.label || y < s.axis || ms < 0 || ms > view.run.end) return null;
  const row = view.layout.rows.find((one) => inRows >= one.y && inRows < one.y + one.height);
  if (!row || row.kind === "node") return null;
  const at = Timeline.clock(Math.round(ms));
  const step = (steps) => { const i = Timeline.last(steps.times, ms); return i < 0 ? 0 : steps.values[i]; };
  const slack = ((view.to - view.from) / view.width) * 3;
  switch (row.kind) {
    case "requests": {
      const { waiting, serving } = view.run;
      return { worker: null, text: `${at}\n${step(waiting)} requests wait for a first token\n${step(serving)} are being answered` };
    }
    case "memory":
      return { worker: null, text: `${at}\n${row.node.name}, GPU ${row.gpu.index}: ${step(row.gpu)} of ${row.node.memory} GB held` };
    case "nic": {
      const { nic } = row.node, i = Timeline.last(nic.times, ms), lines = [];
      for (let k = nic.offsets[i] || 0; i >= 0 && k < (nic.offsets[i + 1] || 0); k++) {
        const worker = view.run.workers[nic.workers[k]];
        lines.push(`${(nic.rates[k] / 1000).toFixed(2)} GB/s for ${worker.model}, stage ${worker.rank + 1} of ${worker.size}`);
      }
      return { worker: null, text: `${at}\n${row.node.name}, NIC\n${lines.join("\n") || "idle"}` };
    }
    default: {
      const worker = row.lane.workers[Timeline.last(row.lane.starts, ms + slack)];
      if (!worker || ms > worker.to + slack) return null;
      const stages = worker.stages.map((stage) =>
        `${stage.start <= ms && ms < stage.end ? "▸ " : ""}${view.kinds[stage.kind].label} ` +
        `${((stage.start - worker.from) / 1000).toFixed(2)} to ${((stage.end - worker.from) / 1000).toFixed(2)} s`);
      const head = `${worker.model}\ninstance ${worker.instance}, stage ${worker.rank + 1} of ${worker.size}, ${worker.held} GB`;
      const requests = worker.requests.length === 1 ? "1 request" : `${worker.requests.length} requests`;
      return { worker, text: [`${head}, ${requests}`, `asked for at ${Timeline.clock(worker.from)}`, ...stages].join("\n") };
    }
  }
};

/* What is shown first: all of a run of many workers; of a few, far apart, the first start of the longest pipeline. */
Timeline.firstSight = (run) => {
  if (run.workers.length > 200 || !run.workers.length) return [0, run.end];
  const longest = run.workers.reduce((best, worker) => (worker.size > best.size ? worker : best));
  const ends = run.workers.filter((one) => one.instance === longest.instance).flatMap((one) => one.stages.map((s) => s.end));
  const span = Math.max(1000, ...ends.map((end) => end - longest.from));
  return [longest.from - span * 0.1, longest.from + span * 1.4];
};

/* Details are opened for printing, since paper cannot be clicked. */
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details")) one.open = true; });

addEventListener("DOMContentLoaded", () => {
  const root = document.querySelector(".timeline");
  if (!root) return;
  Timeline.page = new Timeline.View(root, JSON.parse(document.getElementById("timeline-data").textContent));
});
