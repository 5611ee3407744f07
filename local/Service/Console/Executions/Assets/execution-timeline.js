// The timeline: a bar for every visit and iteration, those inside a Parallel or Map under it.

import { duration } from "./shell.js";
import { Rows } from "./execution-rows.js";
import { statuses, statusTexts, succeeded } from "./execution-model.js";

const manyIterations = 25;

export class Timeline {
  #model;
  #rows;
  #nodes = [];
  #closed = new Map();
  #axis;
  #view = null;
  #isStale = true;
  #isShown = false;
  #end = 0;

  constructor(model, { choose, isRunning }) {
    this.#model = model;
    this.isRunning = isRunning;
    this.#axis = document.createElement("span");
    this.#axis.className = "axis";
    const tools = document.createElement("span");
    tools.className = "timeline-tools";
    for (const [text, label, act] of [
      ["−", "Show more time", () => this.#zoom(2)], ["Fit", "Show all", () => this.#fit()], ["+", "Show less time", () => this.#zoom(0.5)],
      ["‹", "Earlier", () => this.#shift(-0.5)], ["›", "Later", () => this.#shift(0.5)],
    ]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "small";
      button.textContent = text;
      if (text !== "Fit") button.setAttribute("aria-label", label);
      button.title = label;
      button.addEventListener("click", act);
      tools.append(button);
    }
    const corner = document.createElement("span");
    corner.className = "corner";
    corner.append("State", tools);
    this.#rows = new Rows(document.getElementById("timeline-rows"), {
      label: "Timeline",
      height: 26,
      columns: [{ kind: "label", element: corner }, { kind: "bars", element: this.#axis }],
      fill: (cells, index, row) => this.#fill(cells, index, row),
      choose: index => {
        const { id, visit } = this.#nodes[index];
        choose(visit ? id : this.#lastIn(id));
      },
      key: (event, index) => this.#key(event, index),
    });
    setInterval(() => {
      if (this.#isShown && this.isRunning()) this.#draw();
    }, 250);
  }

  set isShown(isShown) {
    this.#isShown = isShown;
    if (isShown) this.#draw();
  }

  apply({ isGrown }) {
    if (isGrown) this.#isStale = true;
    if (this.#isShown) this.#draw();
  }

  /** The last state that an iteration visited. */
  #lastIn(iteration) {
    let last = null;
    for (const visit of this.#model.visits.values()) {
      if (visit.iteration === iteration && (last === null || visit.id > last)) last = visit.id;
    }
    return last;
  }

  #isOpen(id) {
    if (this.#closed.has(id)) return !this.#closed.get(id);

    // The inside of many iterations is more than anybody wants at first.
    const iteration = this.#model.iterations.get(id);
    if (!iteration) return true;
    return (this.#counts.get(iteration.map) ?? 0) <= manyIterations;
  }

  #counts = new Map();

  #draw() {
    this.#end = this.isRunning() ? this.#model.now() : this.#model.end();
    if (this.#isStale) {
      this.#isStale = false;
      this.#counts = new Map();
      for (const { map } of this.#model.iterations.values()) this.#counts.set(map, (this.#counts.get(map) ?? 0) + 1);
      this.#nodes = this.#model.tree(id => this.#isOpen(id));
      this.#rows.count = this.#nodes.length;
    }
    this.#drawAxis();
    this.#rows.plan();
  }

  get #range() {
    const start = this.#model.start;
    return this.#view ?? [start, Math.max(this.#end, start + 1)];
  }

  #drawAxis() {
    const [from, to] = this.#range;
    const ticks = ticksOf(from - this.#model.start, to - this.#model.start, Math.max(2, Math.floor(this.#axis.clientWidth / 110)));
    while (this.#axis.childElementCount > ticks.length) this.#axis.lastElementChild.remove();
    while (this.#axis.childElementCount < ticks.length) this.#axis.append(document.createElement("span"));
    ticks.forEach((tick, i) => {
      const mark = this.#axis.children[i];
      mark.style.left = `${((tick + this.#model.start - from) / (to - from)) * 100}%`;
      mark.textContent = tick === 0 ? "0" : duration(tick);
    });
  }

  #fill([label, bars], index, row) {
    const { depth, hasInner, id } = this.#nodes[index];

    // The tree stays while what it is made of changes.
    const visit = this.#model.visits.get(id);
    const iteration = visit ? null : this.#model.iterations.get(id);
    const { status, entered, started, ended, attempts, error, isSuperseded } = visit ?? iteration;
    const begin = entered ?? started;
    if (!label.firstChild) {
      const fold = document.createElement("button");
      fold.type = "button";
      fold.className = "fold";
      fold.tabIndex = -1;
      fold.addEventListener("click", () => this.#fold(fold.node, fold.isOpen));
      const sign = document.createElement("span");
      sign.className = "sign";
      const name = document.createElement("bdi");
      label.append(fold, sign, name);
      const bar = document.createElement("span");
      bar.className = "bar-mark";
      const text = document.createElement("span");
      text.className = "bar-text";
      bars.append(bar, text);
    }
    const [fold, sign, name] = label.children;
    label.style.paddingLeft = `${8 + depth * 14}px`;
    fold.node = id;
    fold.isOpen = hasInner && this.#isOpen(id);
    fold.textContent = hasInner ? (fold.isOpen ? "▾" : "▸") : "";
    fold.setAttribute("aria-label", fold.isOpen ? "Close" : "Open");
    fold.disabled = !hasInner;
    if (hasInner) row.setAttribute("aria-expanded", fold.isOpen);
    else row.removeAttribute("aria-expanded");
    sign.className = `sign is-${statuses[status]}`;
    const branch = visit && !visit.iteration && visit.index >= 0 ? ` #${visit.index + 1}` : "";
    name.textContent = visit ? visit.name + branch : `Item ${iteration.index}`;
    const time = duration((ended ?? this.#end) - begin);
    const words = [time, ...(attempts > 1 ? [`${attempts}×`] : []), ...(error && status !== succeeded ? [error] : [])].join(" · ");
    label.title = `${name.textContent}: ${statusTexts[status]}, ${words}`;
    row.setAttribute("aria-label", label.title);
    const [from, to] = this.#range;
    const left = Math.min(1, Math.max(0, (begin - from) / (to - from)));
    const right = Math.min(1, Math.max(0, ((ended ?? this.#end) - from) / (to - from)));
    const [bar, text] = bars.children;
    bar.className = `bar-mark is-${statuses[status]}${iteration ? " is-iteration" : ""}`;
    bar.style.left = `${left * 100}%`;
    bar.style.width = `${(right - left) * 100}%`;
    bar.hidden = begin > to || (ended ?? this.#end) < from;
    text.textContent = words;
    text.hidden = bar.hidden;

    // Beside the bar where there is more room.
    const isLeft = right > 0.72 && left > 0.3;
    text.style.left = isLeft ? "" : `calc(${right * 100}% + 6px)`;
    text.style.right = isLeft ? `calc(${(1 - left) * 100}% + 6px)` : "";
    if (right > 0.72 && left <= 0.3) {
      text.style.left = `calc(${left * 100}% + 8px)`;
      text.classList.add("is-inside");
    } else {
      text.classList.remove("is-inside");
    }
    if (isSuperseded) row.classList.add("is-superseded");
  }

  #fold(id, isOpen) {
    this.#closed.set(id, isOpen);
    this.#isStale = true;
    this.#draw();
  }

  #key(event, index) {
    const node = this.#nodes[index];
    if (!node) return;
    const isOpen = node.hasInner && this.#isOpen(node.id);
    if (event.key === "ArrowRight" && node.hasInner && !isOpen) this.#fold(node.id, false);
    else if (event.key === "ArrowLeft" && isOpen) this.#fold(node.id, true);
    else if (event.key === "ArrowLeft") {
      let outer = index;
      while (outer >= 0 && this.#nodes[outer].depth >= node.depth) outer--;
      this.#rows.activate(outer, true);
    } else return;
    event.preventDefault();
  }

  #zoom(by) {
    const [from, to] = this.#range;
    const node = this.#nodes[this.#rows.active];
    const part = node && by < 1 ? this.#model.visits.get(node.id) ?? this.#model.iterations.get(node.id) : null;
    const middle = part ? ((part.entered ?? part.started) + (part.ended ?? this.#end)) / 2 : (from + to) / 2;
    this.#show(middle - ((to - from) * by) / 2, middle + ((to - from) * by) / 2);
  }

  #shift(by) {
    const [from, to] = this.#range;
    this.#show(from + (to - from) * by, to + (to - from) * by);
  }

  #show(from, to) {
    const [start, end] = [this.#model.start, Math.max(this.#end, this.#model.start + 1)];
    const length = Math.min(Math.max(to - from, 0.5), end - start);
    const begin = Math.min(Math.max(from, start), end - length);
    this.#view = length >= end - start ? null : [begin, begin + length];
    this.#drawAxis();
    this.#rows.plan();
  }

  #fit() {
    this.#view = null;
    this.#draw();
  }
}

/** Round times between two, about as many as wanted. */
export function ticksOf(from, to, wanted) {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5];
  let step = steps.find(candidate => (to - from) / candidate <= wanted) ?? 864e5 * Math.ceil((to - from) / 864e5 / wanted);
  step = Math.max(step, (to - from) / 20);
  const ticks = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}
