import { postJson, setMarkup } from "./shell.js";
import { chooseSamples, jsonField, sendByKeys, showFailure } from "./json-field.js";

const form = document.getElementById("test");
const go = document.getElementById("go");
const failure = document.getElementById("failure");
const state = document.getElementById("state");
const work = document.getElementById("work");
const fields = Object.fromEntries(["input", "mock", "variables"].map(id => [id, jsonField(document.getElementById(id))]));

function arrange() {
  const works = state.selectedOptions[0]?.dataset.works === "yes";
  document.getElementById("work-field").hidden = !works;
  document.getElementById("result-field").hidden = !works || work.value !== "result";
  document.getElementById("error-field").hidden = !works || work.value !== "error";
}

function choose() {
  const option = state.selectedOptions[0];
  // A Map or a Parallel is tested with what its inside is to have given.
  if (["Map", "Parallel"].includes(option?.dataset.type) && work.value === "done") work.value = "result";
  const here = new URL(location.href);
  here.searchParams.set("state", state.value);
  history.replaceState(null, "", here);
  arrange();
}

state.addEventListener("change", choose);
work.addEventListener("change", arrange);
form.addEventListener("click", event => {
  const button = event.target.closest("[data-format]");
  if (button) fields[button.dataset.format].format();
});

form.addEventListener("submit", async event => {
  event.preventDefault();
  if (go.disabled) return;
  showFailure(failure, null);
  go.disabled = true;
  try {
    const works = state.selectedOptions[0]?.dataset.works === "yes";
    const how = works ? work.value : "done";
    if (!(await fields.input.check()) || (how === "result" && !(await fields.mock.check())) || !(await fields.variables.check())) return;
    const answer = await postJson(form.dataset.test, {
      state: state.value,
      input: fields.input.text,
      variables: fields.variables.text.trim(),
      work: how,
      result: fields.mock.text,
      error: document.getElementById("error").value,
      cause: document.getElementById("cause").value,
    });
    setMarkup(document.getElementById("outcome"), answer.outcome);
  } catch (error) {
    showFailure(failure, error);
  } finally {
    go.disabled = false;
  }
});

chooseSamples(form.dataset.sample, fields.input, failure);
sendByKeys(form);
choose();
