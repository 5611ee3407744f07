import { copy } from "./shell.js";
import { graphFrame } from "./graph.js";
import { knownSection, knownSections } from "./known.js";

const text = document.getElementById("definition");
const lines = [...text.querySelectorAll(".line")];
const panel = document.getElementById("state");
const panelBody = panel.querySelector(".body");
knownSections(panel);

function tell(name) {
  panel.hidden = false;
  document.getElementById("state-title").textContent = name;
  const wasOpen = panelBody.querySelector("details")?.open ?? false;
  panelBody.replaceChildren(knownSection(`${panel.dataset.link}${encodeURIComponent(name)}/known`, wasOpen));
}

function show(name) {
  tell(name);
  const begin = `${JSON.stringify(name)}:`;
  const line = lines.find(candidate => candidate.querySelector("code").textContent.replace(/"\s+:/, '":').trimStart().startsWith(begin));
  if (!line) return;
  text.querySelector(".is-here")?.classList.remove("is-here");
  line.classList.add("is-here");
  text.scrollTop = line.offsetTop - text.clientHeight / 4;
}

const graph = graphFrame(document.querySelector("[data-graph]"), name => {
  history.replaceState(null, "", `#state=${encodeURIComponent(name)}`);
  show(name);
});

document.getElementById("copy-definition").addEventListener("click", () => copy(lines.map(line => line.textContent).join("\n")));

const named = /^#state=(.*)$/.exec(location.hash);
if (named) {
  const name = decodeURIComponent(named[1]);
  graph.pick(name)?.scrollIntoView({ block: "center", inline: "center" });
  scrollTo(0, 0);
  show(name);
}
