// The panel beside the graph: one visit to a state, or one event, as the server writes it.

import { copy, setMarkup, toast } from "./shell.js";
import { knownSections, refillKnown } from "./known.js";

const focusable = "a, button, summary, [tabindex]";
const nameOf = element => `${element.tagName} ${element.getAttribute("aria-label") ?? element.textContent}`;

export class Panel {
  #link;
  #model;
  #title = document.getElementById("panel-title");
  #body = document.getElementById("panel-body");
  #visits = document.getElementById("panel-visits");
  #shown = null;
  #select;
  #loading = null;
  #waiting = 0;

  constructor(link, model, { select, showEvent }) {
    this.#link = link;
    this.#model = model;
    this.#select = select;
    knownSections(this.#body);
    this.#body.addEventListener("click", event => {
      const anchor = event.target.closest("a[data-event]");
      if (anchor) {
        event.preventDefault();
        showEvent(Number(anchor.dataset.event));
        return;
      }
      const button = event.target.closest("[data-copy-from-value]");
      if (button) this.#copyValue(button.parentElement);
    });
  }

  /** Copies a value: all of it, also where only its beginning is shown. */
  async #copyValue(value) {
    const whole = value.querySelector("a[target]");
    if (!whole) {
      copy(value.querySelector("pre").textContent);
      return;
    }
    try {
      const response = await fetch(whole.href);
      if (!response.ok) throw new Error(response.statusText);
      await copy(await response.text());
    } catch (error) {
      toast(`It could not be copied: ${error.message}`, true);
    }
  }

  /** What is shown: { visit }, { state } or { event }. */
  get shown() {
    return this.#shown;
  }

  /** A state that the reader picked in the drawing, or that was shown before it was entered. */
  showState(name) {
    const id = this.#model.mainVisit(name);
    if (id !== undefined) this.showVisit(id, false);
    else this.#show({ state: name }, name, `states/${encodeURIComponent(name)}`, false);
  }

  showVisit(id, isMoved = true) {
    const visit = this.#model.visits.get(id);
    if (visit) this.#show({ visit: id, state: visit.name }, visit.name, `visits/${id}`, isMoved);
  }

  /** An event, by its row in the table. */
  showEvent([id, , kind, state, visit]) {
    this.#show({ event: id, state, ofVisit: visit }, `${id} · ${kind}`, `events/${id}`, true);
  }

  apply({ visits }) {
    if (!this.#shown) return;
    const { visit, state, event } = this.#shown;
    if (event) return;
    if (!visit && visits.some(other => other.name === state)) this.showState(state);
    else if (visits.some(other => other.id === visit)) this.#reload();
    else if (visits.some(other => other.name === state)) this.#showVisits();
  }

  #show(shown, title, path, isMoved) {
    this.#shown = { ...shown, path };
    this.#title.textContent = title;
    this.#select(shown.state ?? null, isMoved);
    this.#showVisits();
    this.#load();
  }

  /** A visit that runs may change often. */
  #reload() {
    this.#waiting ||= setTimeout(() => {
      this.#waiting = 0;
      this.#load(true);
    }, 120);
  }

  async #load(isAgain = false) {
    this.#loading?.abort();
    const abort = this.#loading = new AbortController();
    try {
      const response = await fetch(`${this.#link}/${this.#shown.path}`, { headers: { accept: "application/json, text/html" }, signal: abort.signal });
      if (!response.ok) throw new Error((await response.json()).message);
      const markup = await response.text();
      const open = isAgain ? this.#openParts() : null;
      setMarkup(this.#body, markup);
      if (open) this.#reopen(open);
      else this.#body.scrollTop = 0;
    } catch (error) {
      if (error.name === "AbortError") return;
      const text = document.createElement("p");
      text.className = "wrong";
      text.textContent = error.message;
      this.#body.replaceChildren(text);
    }
  }

  #openParts() {
    const parts = [...this.#body.querySelectorAll("details")];
    const focused = this.#body.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    return { scroll: this.#body.scrollTop, focused, open: new Map(parts.map((part, i) => [`${i} ${part.querySelector("summary h3")?.textContent}`, part.open])) };
  }

  #reopen({ scroll, focused, open }) {
    [...this.#body.querySelectorAll("details")].forEach((part, i) => {
      const was = open.get(`${i} ${part.querySelector("summary h3")?.textContent}`);
      if (was !== undefined) part.open = was;
    });
    refillKnown(this.#body);
    if (focused !== null) [...this.#body.querySelectorAll(focusable)].find(element => nameOf(element) === focused)?.focus({ preventScroll: true });
    this.#body.scrollTop = scroll;
  }

  /** Which of a state's visits is shown, and the way to the others. */
  #showVisits() {
    const { visit, state, event, ofVisit } = this.#shown;
    const parts = [];
    if (event && ofVisit) {
      parts.push(this.#button("Show state", "Show the visit to the state", () => this.showVisit(ofVisit)));
    } else if (visit) {
      const ids = this.#model.visitsByState.get(state);
      const at = ids.indexOf(visit);
      if (ids.length > 1) {
        const text = document.createElement("span");
        text.textContent = `${at + 1} of ${ids.length}`;
        const earlier = this.#button("‹", "Visit before", () => this.showVisit(ids[at - 1]));
        const later = this.#button("›", "Visit after", () => this.showVisit(ids[at + 1]));
        earlier.disabled = at === 0;
        later.disabled = at === ids.length - 1;
        parts.push(earlier, text, later);
      }
    }
    const focused = [...this.#visits.children].indexOf(document.activeElement);
    this.#visits.replaceChildren(...parts);
    if (focused >= 0) this.#visits.children[focused]?.focus();
  }

  #button(text, label, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "small";
    button.textContent = text;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  }
}
