// The iterations of Map states: those of an inline Map come from the history, those of a distributed one are executions of their own.

import { duration, getJson } from "./shell.js";
import { clockText } from "./execution-events.js";
import { Rows } from "./execution-rows.js";
import { failed, running, statuses, statusTexts } from "./execution-model.js";

export class Iterations {
  #model;
  #link;
  #rows;
  #list = [];
  #children = [];
  #next = null;
  #isAsking = false;
  #isMissed = false;
  #isShown = false;
  #mapChoice = document.getElementById("map-choice");
  #statusChoice = document.getElementById("iteration-status");
  #counts = document.getElementById("iteration-counts");
  #chooseVisit;

  constructor(model, link, { choose, badge }) {
    this.#model = model;
    this.#link = link;
    this.#chooseVisit = choose;
    this.badge = badge;
    this.#rows = new Rows(document.getElementById("iteration-rows"), {
      label: "Map iterations",
      columns: [
        { name: "Item", kind: "number id" }, { name: "Status", kind: "status" }, { name: "Started", kind: "time" },
        { name: "Duration", kind: "number" }, { name: "Execution or error", kind: "what" },
      ],
      fill: (cells, index, row) => this.#fill(cells, index, row),
      choose: index => this.#choose(index),
      enter: index => {
        const child = this.#children[index];
        if (this.#run && child) location.assign(child[2]);
        return Boolean(this.#run && child);
      },
      look: (from, to) => {
        if (this.#run && this.#next !== null && to >= this.#children.length - 20) this.#ask(this.#next);
      },
    });
    this.#mapChoice.addEventListener("change", () => this.#restart());
    this.#statusChoice.addEventListener("change", () => this.#restart());
    setInterval(() => this.#poll(), 1000);
  }

  set isShown(isShown) {
    this.#isShown = isShown;
    if (!isShown) return;
    this.#offerMaps();
    this.#restart();
  }

  apply({ visits, iterations }) {
    if (visits.some(visit => visit.type === "Map" && !this.#mapChoice.querySelector(`[value="${visit.id}"]`))) this.#offerMaps();
    if (this.#isShown && !this.#run && (iterations.length > 0 || visits.length > 0)) this.#showInline();
    if (visits.some(visit => visit.mapRun)) this.#poll(true);
  }

  get #visit() {
    return this.#model.visits.get(Number(this.#mapChoice.value));
  }

  get #run() {
    return this.#visit?.mapRun ?? null;
  }

  #offerMaps() {
    const maps = [...this.#model.visits.values()].filter(visit => visit.type === "Map" && !visit.isSuperseded).sort((a, b) => a.id - b.id);
    const chosen = this.#mapChoice.value;
    this.#mapChoice.replaceChildren(...maps.map(visit => {
      const option = document.createElement("option");
      const nth = this.#model.visitsByState.get(visit.name);
      option.value = visit.id;
      option.textContent = nth.length > 1 ? `${visit.name}, visit ${nth.indexOf(visit.id) + 1} of ${nth.length}` : visit.name;
      return option;
    }));
    if (maps.some(visit => String(visit.id) === chosen)) this.#mapChoice.value = chosen;
    document.getElementById("count-iterations").textContent = "";
  }

  #offerStatuses(options) {
    const chosen = this.#statusChoice.value;
    this.#statusChoice.replaceChildren(...[["", "All"], ...options].map(([value, text]) => {
      const option = document.createElement("option");
      option.value = value;
      option.textContent = text;
      return option;
    }));
    this.#statusChoice.value = [...this.#statusChoice.options].some(option => option.value === chosen) ? chosen : "";
  }

  #restart() {
    this.#rows.clearActive();
    if (this.#run) {
      this.#offerStatuses([["RUNNING", "Running"], ["SUCCEEDED", "Succeeded"], ["FAILED", "Failed"], ["TIMED_OUT", "Timed out"], ["ABORTED", "Aborted"]]);
      this.#children = [];
      this.#rows.count = 0;
      this.#ask(null);
    } else {
      this.#offerStatuses(statuses.map((status, i) => [String(i), statusTexts[i]]).filter(([i]) => i !== "2"));
      this.#showInline();
    }
  }

  #showInline() {
    const map = this.#visit;
    const all = map ? this.#model.iterationsOf(map.id) : [];
    const status = this.#statusChoice.value;
    this.#list = status === "" ? all : all.filter(iteration => iteration.status === Number(status));
    const counts = statuses.map((_, i) => all.filter(iteration => iteration.status === i).length);
    this.#counts.textContent = map
      ? counts.flatMap((count, i) => (count > 0 ? [`${count} ${statusTexts[i].toLowerCase()}`] : [])).join(", ") || "No iteration began."
      : "No Map state was entered yet.";
    this.#rows.count = this.#list.length;
    this.#rows.plan();
  }

  async #ask(before) {
    const run = this.#run;
    if (!run) return;
    if (this.#isAsking) {
      // Another run or status may have been chosen meanwhile.
      this.#isMissed ||= before === null;
      return;
    }
    this.#isAsking = true;
    try {
      const status = this.#statusChoice.value;
      const query = new URLSearchParams({ run, ...(status && { status }), ...(before !== null && { before }) });
      const { rows, next, counts } = await getJson(`${this.#link}/children?${query}`);
      if (run !== this.#run || status !== this.#statusChoice.value) return;
      if (before === null) {
        // What was loaded before stays below the new ones, unless these are all there are.
        const known = new Set(rows.map(row => row[2]));
        const older = this.#children.filter(row => !known.has(row[2]));
        const isWhole = next == null || older.length === this.#children.length;
        this.#children = isWhole ? rows : [...rows, ...older];
        if (isWhole) this.#next = next ?? null;
      } else {
        this.#children.push(...rows);
        this.#next = next ?? null;
      }
      this.#counts.textContent = counts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word.toLowerCase().replace("_", " ")}`).join(", ");
      this.#rows.count = this.#children.length;
      this.#rows.plan();
    } catch (error) {
      this.#counts.textContent = error.message;
    } finally {
      this.#isAsking = false;
      if (this.#isMissed) {
        this.#isMissed = false;
        this.#ask(null);
      }
    }
  }

  /** A map run's children write nothing into this history: how far it is must be asked for. */
  async #poll(isLast = false) {
    if (document.hidden) return;
    const runs = [...this.#model.visits.values()].filter(visit => visit.mapRun && (isLast || visit.status === running));
    for (const visit of runs.slice(-3)) {
      try {
        const { counts } = await getJson(`${this.#link}/children?${new URLSearchParams({ run: visit.mapRun, status: "RUNNING" })}`);
        const all = counts.reduce((sum, [, count]) => sum + count, 0);
        const open = counts[0][1];
        if (all > 0) this.badge(visit.name, open > 0 ? `${all - open}/${all}` : `${all}`);
      } catch {
        // The next look may succeed.
      }
    }
    if (this.#isShown && this.#run && (isLast || this.#visit.status === running)) this.#ask(null);
  }

  #choose(index) {
    if (this.#run) return;
    const iteration = this.#list[index];
    let last = null;
    for (const visit of this.#model.visits.values()) {
      if (visit.iteration === iteration.id && (last === null || visit.status === failed || (last.status !== failed && visit.id > last.id))) last = visit;
    }
    if (last) this.#chooseVisit(last.id);
  }

  #fill(cells, index, row) {
    const [item, status, started, time, what] = cells;
    if (this.#run) {
      const [number, name, link, word, begin, end, error] = this.#children[index];
      item.textContent = number ?? "";
      status.textContent = word.toLowerCase().replace("_", " ");
      status.className = `status is-${word.toLowerCase().replace("_", "-")}`;
      started.textContent = clockText(begin);
      time.textContent = duration((end ?? this.#model.now()) - begin);
      let anchor = what.querySelector("a");
      if (!anchor) {
        anchor = document.createElement("a");
        anchor.tabIndex = -1;
        what.replaceChildren(anchor, document.createElement("span"));
      }
      anchor.href = link;
      anchor.textContent = name;
      what.lastElementChild.textContent = error ? ` ${error}` : "";
      return;
    }
    const iteration = this.#list[index];
    item.textContent = iteration.index;
    status.textContent = statusTexts[iteration.status];
    status.className = `status is-${statuses[iteration.status]}`;
    started.textContent = clockText(iteration.started);
    time.textContent = duration((iteration.ended ?? this.#model.now()) - iteration.started);
    what.textContent = iteration.status === failed ? this.#errorIn(iteration) : "";
    if (iteration.status === failed) row.classList.add("is-failure");
  }

  #errorIn(iteration) {
    for (const visit of this.#model.visits.values()) {
      if (visit.iteration === iteration.id && visit.status === failed) return `${visit.name}: ${visit.error ?? "failed"}`;
    }
    return "";
  }
}
