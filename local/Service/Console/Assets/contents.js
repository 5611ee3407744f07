// What a table, bucket, queue or topic holds, as it changes.
import { connect, setMarkup } from "./shell.js";

const part = document.getElementById("part");

/** The link that has the focus, to be found again in new markup. */
function focused() {
  return part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
}

if (part) {
  connect(part.dataset.live, {
    part({ markup }) {
      const link = focused();
      const scrolled = part.querySelector(".scroll")?.scrollLeft ?? 0;
      setMarkup(part, markup);
      part.querySelector(".scroll")?.scrollTo({ left: scrolled });
      if (link) part.querySelector(`a[href="${CSS.escape(link)}"]`)?.focus({ preventScroll: true });
    },
  });
}
