// The iterations of Map states: those of an inline Map come from the history; of a distributed one its run is shown, which has its own page.

import { duration } from "./shell.js";
import { clockText } from "./execution-events.js";
import { Rows } from "./execution-rows.js";
import { failed, statuses, statusTexts } from "./execution-model.js";

export class Iterations {
  #model;
  #rows;
  #list = [];
  #isShown = false;
  #mapChoice = document.getElementById("map-choice");
  #statusChoice = document.getElementById("iteration-status");
  #counts = document.getElementById("iteration-counts");
  #run = document.getElementById("iteration-run");
  #chooseVisit;
  #showRun;

  constructor(model, { choose, showRun }) {
    this.#model = model;
    this.#chooseVisit = choose;
    this.#showRun = showRun;
    this.#rows = new Rows(document.getElementById("iteration-rows"), {
      label: "Map iterations",
      columns: [
        { name: "Item", kind: "number id" }, { name: "Status", kind: "status" }, { name: "Started", kind: "time" },
        { name: "Duration", kind: "number" }, { name: "Error", kind: "what" },
      ],
      fill: (cells, index, row) => this.#fill(cells, index, row),
      choose: index => this.#choose(index),
    });
    this.#mapChoice.addEventListener("change", () => this.#restart());
    this.#statusChoice.addEventListener("change", () => this.#restart());
  }

  set isShown(isShown) {
    this.#isShown = isShown;
    if (!isShown) return;
    this.#offerMaps();
    this.#restart();
  }

  apply({ visits, iterations }) {
    if (visits.some(visit => visit.type === "Map" && !this.#mapChoice.querySelector(`[value="${visit.id}"]`))) this.#offerMaps();
    if (this.#isShown && (iterations.length > 0 || visits.length > 0)) this.#show();
  }

  get #visit() {
    return this.#model.visits.get(Number(this.#mapChoice.value));
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
    this.#offerStatuses(statuses.map((status, i) => [String(i), statusTexts[i]]).filter(([i]) => i !== "2"));
    this.#show();
  }

  #show() {
    const run = this.#visit?.mapRun;
    this.#run.hidden = !run;
    document.getElementById("iteration-rows").hidden = Boolean(run);
    document.getElementById("iteration-filter").hidden = Boolean(run);
    this.#counts.hidden = Boolean(run);
    if (run) this.#showRun(this.#run, run);
    else this.#showInline();
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

  #choose(index) {
    const iteration = this.#list[index];
    let last = null;
    for (const visit of this.#model.visits.values()) {
      if (visit.iteration === iteration.id && (last === null || visit.status === failed || (last.status !== failed && visit.id > last.id))) last = visit;
    }
    if (last) this.#chooseVisit(last.id);
  }

  #fill(cells, index, row) {
    const [item, status, started, time, what] = cells;
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
