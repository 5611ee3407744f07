// The drawing: colors and counts of states as they change, the ways taken, and picking a state with pointer or keys.

import { graphFrame } from "./graph.js";
import { ExecutionModel, statuses } from "./execution-model.js";

const svg = "http://www.w3.org/2000/svg";

export class ExecutionGraph {
  #nodes = new Map();
  #root;
  #frame;

  constructor(frame, choose) {
    this.#frame = graphFrame(frame, choose);
    const root = this.#root = this.#frame.element;
    for (const node of root.querySelectorAll(".state[data-state][tabindex]")) {
      node.baseLabel = node.getAttribute("aria-label");
      node.baseTitle = node.querySelector(":scope > title")?.textContent ?? "";
      node.setAttribute("tabindex", "-1");
      this.#nodes.set(node.dataset.state, node);
    }
    const [first] = this.#nodes.values();
    first?.setAttribute("tabindex", "0");
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

  get states() {
    return [...this.#nodes.keys()];
  }

  /** Shows which state the panel is about, and moves the drawing there where that is wanted. */
  select(name, isShown = false) {
    const node = this.#frame.pick(name);
    if (!node) return;
    this.#rove(node);
    if (isShown) this.#scrollTo(node);
  }

  /** Moves the drawing within its frame, and nothing else of the page. */
  #scrollTo(node) {
    const [box, frame] = [node.querySelector(":scope > .box").getBoundingClientRect(), this.#root.getBoundingClientRect()];
    if (box.top < frame.top || box.bottom > frame.bottom) this.#root.scrollTop += box.top + Math.min(box.height, 80) / 2 - frame.top - frame.height / 2;
    if (box.left < frame.left || box.right > frame.right) this.#root.scrollLeft += box.left + Math.min(box.width, 200) / 2 - frame.left - frame.width / 2;
  }

  #rove(node) {
    for (const other of this.#nodes.values()) other.setAttribute("tabindex", other === node ? "0" : "-1");
  }

  apply({ states, passages }) {
    for (const state of states) this.#show(state);
    for (const passage of passages) this.#take(passage);
  }

  #show(state) {
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
      box.setAttribute("height", "16");
      box.setAttribute("rx", "8");
      const label = document.createElementNS(svg, "text");
      label.setAttribute("y", "11.5");
      badge.append(box, label);
      node.append(badge);
    }
    const width = Math.max(20, text.length * 6 + 12);
    const right = Number(node.querySelector(":scope > .box").getAttribute("width")) - 10;
    badge.setAttribute("transform", `translate(${right - width} -8)`);
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
    const center = node => {
      const box = node.querySelector(":scope > .box").getBoundingClientRect();
      return { x: box.left + box.width / 2, y: box.top + Math.min(box.height, 60) / 2 };
    };
    const at = center(from);
    let best = null;
    let least = Infinity;
    for (const node of this.#nodes.values()) {
      if (node === from) continue;
      const there = center(node);
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
