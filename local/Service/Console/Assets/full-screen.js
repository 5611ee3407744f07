// A part of the page that takes the whole screen, and all of the window where the browser grants no more.

/** `button` puts `part` there and back, Escape puts it back. The answer has `toggle()`. */
export function fullScreen(button, part) {
  let asides = [];

  function set(isFull) {
    part.classList.toggle("is-full", isFull);
    button.setAttribute("aria-pressed", isFull);

    // What it covers is out of reach of keys and screen readers; what is told at the window's edge is not.
    for (const aside of asides) aside.inert = false;
    asides = [];
    for (let at = part; isFull && at !== document.body; at = at.parentElement) {
      for (const aside of at.parentElement.children) {
        if (aside === at || aside.inert || aside.matches("script, dialog, #toast")) continue;
        aside.inert = true;
        asides.push(aside);
      }
    }
  }

  async function toggle() {
    const isFull = !part.classList.contains("is-full");
    set(isFull);
    try {
      if (isFull) await document.documentElement.requestFullscreen();
      else if (document.fullscreenElement) await document.exitFullscreen();
    } catch {
      // It has the window at least.
    }
  }

  button.addEventListener("click", toggle);
  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) set(false);
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && !event.defaultPrevented && part.classList.contains("is-full") && !document.querySelector("dialog[open]")) toggle();
  });
  return { toggle };
}
