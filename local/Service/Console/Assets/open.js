// Opens records of executions on AWS: files that are dropped on a page, or chosen.

import { go, postJson, toast } from "./shell.js";

const most = 64 * 1048576;

/** What a file says: some shells of Windows write UTF-16, and say so in its first bytes. */
async function textOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const [first, second] = bytes;
  const encoding = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

async function open(files) {
  if (files.length === 0) return;
  if (files.reduce((sum, file) => sum + file.size, 0) > most) {
    toast("Records may have 64 MB at most.", true);
    return;
  }
  try {
    const answer = await postJson("/console/opened", { files: await Promise.all(files.map(async file => ({ name: file.name, text: await textOf(file) }))) });
    const isHere = new URL(answer.link, location.href).pathname === location.pathname;
    go(answer);
    if (isHere) location.reload();
  } catch (error) {
    toast(error.message, true);
  }
}

// What is dropped where a page takes a file of its own, or a text, is that one's.
const isOurs = event => event.dataTransfer?.types.includes("Files") && !event.target.closest?.("input, textarea");

function mark(isOver) {
  document.body.classList.toggle("is-dropping", isOver);
}

document.addEventListener("dragover", event => {
  mark(isOurs(event));
  if (isOurs(event)) event.preventDefault();
});
document.addEventListener("dragleave", event => {
  if (!event.relatedTarget) mark(false);
});
document.addEventListener("drop", event => {
  mark(false);
  if (!isOurs(event)) return;
  event.preventDefault();
  open([...event.dataTransfer.files]);
});

document.getElementById("open-files")?.addEventListener("change", async event => {
  await open([...event.target.files]);
  event.target.value = "";
});
