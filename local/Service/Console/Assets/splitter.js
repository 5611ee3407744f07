// The line between two parts, which can be moved with pointer and keys; where it was stands in the browser.

const key = "stateside-split";

/** `line` is an element with the role separator between the parts of a grid that goes by `--split`. */
export function splitter(line) {
  const whole = line.parentElement;
  const [low, high] = [Number(line.getAttribute("aria-valuemin")), Number(line.getAttribute("aria-valuemax"))];

  function set(percent, isKept = true) {
    const to = Math.round(Math.max(low, Math.min(high, percent)));
    whole.style.setProperty("--split", `${to}%`);
    line.setAttribute("aria-valuenow", to);
    if (!isKept) return;
    try {
      localStorage.setItem(key, to);
    } catch {
      // The browser keeps nothing here.
    }
  }

  try {
    const kept = Number(localStorage.getItem(key));
    if (kept) set(kept, false);
  } catch {
    // The same.
  }

  line.addEventListener("pointerdown", event => {
    event.preventDefault();
    line.focus({ preventScroll: true });
    line.setPointerCapture(event.pointerId);
  });
  line.addEventListener("pointermove", event => {
    if (!line.hasPointerCapture(event.pointerId)) return;
    const box = whole.getBoundingClientRect();
    set((100 * (event.clientX - box.left)) / box.width);
  });
  line.addEventListener("keydown", event => {
    const now = Number(line.getAttribute("aria-valuenow"));
    const to = { ArrowLeft: now - 3, ArrowRight: now + 3, Home: low, End: high }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  });
}
