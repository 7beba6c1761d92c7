"use strict";

/* The timeline on the page: which run, which span of it, and what the pointer and the keys do. */
Timeline.View = class {
  constructor(root, data) {
    this.data = data;
    this.runs = data.runs;
    this.decoded = new Map();
    this.canvas = root.querySelector("canvas");
    this.tip = root.querySelector(".tip");
    this.context = this.canvas.getContext("2d");
    this.marked = null;
    this.pending = false;
    this.frames = 0;
    this.choice = document.getElementById("timeline-run");
    this.choice.addEventListener("change", () => this.show(this.choice.selectedIndex));
    for (const button of document.querySelectorAll("[data-zoom]")) {
      button.addEventListener("click", () => this.act(button.dataset.zoom));
    }
    this.listen();
    new ResizeObserver(() => this.resize()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.readTheme(); this.redraw(); });
    this.readTheme();
    this.show(0);
  }

  show(index) {
    if (!this.decoded.has(index)) this.decoded.set(index, Timeline.decode(this.runs[index]));
    this.run = this.decoded.get(index);
    this.layout = Timeline.rows(this.run);
    [this.from, this.to] = Timeline.firstSight(this.run);
    [this.top, this.marked] = [0, null];
    this.canvas.style.height = `min(70vh, 40rem, ${this.layout.height + Timeline.sizes.axis + 8}px)`;
    const summary = document.getElementById("timeline-summary");
    summary.textContent =
      `${this.run.workers.length} workers, ${this.run.count} requests, ${Timeline.clock(Math.round(this.run.end / 1000) * 1000)}; ${this.run.source}`;
    this.resize();
  }

  readTheme() {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    this.kinds = this.data.kinds.map((kind) => ({ ...kind, colour: isDark ? kind.dark : kind.colour }));
    const style = getComputedStyle(document.documentElement), read = (name) => style.getPropertyValue(name).trim();
    this.theme = {
      panel: read("--panel"), text: read("--text"), faint: read("--faint"), line: read("--line"),
      memory: read("--memory"), serving: read("--serving"), waiting: read("--waiting"), network: read("--network"),
      networkLight: read("--network") + "99", alive: read("--faint") + "2e",
    };
  }

  resize() {
    const box = this.canvas.getBoundingClientRect();
    this.ratio = window.devicePixelRatio || 1;
    [this.width, this.height] = [box.width, box.height];
    this.canvas.width = Math.round(box.width * this.ratio);
    this.canvas.height = Math.round(box.height * this.ratio);
    this.limit();
    this.redraw();
  }

  /* The place of a moment, in CSS pixels, and the moment of a place. */
  x(ms) {
    return Timeline.sizes.label + ((ms - this.from) / (this.to - this.from)) * (this.width - Timeline.sizes.label - 8);
  }

  moment(x) {
    return this.from + ((x - Timeline.sizes.label) / (this.width - Timeline.sizes.label - 8)) * (this.to - this.from);
  }

  redraw() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => {
      this.pending = false;
      this.frames += 1;
      Timeline.draw(this);
      document.documentElement.dataset.timeline = "drawn";
    });
  }

  /* Keeps the span inside the run and the rows inside the canvas. */
  limit() {
    const span = Math.min(Math.max(this.to - this.from, 20), this.run.end);
    this.from = Math.min(Math.max(this.from, 0), this.run.end - span);
    this.to = this.from + span;
    const most = Math.max(0, this.layout.height - (this.height - Timeline.sizes.axis) + 8);
    this.top = Math.min(Math.max(this.top, 0), most);
  }

  zoom(factor, around = (this.from + this.to) / 2) {
    const span = Math.min(Math.max((this.to - this.from) * factor, 20), this.run.end), share = (around - this.from) / (this.to - this.from);
    this.from = around - span * share;
    this.to = this.from + span;
    this.limit();
    this.redraw();
  }

  pan(ms, pixels = 0) {
    this.from += ms;
    this.to += ms;
    this.top += pixels;
    this.limit();
    this.redraw();
  }

  act(what) {
    const tenth = (this.to - this.from) / 10;
    const actions = {
      in: () => this.zoom(0.5), out: () => this.zoom(2), left: () => this.pan(-tenth), right: () => this.pan(tenth),
      up: () => this.pan(0, -60), down: () => this.pan(0, 60), start: () => this.pan(-this.from),
      end: () => this.pan(this.run.end - this.to), all: () => { [this.from, this.to] = [0, this.run.end]; this.pan(0); },
    };
    actions[what]();
  }

  listen() {
    const keys = {
      "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down",
      Home: "start", End: "end", 0: "all",
    };
    this.canvas.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      this.act(keys[event.key]);
      event.preventDefault();
    });
    this.canvas.addEventListener("wheel", (event) => {
      // Without the focus the wheel scrolls the page, as everywhere else on it.
      if (document.activeElement !== this.canvas && !event.ctrlKey) return;
      event.preventDefault();
      if (event.shiftKey) this.pan(0, event.deltaY || event.deltaX);
      else this.zoom(Math.exp(event.deltaY * 0.002), this.moment(event.offsetX));
    }, { passive: false });
    let grip = null;
    this.canvas.addEventListener("pointerdown", (event) => {
      grip = { x: event.clientX, y: event.clientY };
      this.canvas.setPointerCapture(event.pointerId);
      this.canvas.classList.add("dragging");
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (!grip) { this.hover(event.offsetX, event.offsetY); return; }
      this.tip.hidden = true;
      const scale = (this.to - this.from) / (this.width - Timeline.sizes.label - 8);
      this.pan((grip.x - event.clientX) * scale, grip.y - event.clientY);
      grip = { x: event.clientX, y: event.clientY };
    });
    for (const name of ["pointerup", "pointercancel"]) {
      this.canvas.addEventListener(name, () => { grip = null; this.canvas.classList.remove("dragging"); });
    }
    this.canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; this.mark(null); });
    this.canvas.addEventListener("dblclick", (event) => this.zoom(0.4, this.moment(event.offsetX)));
  }

  mark(worker) {
    if (this.marked === worker) return;
    this.marked = worker;
    this.redraw();
  }

  hover(x, y) {
    const found = Timeline.describe(this, x, y);
    this.mark(found ? found.worker : null);
    this.tip.hidden = !found;
    if (!found) return;
    this.tip.textContent = found.text;
    const box = this.tip.getBoundingClientRect();
    this.tip.style.left = `${Math.max(4, Math.min(x + 14, this.width - box.width - 4))}px`;
    this.tip.style.top = `${y + 18 + box.height > this.height ? y - box.height - 8 : y + 18}px`;
  }
};
