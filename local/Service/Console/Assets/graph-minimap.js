// A small picture of a drawing that is larger than its frame: where states are, how they stand, which part is in sight.

const svg = "http://www.w3.org/2000/svg";
const marks = /^(is-running|is-succeeded|is-caught|is-failed|is-aborted|is-group|is-selected|has-failed)$/;

/** `place` is where it goes, `view` what scrolls. The answer has `draw()`, `refresh()` after colors changed, and `moved()`. */
export function minimap(place, view) {
  let pairs = [];
  let frame = null;
  let waiting = 0;

  function draw() {
    const drawing = view.querySelector("svg.state-graph");
    pairs = [];
    frame = null;
    place.replaceChildren();
    if (!drawing) return;
    const small = document.createElementNS(svg, "svg");
    const { width, height } = drawing.viewBox.baseVal;
    const edge = Math.max(width, height) / 40;
    small.setAttribute("viewBox", `${-edge} ${-edge} ${width + 2 * edge} ${height + 2 * edge}`);
    for (const state of drawing.querySelectorAll(".state")) {
      const [box, rect] = [state.querySelector(":scope > .box"), document.createElementNS(svg, "rect")];
      const { e, f } = state.transform.baseVal.consolidate().matrix;
      for (const [name, value] of [["x", e], ["y", f], ["width", box.getAttribute("width")], ["height", box.getAttribute("height")]]) rect.setAttribute(name, value);
      pairs.push([state, rect]);
      small.append(rect);
    }
    frame = document.createElementNS(svg, "rect");
    frame.setAttribute("class", "in-sight");
    small.append(frame);
    place.append(small);
    refresh();
    moved();
  }

  function refresh() {
    for (const [state, rect] of pairs) {
      const names = [...state.classList].filter(name => marks.test(name)).join(" ");
      if (rect.getAttribute("class") !== names) rect.setAttribute("class", names);
    }
  }

  function look() {
    waiting = 0;
    const drawing = view.querySelector("svg.state-graph");
    if (!drawing || !frame) {
      place.hidden = true;
      return;
    }
    const [box, shown, natural] = [drawing.getBoundingClientRect(), view.getBoundingClientRect(), drawing.viewBox.baseVal];
    place.hidden = box.width <= shown.width && box.height <= shown.height;
    const scale = box.width / natural.width || 1;
    frame.setAttribute("x", (shown.left - box.left) / scale);
    frame.setAttribute("y", (shown.top - box.top) / scale);
    frame.setAttribute("width", shown.width / scale);
    frame.setAttribute("height", shown.height / scale);
  }

  function moved() {
    waiting ||= requestAnimationFrame(look);
  }

  function goTo(event) {
    const drawing = view.querySelector("svg.state-graph");
    const small = place.querySelector("svg");
    if (!drawing || !small) return;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(small.getScreenCTM().inverse());
    const there = at.matrixTransform(drawing.getScreenCTM());
    const shown = view.getBoundingClientRect();
    view.scrollLeft += there.x - shown.left - shown.width / 2;
    view.scrollTop += there.y - shown.top - shown.height / 2;
  }

  place.addEventListener("pointerdown", event => {
    place.setPointerCapture(event.pointerId);
    goTo(event);
  });
  place.addEventListener("pointermove", event => {
    if (event.buttons & 1) goTo(event);
  });
  view.addEventListener("scroll", moved, { passive: true });
  return { draw, refresh, moved };
}
