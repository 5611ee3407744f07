// A form that puts something into a table, bucket, queue or topic, and the button that deletes what the page shows.
import { go, postJson, toast } from "./shell.js";
import { editor } from "./editor.js";
import { jsonField, sendByKeys, showFailure } from "./json-field.js";

const form = document.getElementById("put");
const dialog = document.getElementById("delete-dialog");

if (form) {
  const button = document.getElementById("go");
  const failure = document.getElementById("failure");
  const file = document.getElementById("file");
  const json = form.dataset.json.split(" ");
  const areas = [...form.querySelectorAll("[data-editor] textarea")];
  const fields = Object.fromEntries(areas.map(area => [area.id, json.includes(area.id) ? jsonField(area) : editor(area, () => {})]));

  form.addEventListener("click", event => {
    const format = event.target.closest("[data-format]")?.dataset.format;
    if (format) fields[format].format();
  });

  form.addEventListener("submit", async event => {
    event.preventDefault();
    if (button.disabled) return;
    showFailure(failure, null);
    button.disabled = true;
    try {
      for (const id of json) {
        if (id && !(await fields[id].check())) return;
      }
      const body = Object.fromEntries([...form.querySelectorAll("input[name]")].map(input => [input.name, input.value]));
      for (const area of areas) body[area.id] = area.value;
      if (file?.files.length > 0) body.file = await base64(file.files[0]);
      const answer = await postJson(form.dataset.post, body);
      go(answer);
    } catch (error) {
      showFailure(failure, error);
    } finally {
      button.disabled = false;
    }
  });

  // A file that is chosen names the object, where the key names none yet.
  file?.addEventListener("change", () => {
    const key = document.getElementById("key");
    if (file.files.length > 0 && (key.value === "" || key.value.endsWith("/"))) key.value += file.files[0].name;
  });

  sendByKeys(form);
  addEventListener("pageshow", () => { button.disabled = false; });
}

document.getElementById("delete")?.addEventListener("click", () => {
  dialog.returnValue = "";
  dialog.showModal();
});
dialog?.addEventListener("close", async () => {
  if (dialog.returnValue !== "delete") return;
  try {
    go(await postJson(dialog.dataset.post, JSON.parse(dialog.dataset.members)));
  } catch (error) {
    toast(error.message, true);
  }
});

function base64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(new Error("The file cannot be read."));
    reader.readAsDataURL(blob);
  });
}
