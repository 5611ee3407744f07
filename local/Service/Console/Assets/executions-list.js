// The list of executions: what the server sent is kept, and only the rows in sight are in the document.
import { connect, duration, getJson, localizeTimes } from "./shell.js";
import { graphFrame } from "./graph.js";

const list = document.getElementById("list");
const body = document.getElementById("rows");
const none = document.getElementById("no-rows");
const state = document.getElementById("list-state");
const nameField = document.getElementById("name-filter");
const status = list.dataset.status;

const graph = document.querySelector("[data-graph]");
const drawing = graph && graphFrame(graph, name => { location.href = `${location.pathname}/definition#state=${encodeURIComponent(name)}`; });

let rows = [];
let next = null;
let name = nameField.value.trim();
let loading = null;
let isLoaded = false;
const late = [];
let rowHeight = 36;
let isMeasured = false;
let shownFrom = -1;
let shownTo = -1;

document.getElementById("older")?.remove();

function address(before) {
  const parameters = new URLSearchParams();
  if (status) parameters.set("status", status);
  if (name) parameters.set("name", name);
  if (before) parameters.set("before", before);
  return `${list.dataset.rows}?${parameters}`;
}

async function load(isFresh) {
  if (loading && !isFresh) return;
  loading?.abort();
  const mine = new AbortController();
  loading = mine;
  try {
    const part = await getJson(address(isFresh ? null : next), mine.signal);
    rows = isFresh ? part.rows : rows.concat(part.rows);
    next = part.next ?? null;
    loading = null;
    isLoaded = true;
    merge(late.splice(0));
  } catch (error) {
    if (error.name === "AbortError") return;
    loading = null;
    if (late.length > 0) merge(late.splice(0));
    state.textContent = `The list could not be loaded: ${error.message}`;
  }
}

function spacer(height) {
  const row = document.createElement("tr");
  row.className = "spacer";
  row.setAttribute("aria-hidden", "true");
  const cell = document.createElement("td");
  cell.colSpan = 4;
  cell.style.height = `${height}px`;
  row.append(cell);
  return row;
}

/** Puts the rows in sight into the document. */
function draw(isChanged) {
  // Until then the rows that came with the page stand.
  if (!isLoaded) return;
  const above = list.querySelector("thead").offsetHeight;
  const from = Math.max(0, Math.floor((list.scrollTop - above) / rowHeight) - 15);
  const to = Math.min(rows.length, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + 15);
  if (isChanged || from < shownFrom || to > shownTo || shownFrom < 0) {
    const focused = body.contains(document.activeElement) ? document.activeElement.closest("tr")?.dataset.n : null;
    shownFrom = Math.max(0, from - 15);
    shownTo = Math.min(rows.length, to + 15);
    const part = document.createElement("tbody");
    part.innerHTML = rows.slice(shownFrom, shownTo).map(row => row.row).join("");
    localizeTimes(part);
    const drawn = [...part.children];
    body.replaceChildren(
      ...(shownFrom > 0 ? [spacer(shownFrom * rowHeight)] : []), ...drawn, ...(shownTo < rows.length ? [spacer((rows.length - shownTo) * rowHeight)] : []));
    if (focused) body.querySelector(`tr[data-n="${focused}"] a`)?.focus({ preventScroll: true });
    const measured = isMeasured ? 0 : drawn[0]?.offsetHeight;
    if (measured) isMeasured = true;
    if (measured && Math.abs(measured - rowHeight) > 1) {
      rowHeight = measured;
      draw(true);
      return;
    }
    tick();
    none.hidden = rows.length > 0;
    none.textContent = name ? none.dataset.named : none.dataset.all;
    state.textContent = next && rows.length > 0 ? `${rows.length} shown; scroll for older ones` : rows.length > 20 ? `${rows.length} executions` : "";
    body.closest("table").setAttribute("aria-rowcount", next ? -1 : rows.length + 1);
  }
  if (next && to >= rows.length - 30) load(false);
}

/** Durations of what still runs go on. */
function tick() {
  const now = Date.now();
  for (const element of body.querySelectorAll("[data-since]"))
    element.textContent = duration(Math.max(0, now - Date.parse(element.dataset.since)));
}

function isWanted(row) {
  return (!status || row.status === status) && (!name || row.name.toLowerCase().includes(name.toLowerCase()));
}

/** Takes in executions that are new or have changed. */
function merge(changed) {
  // What is being loaded may be older than these.
  if (loading) {
    late.push(...changed);
    return;
  }
  for (const row of changed) {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (rows[middle].n > row.n) low = middle + 1;
      else high = middle;
    }
    const isThere = rows[low]?.n === row.n;
    // What is older than all that was loaded comes when it is scrolled to.
    if (!isThere && next && low === rows.length) continue;
    if (isWanted(row)) rows.splice(low, isThere ? 1 : 0, row);
    else if (isThere) rows.splice(low, 1);
  }
  draw(true);
}

let typing = 0;
nameField.addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    name = nameField.value.trim();
    const here = new URL(location.href);
    if (name) here.searchParams.set("name", name);
    else here.searchParams.delete("name");
    history.replaceState(null, "", here);
    list.scrollTop = 0;
    load(true);
  }, 200);
});
document.getElementById("filters").addEventListener("submit", event => event.preventDefault());

let isAsked = false;
list.addEventListener("scroll", () => {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(() => {
    isAsked = false;
    draw(false);
  });
}, { passive: true });
setInterval(tick, 500);
new ResizeObserver(() => {
  isMeasured = false;
  draw(false);
}).observe(list);

// What changes is listened for before the list is asked for, so that nothing falls between; without a connection it is shown all the same.
const alone = setTimeout(() => load(true), 1000);
connect(list.dataset.live, {
  counts(counts) {
    for (const [word, count] of Object.entries(counts)) {
      const element = document.querySelector(`[data-count="${word}"]`);
      if (element) element.textContent = count.toLocaleString();
    }
  },
  rows: merge,
  refresh() {
    if (list.scrollTop < rowHeight * 20) load(true);
  },
  graph({ svg }) {
    drawing?.draw(svg);
  },
}, () => {
  clearTimeout(alone);
  load(true);
});
