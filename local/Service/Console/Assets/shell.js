// What every page has: the theme, times in the reader's own zone, copying, the live connection, requests that change something.

const DONE = "stateside-done";
const cycle = { light: "dark", dark: null, null: "light" };
const themeButton = document.getElementById("theme");

function theme() {
  return document.documentElement.dataset.theme ?? null;
}

function nameTheme() {
  const names = { light: "light", dark: "dark", null: "as the system" };
  themeButton.setAttribute("aria-label", `Theme: ${names[theme()]}. Change it`);
  themeButton.title = `Theme: ${names[theme()]}`;
}

themeButton.addEventListener("click", () => {
  const next = cycle[theme()];
  if (next) document.documentElement.dataset.theme = next;
  else delete document.documentElement.dataset.theme;
  document.cookie = `stateside-theme=${next ?? ""}; path=/console; max-age=${next ? 31536000 : 0}; samesite=strict`;
  nameTheme();
});
nameTheme();

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** A moment in the reader's time: the clock alone when it is today. */
export function localTime(iso) {
  const time = new Date(iso);
  return time.toDateString() === new Date().toDateString() ? clock.format(time) : `${day.format(time)} ${clock.format(time)}`;
}

/** Shows all times below an element in the reader's zone. */
export function localizeTimes(root = document) {
  for (const element of root.querySelectorAll("time[datetime]:not([title])")) {
    element.title = element.dateTime;
    element.textContent = localTime(element.dateTime);
  }
}

/** A duration as the server writes it. */
export function duration(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const s = ms / 1000;
  if (s < 60) return `${s.toFixed(2)} s`;
  const whole = Math.floor(s);
  if (s < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (s < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor(whole / 60) % 60} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor(whole / 3600) % 24} h`;
}

/** A word to the reader at the edge of the window. */
export function toast(text, isProblem = false) {
  const box = document.getElementById("toast");
  box.textContent = text;
  box.classList.toggle("problem", isProblem);
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { box.hidden = true; }, isProblem ? 8000 : 2500);
}

/** Leads to where an answer says, and there shows what was done. */
export function go({ link, done }) {
  if (done) sessionStorage.setItem(DONE, done);
  location.href = link;
}

/** Asks for JSON; throws an Error with the server's words when it is refused. */
export async function getJson(url, signal) {
  return answer(await fetch(url, { headers: { accept: "application/json" }, signal }));
}

/** Asks for a change. */
export async function postJson(url, body = {}, signal) {
  return answer(await fetch(url, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json", "x-stateside-console": "1" },
    body: JSON.stringify(body),
    signal,
  }));
}

async function answer(response) {
  const body = await response.json();
  if (response.ok) return body;
  const error = new Error(body.message ?? response.statusText);
  error.title = body.error;
  error.status = response.status;
  throw error;
}

/**
 * A live connection: handlers by the name of the event, each given what the event carries. It is given up while the page is hidden,
 * since browsers allow few connections to one server, and comes back when the page does. `opened()` is called each time that it stands:
 * from then on nothing is missed.
 */
export function connect(url, handlers, opened) {
  const sign = document.getElementById("live");
  let source = null;
  let hiding = 0;

  function say(state) {
    sign.hidden = false;
    sign.dataset.state = state;
    sign.textContent = state === "live" ? "Live" : "Reconnecting…";
  }

  function open() {
    if (source) return;
    source = new EventSource(typeof url === "function" ? url() : url);
    source.onopen = () => {
      say("live");
      opened?.();
    };
    source.onerror = () => {
      say("lost");
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(open, 2000);
      }
    };
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, event => handle(JSON.parse(event.data), event.lastEventId));
    }
  }

  function shut() {
    source?.close();
    source = null;
  }

  function see() {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(shut, 5000);
    else open();
  }

  document.addEventListener("visibilitychange", see);
  open();
}

/** Puts server-made markup where it belongs. */
export function setMarkup(element, markup) {
  element.innerHTML = markup;
  localizeTimes(element);
}

/** Gives a text to the clipboard, and says so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast("The browser does not allow copying here.", true);
  }
}

document.addEventListener("click", event => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button.dataset.copy);
  const from = event.target.closest("[data-copy-from]");
  if (from) copyFrom(from.dataset.copyFrom);
});

/** Gives what stands at an address to the clipboard. */
async function copyFrom(address) {
  try {
    const response = await fetch(address, { headers: { accept: "application/json, text/plain" } });
    if (!response.ok) throw new Error((await response.json()).message);
    await copy(await response.text());
  } catch (error) {
    toast(error.message, true);
  }
}

localizeTimes();

const done = sessionStorage.getItem(DONE);
if (done) {
  sessionStorage.removeItem(DONE);
  toast(done);
}

// On a narrow window the tab that one is at may stand outside it.
const tab = document.querySelector(".tabs [aria-current]");
if (tab) tab.parentElement.scrollLeft = tab.offsetLeft - tab.parentElement.offsetLeft - 40;
