import { postJson, toast } from "./shell.js";

const form = document.getElementById("publish");
form.addEventListener("submit", async event => {
  event.preventDefault();
  try {
    await postJson(form.dataset.publish, { description: document.getElementById("publish-description").value });
    location.reload();
  } catch (error) {
    toast(error.message, true);
  }
});
