// The drawing: colors and counts of states as they change, the ways taken, and picking a state with pointer or keys.

import { graphFrame, middleOf } from "./graph.js";
import { ExecutionModel, statuses } from "./execution-model.js";

const svg = "http://www.w3.org/2000/svg";

export class ExecutionGraph {
  #nodes = new Map();
  #root;
  #frame;
  #isMoved = false;
  #model;
  #runs = new Map();

  constructor(frame, model, choose) {
    this.#model = model;
    this.#frame = graphFrame(frame, choose);
    const root = this.#root = this.#frame.element;
    this.#find();
    this.states = [...this.#nodes.keys()];
    this.#frame.drawn = () => this.#again();
    root.addEventListener("keydown", event => {
      const node = event.target.closest(".state[data-state]");
      if (!node || !event.key.startsWith("Arrow")) return;
      const next = this.#neighbor(node, event.key);
      if (!next) return;
      event.preventDefault();
      this.#rove(next);
      next.focus();
      next.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  }

  /** The states of the drawing. Only one of them is a stop of Tab; arrows lead to the others. */
  #find() {
    this.#nodes.clear();
    for (const node of this.#root.querySelectorAll(".state[data-state][tabindex]")) {
      node.baseLabel = node.getAttribute("aria-label");
      node.baseTitle = node.querySelector(":scope > title")?.textContent ?? "";
      this.#nodes.set(node.dataset.state, node);
    }
    const [first] = this.#nodes.values();
    this.#rove(this.#root.querySelector(".state.is-selected") ?? first);
  }

  /** Another drawing of the same execution: what came while it was fetched is not in it. */
  #again() {
    this.#find();
    this.apply({ states: this.#model.states.values(), passages: this.#model.passages.values(), visits: this.#model.visits.values() });
    for (const [name, [text, hasFailed]] of this.#runs) this.setMapRun(name, text, hasFailed);
  }

  /** Shows which state the panel is about, and moves the drawing there where that is wanted. */
  select(name, isShown = false) {
    const node = this.#frame.pick(name);
    if (!node) return;
    this.#rove(node);
    this.#frame.refresh();
    if (isShown) this.#show(node);
  }

  /** The first state that is shown stands in the middle; later ones where they are, unless that is out of sight. */
  #show(node) {
    const [at, frame] = [middleOf(node), this.#root.getBoundingClientRect()];
    const isSeen = at.x > frame.left + 90 && at.x < frame.right - 90 && at.y > frame.top + 30 && at.y < frame.bottom - 70;
    if (this.#isMoved && isSeen) return;
    this.#isMoved = true;
    this.#frame.center(node);
  }

  #rove(node) {
    for (const other of this.#nodes.values()) other.setAttribute("tabindex", other === node ? "0" : "-1");
    for (const fold of this.#root.querySelectorAll(".fold")) fold.setAttribute("tabindex", fold.dataset.fold === node?.dataset.state ? "0" : "-1");
  }

  apply({ states, passages, visits }) {
    for (const state of states) this.#color(state);
    for (const passage of passages) this.#take(passage);
    for (const visit of visits) {
      if (visit.mapRun) this.#nodes.get(visit.name)?.classList.add("has-run");
    }
    this.#frame.refresh();
  }

  #color(state) {
    const node = this.#nodes.get(state.name);
    if (!node) return;
    for (const status of statuses) node.classList.remove(`is-${status}`);
    if (state.status !== null) node.classList.add(`is-${statuses[state.status]}`);
    const words = ExecutionModel.words(state);
    node.setAttribute("aria-label", words ? `${node.baseLabel}, ${words}` : node.baseLabel);
    const title = node.querySelector(":scope > title");
    if (title) title.textContent = words ? `${node.baseTitle}\n${words}` : node.baseTitle;
    this.setBadge(state.name, ExecutionModel.badge(state));
  }

  /** How the run of a distributed Map stands: its children are not in this history. */
  setMapRun(name, text, hasFailed) {
    this.#runs.set(name, [text, hasFailed]);
    this.#nodes.get(name)?.classList.toggle("has-failed", hasFailed);
    this.setBadge(name, text);
    this.#frame.refresh();
  }

  /** A few characters at the corner of a state; null for none. */
  setBadge(name, text) {
    const node = this.#nodes.get(name);
    if (!node) return;
    let badge = node.querySelector(":scope > .badge");
    if (text === null) {
      badge?.remove();
      return;
    }
    if (!badge) {
      badge = document.createElementNS(svg, "g");
      badge.setAttribute("class", "badge");
      const box = document.createElementNS(svg, "rect");
      box.setAttribute("height", "18");
      box.setAttribute("rx", "9");
      const label = document.createElementNS(svg, "text");
      label.setAttribute("y", "13");
      badge.append(box, label);
      node.append(badge);
    }
    const width = Math.max(20, text.length * 6.6 + 12);
    const right = Number(node.querySelector(":scope > .box").getAttribute("width")) - 10;
    badge.setAttribute("transform", `translate(${right - width} -9)`);
    badge.firstElementChild.setAttribute("width", width);
    badge.lastElementChild.setAttribute("x", width / 2);
    badge.lastElementChild.textContent = text;
  }

  #take({ from, to, isCaught }) {
    for (const edge of this.#root.querySelectorAll(`.edge[data-from="${CSS.escape(from)}"][data-to="${CSS.escape(to)}"]`)) {
      if ((edge.dataset.kind === "catch") === isCaught) edge.classList.add("is-taken");
    }
  }

  /** The nearest state in a direction: what lies straight ahead counts more than what lies aside. */
  #neighbor(from, key) {
    const at = middleOf(from);
    let best = null;
    let least = Infinity;
    for (const node of this.#nodes.values()) {
      if (node === from) continue;
      const there = middleOf(node);
      const [dx, dy] = [there.x - at.x, there.y - at.y];
      const [ahead, aside] = {
        ArrowDown: [dy, dx], ArrowUp: [-dy, dx], ArrowRight: [dx, dy], ArrowLeft: [-dx, dy],
      }[key];
      const distance = ahead + 2 * Math.abs(aside);
      if (ahead > 4 && distance < least) [best, least] = [node, distance];
    }
    return best;
  }
}
