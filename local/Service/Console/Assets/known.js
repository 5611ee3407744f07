// Sections that tell what is known of the data: each is asked for when it is opened.

import { setMarkup } from "./shell.js";

const markups = new Map();
const bodyOf = section => section.querySelector(".known");

async function load(section) {
  const { known: link } = section.dataset;
  const body = bodyOf(section);
  if (markups.has(link)) setMarkup(body, markups.get(link));
  body.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(link, { headers: { accept: "application/json, text/html" } });
    if (!response.ok) throw new Error((await response.json()).message);
    markups.set(link, await response.text());
    setMarkup(body, markups.get(link));
  } catch (error) {
    body.textContent = error.message;
  }
  body.removeAttribute("aria-busy");
}

/** Fills the sections below an element once they are opened. */
export function knownSections(root) {
  root.addEventListener("toggle", event => {
    const section = event.target;
    if (section.open && section.dataset.known !== undefined && !bodyOf(section).hasChildNodes()) load(section);
  }, true);
}

/** Fills those that are open already with what was shown before. */
export function refillKnown(root) {
  for (const section of root.querySelectorAll("details[data-known][open]"))
    if (markups.has(section.dataset.known)) setMarkup(bodyOf(section), markups.get(section.dataset.known));
}

/** A section by itself. */
export function knownSection(link, isOpen) {
  const section = document.createElement("details");
  section.className = "value known-section";
  section.dataset.known = link;
  section.open = isOpen;
  section.innerHTML = "<summary><h3>What is known of the data</h3></summary><div class=\"known\" tabindex=\"0\" role=\"group\" aria-label=\"What is known of the data\"></div>";
  return section;
}
