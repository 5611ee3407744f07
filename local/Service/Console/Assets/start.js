import { postJson, setMarkup } from "./shell.js";
import { chooseSamples, jsonField, sendByKeys, showFailure } from "./json-field.js";

const form = document.getElementById("start");
const go = document.getElementById("go");
const failure = document.getElementById("failure");
const input = jsonField(document.getElementById("input"));
const recent = document.getElementById("recent");
const key = `stateside-inputs ${form.dataset.machine}`;
const MOST = 10;

function remembered() {
  try {
    const inputs = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(inputs) ? inputs.filter(entry => typeof entry?.text === "string") : [];
  } catch {
    return [];
  }
}

function remember(text) {
  if (text.length > 100_000) return;
  try {
    localStorage.setItem(key, JSON.stringify([{ text, at: Date.now() }, ...remembered().filter(entry => entry.text !== text)].slice(0, MOST)));
  } catch {
    // The browser keeps nothing here; nothing is lost but the convenience.
  }
}

function offerRecent() {
  const inputs = remembered();
  document.getElementById("recent-field").hidden = inputs.length === 0;
  const first = new Option("Choose…", "");
  recent.replaceChildren(first, ...inputs.map((entry, i) => new Option(`${new Date(entry.at).toLocaleTimeString()} · ${entry.text.replace(/\s+/g, " ").slice(0, 60)}`, i)));
}

recent.addEventListener("change", () => {
  const entry = remembered()[recent.value];
  if (entry) input.text = entry.text;
});

chooseSamples(form.dataset.sample, input, failure);

document.getElementById("format").addEventListener("click", () => input.format());

form.addEventListener("submit", async event => {
  event.preventDefault();
  if (go.disabled) return;
  showFailure(failure, null);
  go.disabled = true;
  try {
    if (!(await input.check())) return;
    const answer = await postJson(form.dataset.start, {
      name: document.getElementById("name").value,
      input: input.text,
      qualifier: document.getElementById("qualifier")?.value ?? "",
      testCase: document.getElementById("test-case")?.value ?? "",
    });
    remember(input.text);
    if (answer.link) {
      location.href = answer.link;
      return;
    }
    offerRecent();
    const result = document.getElementById("result");
    setMarkup(document.getElementById("result-body"), answer.result);
    result.hidden = false;
    result.scrollIntoView({ block: "nearest" });
  } catch (error) {
    showFailure(failure, error);
  } finally {
    go.disabled = false;
  }
});

sendByKeys(form);
offerRecent();
addEventListener("pageshow", () => { go.disabled = false; });
