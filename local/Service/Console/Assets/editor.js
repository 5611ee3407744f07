// A text area for JSON with line numbers, colors, and marks at the lines where something is wrong. Tab moves on, as everywhere on the
// page: nobody is caught in the field.

const PART = /"(?:[^"\\\n]|\\.)*"?|-?[0-9][0-9.eE+-]*|\b(?:true|false|null)\b/g;
const MOST_PAINTED = 300_000;
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

const escaped = text => text.replace(/[&<>]/g, c => ESCAPES[c]);

function colored(text) {
  let out = "";
  let plain = 0;
  for (const match of text.matchAll(PART)) {
    const part = match[0];
    const end = match.index + part.length;
    const kind = part[0] === '"' ? (/^[ \t]*:/.test(text.slice(end, end + 40)) ? "k" : "s") : /[a-z]/.test(part[0]) ? "w" : "n";
    out += `${escaped(text.slice(plain, match.index))}<span class="${kind}">${escaped(part)}</span>`;
    plain = end;
  }
  return `${out}${escaped(text.slice(plain))}\n`;
}

/** Makes the field of a text area work. `onInput(text)` is called after each change. */
export function editor(area, onInput) {
  const box = area.closest("[data-editor]");
  const gutter = box.querySelector(".editor-gutter");
  const paint = box.querySelector(".editor-paint");
  const says = document.getElementById(`${area.id}-says`);
  let marks = new Map();
  let lines = 0;

  function number() {
    const now = area.value.split("\n").length;
    if (now === lines && marks.size === 0 && !gutter.dataset.marked) return;
    lines = now;
    gutter.dataset.marked = marks.size > 0 ? "1" : "";
    gutter.replaceChildren(...Array.from({ length: now }, (_, i) => {
      const line = document.createElement("div");
      line.textContent = i + 1;
      const mark = marks.get(i + 1);
      if (mark) {
        line.className = mark.severity;
        line.title = mark.message;
      }
      return line;
    }));
    box.classList.toggle("three-digits", now > 99);
    box.classList.toggle("four-digits", now > 999);
  }

  function repaint() {
    const isPainted = area.value.length <= MOST_PAINTED;
    box.classList.toggle("is-painted", isPainted);
    if (isPainted) paint.innerHTML = colored(area.value);
    number();
    follow();
  }

  function follow() {
    paint.scrollTop = area.scrollTop;
    paint.scrollLeft = area.scrollLeft;
    gutter.scrollTop = area.scrollTop;
  }

  // Browsers tell of each line of a longer text that is put in; once a frame is enough.
  let isDue = false;
  function changed() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      repaint();
      onInput?.(area.value);
    });
  }

  area.addEventListener("input", changed);
  area.addEventListener("scroll", follow, { passive: true });
  area.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing || area.readOnly) return;
    // A new line begins where this one does, and further in after a bracket.
    const before = area.value.slice(0, area.selectionStart);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const indent = /^[ \t]*/.exec(line)[0] + (/[[{]\s*$/.test(line) ? "  " : "");
    event.preventDefault();
    document.execCommand("insertText", false, `\n${indent}`);
  });
  repaint();

  return {
    get text() {
      return area.value;
    },
    /** Puts another text in; the reader can undo it. */
    set text(value) {
      area.focus({ preventScroll: true });
      area.select();
      if (!document.execCommand("insertText", false, value)) {
        area.value = value;
        changed();
      }
      area.setSelectionRange(0, 0);
      area.scrollTop = 0;
      follow();
    },
    /** Marks lines: `[{line, severity, message}]`, severity error or warning. */
    mark(problems) {
      marks = new Map();
      for (const problem of problems) {
        if (marks.get(problem.line)?.severity !== "error") marks.set(problem.line, problem);
      }
      number();
      area.setAttribute("aria-invalid", String(problems.some(problem => problem.severity === "error")));
    },
    /** Says something under the field. */
    say(text, isProblem = false) {
      says.textContent = text;
      says.classList.toggle("wrong", isProblem);
    },
    /** Leads to a place in the text. */
    goTo(line, column = 1) {
      const rows = area.value.split("\n");
      const at = rows.slice(0, line - 1).reduce((sum, row) => sum + row.length + 1, 0) + Math.min(column - 1, rows[line - 1]?.length ?? 0);
      area.focus();
      area.setSelectionRange(at, at);
      const height = parseFloat(getComputedStyle(area).lineHeight);
      area.scrollTop = Math.max(0, (line - 4) * height);
      follow();
    },
  };
}

/** Calls `work` when nothing came for a while; what still runs of an earlier call is given a signal to stop. */
export function settled(work, wait = 200) {
  let timer = 0;
  let running = null;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      running?.abort();
      running = new AbortController();
      try {
        await work(running.signal, ...args);
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }, wait);
  };
}
