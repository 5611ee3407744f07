// The runs of distributed Map states. Their children write nothing into this history, so how far a run is must be asked for.

import { getJson, setMarkup } from "./shell.js";
import { running } from "./execution-model.js";

const most = 3;

export class MapRuns {
  #model;
  #badge;
  #isLooking = false;

  constructor(model, { badge }) {
    this.#model = model;
    this.#badge = badge;
    setInterval(() => this.#look(false), 1000);
  }

  apply({ visits }) {
    if (visits.some(visit => visit.mapRun)) this.#look(true);
  }

  /** Shows a run in an element, and keeps it up to date. */
  show(element, run) {
    if (element.dataset.mapRun === run) return;
    element.dataset.mapRun = run;
    delete element.dataset.over;
    element.replaceChildren();
    this.#look(false);
  }

  /** `isAll`: also runs that were over. */
  async #look(isAll) {
    if (document.hidden || this.#isLooking) return;
    this.#isLooking = true;
    try {
      const visits = [...this.#model.visits.values()].filter(visit => visit.mapRun);
      const places = [...document.querySelectorAll("[data-map-run]")];
      const wanted = new Set([
        ...visits.filter(visit => isAll || visit.status === running).slice(-most).map(visit => visit.mapRun),
        ...places.filter(place => isAll || place.dataset.over === undefined).map(place => place.dataset.mapRun),
      ]);
      for (const run of wanted) {
        const { badge, hasFailed, isOver, markup } = await getJson(`/console/map-runs/${encodeURIComponent(run)}/summary`);
        const visit = visits.findLast(other => other.mapRun === run);
        if (visit) this.#badge(visit.name, badge, hasFailed);
        for (const place of places) {
          if (place.dataset.mapRun !== run) continue;
          const isFocused = place.contains(document.activeElement);
          setMarkup(place, markup);
          if (isFocused) place.querySelector("a")?.focus({ preventScroll: true });
          if (isOver) place.dataset.over = "";
        }
      }
    } catch {
      // The next look may succeed.
    } finally {
      this.#isLooking = false;
    }
  }
}
