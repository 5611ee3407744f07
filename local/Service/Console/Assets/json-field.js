import { getJson, postJson } from "./shell.js";
import { editor, settled } from "./editor.js";

/** A field whose text must be JSON: checked by the service's own rules while it is written, and laid out by `format()`. */
export function jsonField(area) {
  const check = settled(async signal => show(await ask(signal)), 150);
  const field = editor(area, check);

  async function ask(signal) {
    return postJson("/console/json", { text: area.value }, signal);
  }

  function show(answer) {
    const problem = answer.problem;
    field.mark(problem ? [{ line: problem.line, severity: "error", message: problem.message }] : []);
    field.say(problem ? `Line ${problem.line}, column ${problem.column}: ${problem.message}` : "", true);
    return !problem;
  }

  return Object.assign(field, {
    /** Whether it is JSON; if not, the reader is led to the place. */
    async check() {
      const answer = await ask();
      if (!show(answer)) field.goTo(answer.problem.line, answer.problem.column);
      return !answer.problem;
    },
    async format() {
      const answer = await ask();
      if (show(answer)) field.text = answer.formatted;
      else field.goTo(answer.problem.line, answer.problem.column);
    },
  });
}

/** Shows why something was refused, or hides it again. */
export function showFailure(box, error) {
  box.hidden = !error;
  if (!error) return;
  const title = document.createElement("b");
  title.textContent = error.title ?? "That did not work";
  const text = document.createElement("span");
  text.textContent = error.message;
  box.replaceChildren(title, text);
}

/** Ctrl+Enter (or Cmd+Enter) anywhere in a form sends it. */
export function sendByKeys(form) {
  form.addEventListener("keydown", event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

/** Puts the sample that is chosen into a field; `link` is where samples are read. */
export function chooseSamples(link, field, failure) {
  document.getElementById("sample")?.addEventListener("change", async event => {
    if (!event.target.value) return;
    try {
      field.text = (await getJson(`${link}?name=${encodeURIComponent(event.target.value)}`)).text;
      showFailure(failure, null);
    } catch (error) {
      showFailure(failure, error);
    }
  });
}
