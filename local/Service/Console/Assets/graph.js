// A drawing that can be larger than its frame: zoom by buttons and Ctrl+wheel, move by dragging, states that can be picked.

/**
 * Makes a frame from Graph.Frame work. `onPick(name, element)` is called for a state that was clicked, or chosen with Enter or Space.
 * The answer has `draw(svg)`, which puts another drawing in, `pick(name)`, and `element`.
 */
export function graphFrame(frame, onPick) {
  const view = frame.querySelector(".graph");
  let scale = null;

  const svg = () => view.querySelector("svg.state-graph");

  function size() {
    const box = svg()?.viewBox.baseVal;
    return box ? { width: box.width, height: box.height } : null;
  }

  function fit() {
    const natural = size();
    if (!natural) return 1;
    const width = (view.clientWidth - 24) / natural.width;
    const height = (view.clientHeight - 24) / natural.height;
    return Math.max(0.1, Math.min(1, width, Math.max(height, 0.6)));
  }

  function apply() {
    const natural = size();
    if (!natural) return;
    const now = scale ?? fit();
    svg().setAttribute("width", natural.width * now);
    svg().setAttribute("height", natural.height * now);
  }

  function zoom(factor, x = view.clientWidth / 2, y = view.clientHeight / 2) {
    const before = scale ?? fit();
    const after = Math.max(0.1, Math.min(3, before * factor));
    const left = (view.scrollLeft + x) / before;
    const top = (view.scrollTop + y) / before;
    scale = after;
    apply();
    view.scrollLeft = left * after - x;
    view.scrollTop = top * after - y;
  }

  frame.addEventListener("click", event => {
    const button = event.target.closest("[data-zoom]");
    if (!button) return;
    if (button.dataset.zoom === "fit") {
      scale = null;
      apply();
    } else {
      zoom(button.dataset.zoom === "in" ? 1.25 : 0.8);
    }
  });

  view.addEventListener("wheel", event => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const box = view.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
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

  function pick(name) {
    let found = null;
    for (const state of view.querySelectorAll(".state[data-state]")) {
      const isIt = state.dataset.state === name;
      state.classList.toggle("is-selected", isIt);
      if (isIt) found = state;
    }
    return found;
  }

  function choose(event) {
    const state = event.target.closest(".state[data-state]");
    if (!state || drag?.moved) return;
    pick(state.dataset.state);
    onPick?.(state.dataset.state, state);
  }

  view.addEventListener("click", choose);
  view.addEventListener("keydown", event => {
    if ((event.key === "Enter" || event.key === " ") && event.target.closest(".state[data-state]")) {
      event.preventDefault();
      choose(event);
    }
  });

  new ResizeObserver(() => { if (scale === null) apply(); }).observe(view);
  apply();
  return {
    element: view,
    pick,
    draw(markup) {
      const chosen = view.querySelector(".state.is-selected")?.dataset.state;
      const { scrollLeft, scrollTop } = view;
      view.innerHTML = markup;
      apply();
      view.scrollLeft = scrollLeft;
      view.scrollTop = scrollTop;
      if (chosen) pick(chosen);
    },
  };
}
