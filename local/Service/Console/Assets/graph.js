// A drawing that can be larger than its frame: zoom by buttons, keys and Ctrl+wheel, move by dragging, states that can be picked and found.

import { minimap } from "./graph-minimap.js";
import { fullScreen } from "./full-screen.js";
import { toast } from "./shell.js";

const most = 3;
const least = 0.01;

/** A drawing that is whole at no less than this is shown whole: its smallest text has 11 pixels then. */
const legible = 0.92;

/** The middle of a state; of a group the middle of its title. */
export function middleOf(state) {
  const box = state.querySelector(":scope > .box").getBoundingClientRect();
  const title = state.querySelector(":scope > .band")?.getBoundingClientRect() ?? box;
  return { x: box.left + box.width / 2, y: title.top + title.height / 2 };
}

/**
 * Makes a frame from Graph.Frame work. `onPick(name, element)` is called for a state that was clicked, or chosen with Enter or Space.
 * The answer has `draw(svg)`, which puts another drawing in, `pick(name)`, `center(state)`, `drawn`, to be set to what
 * is to be called after a group was folded or unfolded, `refresh()` after states changed their
 * colors, and `element`.
 */
export function graphFrame(frame, onPick) {
  const view = frame.querySelector(".graph");
  const map = minimap(frame.querySelector(".minimap"), view);
  let scale = 1;
  let isFit = false;

  const svg = () => view.querySelector("svg.state-graph");

  function size() {
    const box = svg()?.viewBox.baseVal;
    return box ? { width: box.width, height: box.height } : null;
  }

  function fitting() {
    const natural = size();
    if (!natural || !view.clientWidth) return 1;
    const style = getComputedStyle(view);
    const width = (view.clientWidth - 2 * parseFloat(style.paddingLeft)) / natural.width;
    const height = (view.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom)) / natural.height;
    return Math.max(least, Math.min(1, width, height));
  }

  function apply() {
    const natural = size();
    if (!natural) return;
    if (isFit) scale = fitting();
    svg().setAttribute("width", natural.width * scale);
    svg().setAttribute("height", natural.height * scale);

    // Around a drawing that is larger than its frame there is room, so that each of its states can stand in the middle.
    const room = (drawn, shown) => (drawn > shown ? `${Math.round(shown * 0.45)}px` : "auto");
    svg().style.marginInline = room(natural.width * scale, view.clientWidth);
    svg().style.marginBlock = room(natural.height * scale, view.clientHeight);
    map.moved();
  }

  function zoomTo(wanted, x = view.clientWidth / 2, y = view.clientHeight / 2) {
    const after = Math.max(Math.min(least, scale), Math.min(most, wanted));
    const corner = svg()?.getBoundingClientRect();
    if (!corner) return;
    const box = view.getBoundingClientRect();
    const left = (x + box.left - corner.left) / scale;
    const top = (y + box.top - corner.top) / scale;
    isFit = false;
    scale = after;
    apply();
    const moved = svg().getBoundingClientRect();
    view.scrollLeft += moved.left + left * scale - box.left - x;
    view.scrollTop += moved.top + top * scale - box.top - y;
  }

  function fit() {
    isFit = true;
    apply();
  }

  /** Moves the drawing, and nothing else of the page, so that a state stands in the middle. */
  function center(state) {
    const [at, box] = [middleOf(state), view.getBoundingClientRect()];
    view.scrollLeft += at.x - box.left - view.clientLeft - view.clientWidth / 2;
    view.scrollTop += at.y - box.top - view.clientTop - view.clientHeight / 2;
  }

  /** At 100 %, or whole where that can be read as well; at what failed, else what runs, else where it begins. */
  function open() {
    isFit = fitting() >= legible;
    scale = 1;
    apply();
    const inner = status => [...view.querySelectorAll(`.state.${status}`)].findLast(state => !state.classList.contains("is-group"));
    const state = inner("is-failed") ?? view.querySelector(".state.is-failed") ?? inner("is-running") ?? view.querySelector(".state.is-running");
    const start = view.querySelector(".marker-start");
    if (state) {
      center(state);
    } else if (start) {
      const [box, shown] = [start.getBoundingClientRect(), view.getBoundingClientRect()];
      view.scrollLeft += box.left + box.width / 2 - shown.left - view.clientWidth / 2;
      view.scrollTop += box.top - shown.top - 24;
    }
  }

  const act = {
    fit,
    whole: () => zoomTo(1),
    in: () => zoomTo(scale * 1.25),
    out: () => zoomTo(scale * 0.8),
  };

  frame.addEventListener("click", event => {
    const button = event.target.closest("[data-zoom]");
    if (button) act[button.dataset.zoom]();
  });

  const full = fullScreen(frame.querySelector("[data-full]"), frame.closest(".watch") ?? frame.closest(".card") ?? frame);

  view.addEventListener("wheel", event => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = view.getBoundingClientRect();
    zoomTo(scale * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });

  let drag = null;
  view.addEventListener("pointerdown", event => {
    if (event.button === 0 && event.pointerType === "mouse")
      drag = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop, moved: false };
  });
  addEventListener("pointermove", event => {
    if (!drag) return;
    if (Math.abs(event.clientX - drag.x) + Math.abs(event.clientY - drag.y) > 4) drag.moved = true;
    view.scrollLeft = drag.left - (event.clientX - drag.x);
    view.scrollTop = drag.top - (event.clientY - drag.y);
  });
  addEventListener("pointerup", () => { setTimeout(() => { drag = null; }); });

  /** The names of the states in a folded group. */
  const inside = state => (state.dataset.inside ? JSON.parse(state.dataset.inside) : []);

  function pick(name) {
    let found = null;
    for (const state of view.querySelectorAll(".state[data-state]")) {
      const isIt = state.dataset.state === name || inside(state).includes(name);
      state.classList.toggle("is-selected", isIt);
      if (isIt) found = state;
    }
    return found;
  }

  function choose(state) {
    pick(state.dataset.state);
    onPick?.(state.dataset.state, state);
  }

  const folded = new Set();

  /** Folds or unfolds a group: what is around it moves closer, and it stays where it was. */
  async function fold(button) {
    const name = button.dataset.fold;
    if (!folded.delete(name)) folded.add(name);
    try {
      const response = await fetch(`${frame.dataset.graph}?folded=${encodeURIComponent(JSON.stringify([...folded]))}`, { headers: { accept: "application/json, text/html" } });
      if (!response.ok) throw new Error((await response.json()).message);
      const before = button.getBoundingClientRect();
      const isFocused = button.contains(document.activeElement);
      put(await response.text());
      result.drawn?.();
      const after = view.querySelector(`.fold[data-fold="${CSS.escape(name)}"]`);
      if (!after) return;
      const now = after.getBoundingClientRect();
      view.scrollLeft += now.left - before.left;
      view.scrollTop += now.top - before.top;
      if (isFocused) after.focus({ preventScroll: true });
    } catch (error) {
      toast(error.message, true);
    }
  }

  view.addEventListener("click", event => {
    const button = event.target.closest(".fold");
    if (button) {
      if (!drag?.moved) fold(button);
      return;
    }
    const state = event.target.closest(".state[data-state]");
    if (state && !drag?.moved) choose(state);
  });
  view.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const button = event.target.closest(".fold");
    if (button && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      fold(button);
      return;
    }
    const state = event.target.closest(".state[data-state]");
    if (state && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      choose(state);
      return;
    }
    const key = { "+": act.in, "=": act.in, "-": act.out, 0: act.fit, 1: act.whole, f: full.toggle }[event.key];
    if (!key) return;
    event.preventDefault();
    key();
  });

  // Finding: what is typed is looked for in names, Enter picks, the arrows go on to the next and back.
  const field = frame.querySelector("[data-find]");
  const says = frame.querySelector("[data-found]");
  let found = [];
  let at = 0;

  function see(to) {
    if (found.length === 0) return;
    found[at]?.classList.remove("is-found");
    at = (to + found.length) % found.length;
    found[at].classList.add("is-found");
    center(found[at]);
    says.textContent = `${at + 1} of ${found.length}`;
  }

  function forget() {
    for (const state of view.querySelectorAll(".is-found")) state.classList.remove("is-found");
    [found, at] = [[], 0];
    says.textContent = "";
  }

  field.addEventListener("input", () => {
    forget();
    const text = field.value.trim().toLowerCase();
    if (!text) return;
    const named = [...view.querySelectorAll(".state[data-state]")].flatMap(state => [state.dataset.state, ...inside(state)].map(name => ({ state, name: name.toLowerCase() })))
      .filter(({ name }) => name.includes(text));
    // Names that begin so come first, the whole name before all.
    const rank = ({ name }) => (name === text ? 0 : name.startsWith(text) ? 1 : 2);
    found = [...new Set(named.sort((a, b) => rank(a) - rank(b)).map(({ state }) => state))];
    if (found.length === 0) says.textContent = "No such state";
    else see(0);
  });
  field.addEventListener("keydown", event => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      see(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (found[at]) choose(found[at]);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      field.value = "";
      const last = found[at];
      forget();
      (last ?? view).focus({ preventScroll: true });
    }
  });
  field.addEventListener("blur", () => { if (!field.value) forget(); });
  document.addEventListener("keydown", event => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || !svg()) return;
    event.preventDefault();
    field.focus();
    field.select();
  });

  function put(markup) {
    const chosen = view.querySelector(".state.is-selected")?.dataset.state;
    const { scrollLeft, scrollTop } = view;
    const wasEmpty = !svg();
    view.innerHTML = markup;
    forget();
    map.draw();
    if (wasEmpty) {
      open();
    } else {
      apply();
      view.scrollLeft = scrollLeft;
      view.scrollTop = scrollTop;
    }
    if (chosen) pick(chosen);
  }

  new ResizeObserver(apply).observe(view);
  map.draw();
  open();
  const result = {
    element: view,
    pick,
    center,
    refresh: map.refresh,
    drawn: null,
    draw(markup) {
      folded.clear();
      put(markup);
    },
  };
  return result;
}
