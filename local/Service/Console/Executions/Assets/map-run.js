// The page of a map run: puts in the parts that changed.

import { connect, setMarkup } from "./shell.js";

const page = document.getElementById("map-run");
const children = document.getElementById("run-children");
const { title } = document;
let late = null;

const nameOf = element => `${element.tagName} ${element.getAttribute("href") ?? element.textContent}`;

function put(element, markup) {
  const focused = element.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  setMarkup(element, markup);
  if (focused !== null) [...element.querySelectorAll("a, button")].find(other => nameOf(other) === focused)?.focus({ preventScroll: true });
}

/** The list stands still while the reader is at it: rows must not slip away under a pointer. */
const isHeld = () => children.matches(":hover") || children.contains(document.activeElement);

function putLate() {
  if (late === null || isHeld()) return;
  put(children, late);
  late = null;
}

children.addEventListener("pointerleave", () => requestAnimationFrame(putLate));
children.addEventListener("focusout", () => requestAnimationFrame(putLate));

connect(page.dataset.live, {
  parts({ parts, status }) {
    document.title = `${status} · ${title}`;
    for (const [id, markup] of Object.entries(parts)) {
      if (id === children.id) late = markup;
      else put(document.getElementById(id), markup);
    }
    putLate();
  },
});
