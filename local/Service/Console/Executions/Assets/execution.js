// The page of an execution: puts its parts together and keeps them up to date.

import { connect, duration, getJson, postJson, setMarkup, toast } from "./shell.js";
import { EventTable } from "./execution-events.js";
import { ExecutionGraph } from "./execution-graph.js";
import { Iterations } from "./execution-iterations.js";
import { MapRuns } from "./execution-map-runs.js";
import { ExecutionModel, failed, running } from "./execution-model.js";
import { Panel } from "./execution-panel.js";
import { splitter } from "./splitter.js";
import { Timeline } from "./execution-timeline.js";

const root = document.getElementById("execution");
const link = root.dataset.link;
const head = document.getElementById("execution-head");
const model = new ExecutionModel();
const { title } = document;

// It ran on AWS: nothing of it changes.
const isOpened = "opened" in root.dataset;
const isRunning = () => !isOpened && root.dataset.status === "RUNNING";

// Until the reader picks something, the panel goes with the execution.
let isFollowing = true;
const pick = show => (...what) => {
  isFollowing = false;
  show(...what);
};

splitter(document.getElementById("splitter"));
const graph = new ExecutionGraph(root.querySelector("[data-graph]"), model, pick(name => panel.showState(name)));
const panel = new Panel(link, model, {
  select: (name, isMoved) => graph.select(name, isMoved),
  showEvent(id) {
    tabs.show("events");
    events.reveal(id);
  },
});
const events = new EventTable(link, { choose: pick(event => panel.showEvent(event)) });
const showVisit = pick(id => {
  if (id) panel.showVisit(id);
});
document.getElementById("panel-body").addEventListener("click", () => { isFollowing = false; });
document.getElementById("panel-visits").addEventListener("click", () => { isFollowing = false; });
const timeline = new Timeline(model, { choose: showVisit, isRunning });
const mapRuns = new MapRuns(model, { badge: (name, text, hasFailed) => graph.setMapRun(name, text, hasFailed) });
const iterations = new Iterations(model, { choose: showVisit, showRun: (element, run) => mapRuns.show(element, run) });

events.states = graph.states;

const tabs = {
  all: [...root.querySelectorAll("[role=tab]")],
  show(name, isFocused = false) {
    for (const tab of this.all) {
      const isChosen = tab.id === `tab-${name}`;
      tab.setAttribute("aria-selected", isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
      if (isChosen && isFocused) tab.focus();
    }
    timeline.isShown = name === "timeline";
    iterations.isShown = name === "iterations";
    if (name === "events") events.redraw();
    history.replaceState(null, "", name === "events" ? location.pathname : `#${name}`);
  },
};

root.querySelector("[role=tablist]").addEventListener("click", event => {
  const tab = event.target.closest("[role=tab]");
  if (tab) tabs.show(tab.id.slice("tab-".length));
});
root.querySelector("[role=tablist]").addEventListener("keydown", event => {
  const shown = tabs.all.filter(tab => !tab.hidden);
  const at = shown.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  tabs.show(shown.at(to % shown.length).id.slice("tab-".length), true);
});

function take(update) {
  const changed = model.apply(update);
  graph.apply(changed);
  events.grow(update.total, update.rows);
  timeline.apply(changed);
  iterations.apply(changed);
  mapRuns.apply(changed);
  panel.apply(changed);
  document.getElementById("count-events").textContent = update.total.toLocaleString();
  if (isFollowing && update.to === update.total) showBest();
}

async function readOpened() {
  try {
    do take(await getJson(`${link}/update?since=${model.to}`)); while (model.to < model.total);
    if (graph.states.length === 0) events.states = [...model.states.keys()];
  } catch (error) {
    toast(error.message, true);
  }
}

if (isOpened) readOpened();
else connect(() => `${link}/live?since=${model.to}`, {
  update: take,
  head(parts) {
    root.dataset.status = parts.status;
    document.title = `${parts.text} · ${title}`;
    if (head.dataset.markup !== parts.head) {
      const action = document.activeElement?.closest("[data-action]")?.dataset.action;
      setMarkup(head, parts.head);
      head.dataset.markup = parts.head;
      if (action) (head.querySelector(`[data-action="${action}"]`) ?? head.querySelector("button, a"))?.focus();
      setMarkup(document.getElementById("execution-data"), parts.data);
    }
  },
  reload() {
    location.reload();
  },
});

/** What a reader most likely wants to see: what failed, else what runs, else the last; as long as the reader has picked nothing. */
function showBest() {
  const shown = model.visits.get(panel.shown?.visit);
  if (shown?.status === running) return;
  let best = null;
  for (const visit of model.visits.values()) {
    if (!visit.isSuperseded && (!best || rank(visit) > rank(best) || (rank(visit) === rank(best) && visit.id > best.id))) best = visit;
  }
  if (best && best.id !== shown?.id) panel.showVisit(best.id);
}

function rank(visit) {
  return visit.status === failed ? 2 : visit.status === running ? 1 : 0;
}

setInterval(() => {
  if (document.hidden) return;
  for (const element of root.querySelectorAll("[data-since]")) {
    element.textContent = duration(Math.max(0, model.now() - Number(element.dataset.since)));
  }
}, 200);

const dialog = document.getElementById("stop-dialog");
dialog?.addEventListener("close", async () => {
  if (dialog.returnValue !== "stop") return;
  await act("stop", { error: document.getElementById("stop-error").value, cause: document.getElementById("stop-cause").value }, "Stopped.");
});

root.addEventListener("click", event => {
  const action = event.target.closest("[data-action]")?.dataset.action;
  if (action === "stop") {
    dialog.returnValue = "";
    dialog.showModal();
  } else if (action === "redrive") {
    act("redrive", {}, "It goes on.");
  } else if (action === "let-go-on") {
    act("let-go-on", {}, "It goes on.");
  }
});

async function act(action, body, done) {
  try {
    await postJson(`${link}/${action}`, body);
    toast(done);
  } catch (error) {
    toast(error.message, true);
  }
}

document.addEventListener("click", event => {
  for (const menu of root.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest("[data-copy], [data-copy-from]")) menu.open = false;
  }
});
document.addEventListener("keydown", event => {
  const menu = event.key === "Escape" && root.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

const hash = location.hash.slice(1);
if (tabs.all.some(tab => tab.id === `tab-${hash}` && !tab.hidden)) tabs.show(hash);
