"use strict";

/* Where rows are, and how each kind of row is drawn. Heights are in CSS pixels. */
Timeline.sizes = { axis: 24, label: 118, requests: 46, node: 20, nic: 34, memory: 16, lane: 20, gap: 4 };

Timeline.rows = (run) => {
  const s = Timeline.sizes, rows = [];
  let y = 0;
  const add = (row, height) => { rows.push({ ...row, y, height }); y += height; };
  add({ kind: "requests", label: "requests" }, s.requests);
  run.nodes.forEach((node) => {
    if (!node.gpus.some((gpu) => gpu.lanes.length)) return;
    add({ kind: "node", label: `${node.name} · ${node.gpus.length} × ${node.type}`, node }, s.node);
    add({ kind: "nic", label: `NIC ${node.network} GB/s`, node }, s.nic);
    node.gpus.forEach((gpu) => {
      if (!gpu.lanes.length) return;
      add({ kind: "memory", label: `GPU ${gpu.index}, ${node.memory} GB`, node, gpu }, s.memory);
      gpu.lanes.forEach((lane) => add({ kind: "lane", label: "", node, gpu, lane }, s.lane));
    });
  });
  return { rows, height: y };
};

Timeline.draw = (view) => {
  const { context: c, width, height, run, theme } = view, s = Timeline.sizes;
  c.setTransform(view.ratio, 0, 0, view.ratio, 0, 0);
  c.fillStyle = theme.panel;
  c.fillRect(0, 0, width, height);
  const ticks = Timeline.ticks(view);
  c.fillStyle = theme.line;
  for (const tick of ticks) c.fillRect(Math.round(view.x(tick)), s.axis, 1, height - s.axis);
  c.save();
  c.beginPath();
  c.rect(0, s.axis, width, height - s.axis);
  c.clip();
  c.font = "11px system-ui, sans-serif";
  c.textBaseline = "middle";
  for (const row of view.layout.rows) {
    const y = s.axis + row.y - view.top;
    if (y + row.height < s.axis || y > height) continue;
    c.save();
    c.beginPath();
    c.rect(s.label, y, width - s.label, row.height);
    c.clip();
    Timeline.drawRow[row.kind](view, row, y);
    c.restore();
    c.fillStyle = row.kind === "node" ? theme.text : theme.faint;
    if (row.label) c.fillText(row.label, 6, y + row.height / 2, row.kind === "node" ? width : s.label - 10);
  }
  c.restore();
  Timeline.drawAxis(view, ticks);
};

Timeline.drawAxis = (view, ticks) => {
  const { context: c, theme } = view, s = Timeline.sizes;
  c.fillStyle = theme.faint;
  c.font = "11px system-ui, sans-serif";
  c.textBaseline = "middle";
  c.textAlign = "center";
  for (const tick of ticks) {
    const x = view.x(tick);
    if (x > s.label + 14 && x < view.width - 20) c.fillText(Timeline.clock(tick), x, s.axis / 2);
  }
  c.textAlign = "left";
  c.fillStyle = theme.line;
  c.fillRect(0, s.axis - 1, view.width, 1);
};

/* Round moments, about every 110 pixels. */
Timeline.ticks = (view) => {
  const span = (view.to - view.from) / Math.max(1, (view.width - Timeline.sizes.label) / 110);
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5];
  const step = steps.find((candidate) => candidate >= span) || 72e5;
  const ticks = [];
  for (let tick = Math.ceil(view.from / step) * step; tick <= view.to; tick += step) ticks.push(tick);
  return ticks;
};

Timeline.clock = (ms) => {
  const seconds = ms / 1000, minutes = Math.floor(seconds / 60), rest = seconds - minutes * 60;
  const digits = ms % 1000 ? (ms % 100 ? (ms % 10 ? 3 : 2) : 1) : 0;
  return minutes ? `${minutes}:${rest.toFixed(digits).padStart(digits ? 3 + digits : 2, "0")}` : `${rest.toFixed(digits)} s`;
};

/* An area under steps, at most one rectangle a pixel. */
Timeline.area = (view, times, value, most, y, height, colour) => {
  const c = view.context;
  c.fillStyle = colour;
  let i = Math.max(0, Timeline.last(times, view.from)), x = view.x(times[i] ?? 0), highest = 0;
  for (; i < times.length && times[i] <= view.to; i++) {
    highest = Math.max(highest, value(i));
    const next = view.x(i + 1 < times.length ? times[i + 1] : view.run.end);
    if (next - x < 1 && i + 1 < times.length) continue;
    const h = (highest / most) * height;
    if (h > 0) c.fillRect(x, y + height - h, Math.max(next - x, 0.5), h);
    x = next;
    highest = 0;
  }
};

Timeline.drawRow = {
  node: () => {},

  requests: (view, row, y) => {
    const { waiting, serving } = view.run, half = row.height / 2 - 3;
    Timeline.area(view, waiting.times, (i) => waiting.values[i], waiting.most, y + 2, half, view.theme.waiting);
    Timeline.area(view, serving.times, (i) => serving.values[i], serving.most, y + half + 4, half, view.theme.serving);
  },

  nic: (view, row, y) => {
    const { nic, network } = row.node, c = view.context, height = row.height - 4;
    let x = -1;
    for (let i = Math.max(0, Timeline.last(nic.times, view.from)); i + 1 < nic.times.length; i++) {
      if (nic.times[i] > view.to) break;
      const left = view.x(nic.times[i]), right = view.x(nic.times[i + 1]);
      const isIdle = nic.offsets[i] === nic.offsets[i + 1];
      if (isIdle || right <= x + 0.5) continue;
      let bottom = y + row.height - 2;
      for (let k = nic.offsets[i]; k < nic.offsets[i + 1]; k++) {
        const h = (nic.rates[k] / 1000 / network) * height;
        c.fillStyle = (k - nic.offsets[i]) % 2 ? view.theme.networkLight : view.theme.network;
        c.fillRect(left, bottom - h, Math.max(right - left, 0.5), h);
        bottom -= h;
      }
      x = right;
    }
  },

  memory: (view, row, y) => {
    const c = view.context, height = row.height - 3;
    c.strokeStyle = view.theme.line;
    c.strokeRect(Math.max(Timeline.sizes.label, view.x(0)), y + 1.5, view.x(view.run.end) - view.x(0), height - 1);
    Timeline.area(view, row.gpu.times, (i) => row.gpu.values[i], row.node.memory, y + 1, height, view.theme.memory);
  },

  lane: (view, row, y) => {
    const c = view.context, kinds = view.kinds, workers = row.lane.workers, track = (row.height - 5) / 3;
    const base = y + 2;
    for (let i = Math.max(0, Timeline.last(row.lane.starts, view.from)); i < workers.length; i++) {
      const worker = workers[i];
      if (worker.from > view.to) break;
      const left = view.x(worker.from), right = view.x(worker.to);
      c.fillStyle = view.theme.alive;
      c.fillRect(left, base, Math.max(right - left, 1), row.height - 4);
      c.fillStyle = view.theme.serving;
      for (const request of worker.requests) {
        const x = view.x(request.first);
        c.fillRect(x, base + track * 2.2, Math.max(Math.min(view.x(request.end), right) - x, 0.5), track * 0.8);
      }
      if (right - left < 1.5) continue;
      for (const stage of worker.stages) {
        const x = view.x(stage.start), kind = kinds[stage.kind];
        c.fillStyle = kind.colour;
        c.fillRect(x, base + track * kind.track, Math.max(view.x(stage.end) - x, 0.5), track - 0.5);
      }
      if (worker === view.marked) {
        c.strokeStyle = view.theme.text;
        c.strokeRect(left + 0.5, base - 0.5, right - left - 1, row.height - 3);
      }
    }
  },
};
