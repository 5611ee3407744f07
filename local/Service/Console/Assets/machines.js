import { connect, setMarkup } from "./shell.js";

const table = document.getElementById("machines");
connect(table.dataset.live, {
  cells(cells) {
    for (const [name, markup] of Object.entries(cells)) {
      const cell = table.querySelector(`[data-cell="${CSS.escape(name)}"]`);
      if (!cell || cell.dataset.markup === markup) continue;
      cell.dataset.markup = markup;
      const hadFocus = cell.contains(document.activeElement);
      setMarkup(cell, markup);
      if (hadFocus) cell.querySelector("a")?.focus();
    }
  },
  reload() {
    location.reload();
  },
});

document.getElementById("machine-filter")?.addEventListener("input", event => {
  const wanted = event.target.value.trim().toLowerCase();
  for (const row of table.querySelectorAll("[data-machine]")) row.hidden = !row.dataset.machine.toLowerCase().includes(wanted);
});
