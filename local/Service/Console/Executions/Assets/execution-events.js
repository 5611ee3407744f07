// The events' table: rows come from the server in pages, those in sight first; new ones of a running execution come with its updates.

import { getJson, localTime } from "./shell.js";
import { Rows } from "./execution-rows.js";

const pageSize = 100;
const mostPages = 80;

export class EventTable {
  #link;
  #rows;
  #pages = new Map();
  #asked = new Map();
  #filter = "";
  #total = 0;
  #start = null;
  #form;
  #countText;
  #refreshing = 0;

  constructor(link, { choose }) {
    this.#link = link;
    this.#form = document.getElementById("event-filters");
    this.#countText = document.getElementById("event-count");
    this.#rows = new Rows(document.getElementById("event-rows"), {
      label: "Events",
      narrowHeight: 46,
      columns: [
        { name: "#", kind: "number id" }, { name: "Time", kind: "time" }, { name: "Kind", kind: "kind" },
        { name: "State", kind: "state" }, { name: "What", kind: "what" },
      ],
      fill: (cells, index, row) => this.#fill(cells, index, row),
      choose: index => {
        const event = this.#at(index);
        if (event) choose(event);
      },
      look: (from, to) => this.#look(from, to),
    });
    this.#form.addEventListener("submit", event => event.preventDefault());
    this.#form.addEventListener("input", event => {
      if (event.target.id === "event-follow") return;
      clearTimeout(this.#form.timer);
      this.#form.timer = setTimeout(() => this.#filterChanged(), event.target.type === "search" ? 250 : 0);
    });
  }

  /** Offers the states to filter by. */
  set states(names) {
    const select = document.getElementById("event-state");
    for (const name of names) {
      const option = document.createElement("option");
      option.value = option.textContent = name;
      select.append(option);
    }
  }

  get isFollowing() {
    return document.getElementById("event-follow").checked;
  }

  /** Takes note of new events; `rows` are they where there are few. */
  grow(total, rows) {
    if (this.#filter) {
      // What passes the filter only the server knows.
      this.#refreshing ||= setTimeout(() => {
        this.#refreshing = 0;
        this.#refresh();
      }, 400);
      return;
    }
    for (const row of rows ?? []) {
      const page = Math.floor((row[0] - 1) / pageSize);
      const known = this.#pages.get(page) ?? (row[0] % pageSize === 1 ? [] : null);
      if (known && known.length === (row[0] - 1) % pageSize) {
        known.push(row);
        this.#pages.set(page, known);
      }
    }
    this.#setTotal(total);
  }

  /** Shows an event of that number, where the filter lets it. */
  reveal(id) {
    if (!this.#filter) this.#rows.activate(id - 1);
  }

  redraw() {
    this.#rows.plan();
  }

  #setTotal(total) {
    this.#total = total;
    this.#rows.count = total;
    this.#rows.plan();
    this.#countText.textContent = this.#filter ? (total === 1 ? "1 event" : `${total.toLocaleString()} events`) : "";
    if (this.isFollowing) this.#rows.reveal(total - 1);
  }

  #filterChanged() {
    const data = new FormData(this.#form);
    const query = new URLSearchParams();
    const groups = data.getAll("groups");
    if (groups.length) query.set("groups", groups.join(","));
    for (const name of ["state", "text"]) {
      const value = data.get(name).trim();
      if (value) query.set(name, value);
    }
    this.#filter = query.toString();
    this.#pages.clear();
    this.#abort();
    this.#rows.clearActive();
    this.#refresh();
  }

  async #refresh() {
    const filter = this.#filter;
    try {
      const { total } = await getJson(`${this.#link}/events?count=0&${filter}`);
      if (filter !== this.#filter) return;

      // The last page may have room for more.
      for (const [page, rows] of this.#pages) {
        if (rows.length < pageSize) this.#pages.delete(page);
      }
      this.#setTotal(total);
    } catch (error) {
      this.#countText.textContent = error.message;
    }
  }

  #at(index) {
    return this.#pages.get(Math.floor(index / pageSize))?.[index % pageSize];
  }

  #look(from, to) {
    if (to <= from) return;
    clearTimeout(this.#look.timer);
    const [first, last] = [Math.floor(from / pageSize), Math.floor((to - 1) / pageSize)];
    const isMissing = page => {
      const known = this.#pages.get(page);
      return !known || known.length < Math.min(pageSize, this.#total - page * pageSize);
    };
    const missing = [];
    for (let page = first; page <= last; page++) {
      if (isMissing(page) && !this.#asked.has(page)) missing.push(page);
    }
    if (missing.length === 0) return;

    // Whoever drags the bar passes by most pages.
    this.#look.timer = setTimeout(() => {
      for (const [page, abort] of this.#asked) {
        if (page < first - 1 || page > last + 1) abort.abort();
      }
      for (const page of missing) this.#fetch(page);
    }, this.#pages.size === 0 ? 0 : 30);
  }

  async #fetch(page) {
    if (this.#asked.has(page)) return;
    const abort = new AbortController();
    this.#asked.set(page, abort);
    const filter = this.#filter;
    try {
      const { rows, total } = await getJson(`${this.#link}/events?offset=${page * pageSize}&count=${pageSize}&${filter}`, abort.signal);
      if (filter !== this.#filter) return;
      this.#pages.delete(page);
      this.#pages.set(page, rows);
      if (this.#pages.size > mostPages) this.#pages.delete(this.#pages.keys().next().value);
      if (total > this.#total) this.#setTotal(total);
    } catch (error) {
      if (error.name !== "AbortError") this.#countText.textContent = error.message;
    } finally {
      if (this.#asked.get(page) === abort) this.#asked.delete(page);
      this.#rows.plan();
    }
  }

  #abort() {
    for (const abort of this.#asked.values()) abort.abort();
    this.#asked.clear();
  }

  #fill(cells, index, row) {
    const event = this.#at(index);
    const [id, time, kind, state, visit, place, what, isFailure] = event ?? [];
    set(cells[0], event ? String(id) : "");
    set(cells[1], event ? clockText(time) : "…");
    cells[1].title = event ? localTime(new Date(time).toISOString()) : "";
    set(cells[2], kind ?? "");
    set(cells[3], state ? (place ? `${state} · ${place}` : state) : "");
    cells[3].title = cells[3].textContent;
    set(cells[4], what ?? "");
    if (isFailure) row.classList.add("is-failure");
    if (kind) row.classList.add(kind.endsWith("Entered") ? "is-entered" : kind.endsWith("Exited") ? "is-exited" : "is-other");
  }
}

function set(cell, text) {
  if (cell.textContent !== text) cell.textContent = text;
}

/** The clock to the millisecond, in the reader's time. */
export function clockText(time) {
  const date = new Date(time);
  const two = number => String(number).padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
