// A signed-in page knows when its session ends: two minutes before, it asks whether somebody is still there. Asking the
// server how long is left is no activity; the button is. A page that comes back from the browser's memory, or whose
// session was locked or ended in another tab, is loaded anew, and shows nothing.
//
// <body data-session="address" data-session-extend="address" data-session-seconds="1800">
// <form data-locked> is on the page of a locked session: what other tabs still show goes too.
import { flushDrafts } from "./drafts.js";
import { keepText } from "./saving.js";

const WARNING = 120;
const LOOK = 5000;
const ASK = 20000;
const PATIENCE = 3000;
const tabs = "BroadcastChannel" in window ? new BroadcastChannel("kijk-session") : undefined;

export function startSession(body) {
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
  if (document.querySelector("form[data-locked]")) tabs?.postMessage("locked");
  if (!body.dataset.session) return;
  // What the browser keeps in memory is a blank page.
  window.addEventListener("pagehide", (event) => {
    if (event.persisted) blank();
  });
  const watch = new SessionWatch(body);
  for (const form of document.querySelectorAll("form[data-lock]")) form.addEventListener("submit", lockAtOnce);
  tabs?.addEventListener("message", (event) => watch.hear(event.data));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") watch.ask();
  });
  setInterval(() => watch.look(), LOOK);
}

function blank() {
  document.documentElement.classList.add("is-blank");
}

async function lockAtOnce(event) {
  const form = event.target;
  event.preventDefault();
  blank();
  tabs?.postMessage("locking");
  // What was typed goes along; a network that does not answer must not keep the screen open.
  await Promise.race([flushDrafts(), new Promise((resolve) => setTimeout(resolve, 1500))]);
  form.submit();
}

class SessionWatch {
  constructor(body) {
    this.body = body;
    this.dialog = document.getElementById("session-ending");
    this.left = this.dialog.querySelector("[data-session-left]");
    this.asked = 0;
    this.reached = true;
    this.count(Number(body.dataset.sessionSeconds));
    this.dialog.querySelector("[data-session-stay]").addEventListener("click", () => this.stay());
    // Escape says the same as the button: somebody is there.
    this.dialog.addEventListener("cancel", () => this.stay());
  }

  count(seconds) {
    // The clock of the day, for a tablet that slept has not counted.
    this.end = Date.now() + seconds * 1000;
  }

  get seconds() {
    return (this.end - Date.now()) / 1000;
  }

  look() {
    if (this.seconds > WARNING) return;
    if (Date.now() - this.asked > ASK || this.seconds <= 0) this.ask();
    else this.show();
  }

  async ask() {
    this.asked = Date.now();
    try {
      const answer = await fetch(this.body.dataset.session, { headers: { Accept: "application/json" } });
      if (answer.redirected || !answer.ok) return this.leave(answer);
      const found = await answer.json();
      if (found.locked) return this.leave();
      this.count(found.seconds);
      this.reached = true;
    } catch {
      this.reached = false; // no network: the server's clock runs on, and the next question tells
    }
    this.show();
  }

  // A page may say it in another way, where the dialog would stand before what is typed without a network.
  show() {
    const detail = { ending: this.seconds <= WARNING, over: this.seconds <= 0, reached: this.reached };
    const asks = document.dispatchEvent(new CustomEvent("session:ending", { cancelable: true, detail }));
    if (!detail.ending || !asks) return this.dialog.close();
    const minutes = Math.ceil(this.seconds / 60);
    const words = this.seconds < 30 ? this.left.dataset.few : minutes > 1 ? this.left.dataset.many.replace("{minutes}", minutes) : this.left.dataset.one;
    if (this.left.textContent !== words) this.left.textContent = words;
    if (!this.dialog.open) this.dialog.showModal();
  }

  async stay() {
    const token = this.body.dataset.sessionToken;
    try {
      const answer = await fetch(this.body.dataset.sessionExtend, { method: "POST", headers: { "X-CSRFToken": token } });
      if (answer.redirected || !answer.ok) return this.leave(answer);
      this.count((await answer.json()).seconds);
      this.dialog.close();
      tabs?.postMessage("stayed");
    } catch {
      this.left.textContent = this.left.dataset.few;
    }
  }

  // What another tab says. A tab that is being locked is blank at once, and asks the server when that has locked the
  // session: a moment earlier it would still show everything.
  hear(word) {
    if (word === "locked") return this.leave();
    if (word !== "locking") return this.ask();
    blank();
    void flushDrafts();
    setTimeout(() => this.leave(), PATIENCE);
  }

  // The server no longer shows this page: go where it sends us, with the reason it gives, and back here after that.
  // Drafts were saved while typing, or are kept on the device. The address is asked for anew: to reload would send a
  // form a second time.
  async leave(answer) {
    if (this.leaving) return;
    this.leaving = true;
    blank();
    await keepText();
    const here = window.location.pathname + window.location.search;
    const sentTo = answer?.redirected ? new URL(answer.url) : null;
    sentTo?.searchParams.set("next", here);
    window.location.replace(sentTo?.searchParams.has("reden") ? sentTo : here);
  }
}
