import { postJson, setMarkup, toast } from "./shell.js";
import { editor, settled } from "./editor.js";
import { showFailure } from "./json-field.js";
import { graphFrame } from "./graph.js";

const form = document.getElementById("edit");
const save = document.getElementById("save");
const failure = document.getElementById("failure");
const area = document.getElementById("text");
const findings = document.getElementById("findings");
const verdict = document.getElementById("verdict");
const known = document.getElementById("known");
const isLocked = form.querySelector(".pad") !== null;

let saved = area.value;
let version = form.dataset.version;
let isValid = false;

// What is wrong with the text, and what goes wrong with the data: each is asked for by itself, and neither waits for the other.
let checked = { findings: [], more: 0 };
let foreseen = { findings: [], more: 0 };

// No longer definition is taken by AWS, and nothing is told of it.
const LONGEST = 1_048_576;

const graph = graphFrame(document.querySelector("[data-graph]"), name => {
  const begin = `${JSON.stringify(name)}:`;
  const line = area.value.split("\n").findIndex(candidate => candidate.replace(/"\s+:/, '":').trimStart().startsWith(begin));
  if (line >= 0) field.goTo(line + 1);
});

function arrange() {
  const isChanged = area.value !== saved;
  document.getElementById("changed").hidden = !isChanged;
  save.disabled = isLocked || !isChanged || !isValid;
}

function list(found) {
  findings.replaceChildren(...found.map(finding => {
    const item = document.createElement("li");
    item.className = finding.severity;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ghost";
    button.addEventListener("click", () => field.goTo(finding.line, finding.column));
    const where = document.createElement("b");
    where.textContent = `${finding.severity === "error" ? "Error" : "Warning"} in line ${finding.line}`;
    const what = document.createElement("span");
    what.textContent = [finding.message, finding.remedy].filter(Boolean).join(" ");
    const code = document.createElement("span");
    code.className = "hint mono";
    code.textContent = [finding.code, finding.location].filter(Boolean).join(" · ");
    button.append(where, what, code);
    item.append(button);
    return item;
  }));
}

function tell() {
  const found = [...checked.findings, ...foreseen.findings].sort((a, b) => a.line - b.line || a.column - b.column);
  const more = checked.more + foreseen.more;
  field.mark(found);
  list(found);
  const errors = found.filter(finding => finding.severity === "error").length;
  const warnings = found.length - errors;
  verdict.textContent = found.length === 0 ? "Nothing to say against it." : [
    errors && `${errors} error${errors === 1 ? "" : "s"}`, warnings && `${warnings} warning${warnings === 1 ? "" : "s"}`,
    more && `and ${more} more`].filter(Boolean).join(", ");
}

const look = settled(async signal => {
  const before = area.value.slice(0, area.selectionStart);
  const line = before.split("\n").length;

  // In front of a line's first sign the line is meant, and not what ends before it.
  const start = before.lastIndexOf("\n") + 1;
  const column = Math.max(before.length - start, /^[ \t]*/.exec(area.value.slice(start, start + 1000))[0].length) + 1;
  try {
    const answer = await postJson(form.dataset.known, { text: area.value, line, column }, signal);
    foreseen = answer;
    setMarkup(known, answer.markup);
    if (answer.state) graph.pick(answer.state);
    tell();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    known.textContent = `It could not be told: ${error.message}`;
  }
  known.classList.remove("is-stale");
}, 100);

const check = settled(async signal => {
  try {
    const answer = await postJson(form.dataset.check, { text: area.value }, signal);
    isValid = answer.isValid;
    checked = answer;
    if (!isValid) foreseen = { findings: [], more: 0 };
    tell();
    if (answer.svg) graph.draw(answer.svg);
    graph.element.classList.toggle("is-stale", !answer.svg);
    arrange();
    if (isValid || !known.hasChildNodes()) look();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    verdict.textContent = `It could not be checked: ${error.message}`;
  }
}, 200);

const field = editor(area, () => {
  isValid = false;
  known.classList.add("is-stale");
  arrange();
  check();
});

document.addEventListener("selectionchange", () => {
  if (document.activeElement === area && isValid && area.value.length <= LONGEST) look();
});

document.getElementById("format").addEventListener("click", async () => {
  const answer = await postJson("/console/json", { text: area.value });
  if (answer.problem) field.goTo(answer.problem.line, answer.problem.column);
  else field.text = `${answer.formatted}\n`;
});

form.addEventListener("submit", async event => {
  event.preventDefault();
  if (save.disabled) return;
  showFailure(failure, null);
  save.disabled = true;
  const text = area.value;
  try {
    const answer = await postJson(form.dataset.save, { text, version });
    saved = text;
    version = answer.version;
    toast(answer.message);
  } catch (error) {
    showFailure(failure, error);
  }
  arrange();
});

addEventListener("keydown", event => {
  if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit();
  }
});
addEventListener("beforeunload", event => {
  if (area.value !== saved && !isLocked) event.preventDefault();
});

check();
