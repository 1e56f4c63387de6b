// One line for all children of a group: makes the table of <form data-line-grid> a grid to answer in. A square is chosen
// by finger or with the arrow keys, and answered with the buttons below it or with 1, 2, 3 and 0; then comes the next
// child. Each answer goes to the child's own registration at once; what could not be sent stays here and is tried again.
// Without this module the children's names lead to a form for each of them.

import { FIRST_WAIT, LONGEST_WAIT, onFlush, PATIENCE, readJson, renewToken } from "../saving.js";

const AT_MOST_EVERY = 5000;

for (const form of document.querySelectorAll("form[data-line-grid]")) new Grid(form).start();

function Grid(form) {
  const table = form.querySelector("table");
  const bar = form.querySelector("[data-answer-bar]");
  const buttons = [...bar.querySelectorAll("[data-choose]")];
  const labels = new Map(buttons.map((each) => [each.dataset.choose, each.childNodes[1].textContent.trim()]));
  const waiting = new Map(); // square -> the answer it has to get; a later one replaces an earlier one
  let current, timer, running;
  const progress = document.querySelector("[data-progress]");
  let doneElsewhere = 0; // children whose registration is closed: they are counted, and have no squares
  let sending = false;
  let wait = FIRST_WAIT;

  this.start = () => {
    if (squares().length === 0) return;
    table.setAttribute("role", "grid");
    for (const cell of squares()) {
      cell.tabIndex = -1;
      cell.dataset.seen = cell.dataset.value;
    }
    squares()[0].tabIndex = 0;
    doneElsewhere = progress.querySelector("progress").value - rowsDone();
    document.querySelector("[data-without-script]")?.remove();
    document.querySelector("[data-grid-only]").hidden = false;
    // Past the buttons above the columns, of which there can be one for each milestone.
    document.querySelector("[data-to-grid]").addEventListener("click", () => table.querySelector('[tabindex="0"]').focus());
    table.addEventListener("click", (event) => select(event.target.closest("[data-cell]")));
    table.addEventListener("focusin", (event) => select(event.target.closest("[data-cell]")));
    table.addEventListener("keydown", onKey);
    bar.addEventListener("keydown", (event) => event.key === "Escape" && current.focus());
    for (const each of buttons) each.addEventListener("click", () => answer(current, each.dataset.choose));
    form.addEventListener("submit", confirm);
    onFlush(() => running);
    window.addEventListener("online", sendNow);
    window.addEventListener("beforeunload", (event) => {
      if (!sending && waiting.size === 0) return;
      event.preventDefault();
      event.returnValue = "";
    });
    const look = refresher();
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
    window.addEventListener("focus", look);
  };

  function squares() {
    return [...table.querySelectorAll("[data-cell]")];
  }

  function lines() {
    return [...table.querySelectorAll("tr[data-answer]")].map((row) => [...row.querySelectorAll("[data-cell]")]);
  }

  function select(cell) {
    if (!cell || cell === current) return;
    if (current) current.tabIndex = -1;
    else for (const each of squares()) each.tabIndex = -1;
    current = cell;
    cell.tabIndex = 0;
    if (document.activeElement !== cell) cell.focus();
    bar.hidden = false;
    if (waiting.size === 0 && !sending) say("");
    bar.querySelector("[data-answer-what]").textContent = form.dataset.next
      .replace("{child}", cell.closest("tr").dataset.child)
      .replace("{milestone}", document.getElementById(`k-${cell.dataset.cell}`).querySelector("span").textContent);
    showChosen();
  }

  function showChosen() {
    const sure = !("carried" in current.dataset);
    for (const each of buttons) {
      each.setAttribute("aria-pressed", String(sure && each.dataset.choose === current.dataset.value));
    }
  }

  function onKey(event) {
    const cell = event.target.closest("[data-cell]");
    if (!cell || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const rows = lines();
    const row = rows.findIndex((each) => each.includes(cell));
    const column = rows[row].indexOf(cell);
    const choice = buttons.find((each) => each.dataset.key === event.key);
    const moves = {
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      Home: [row, 0],
      End: [row, rows[row].length - 1],
    };
    if (choice) answer(cell, choice.dataset.choose);
    else if (moves[event.key]) rows[moves[event.key][0]]?.[moves[event.key][1]]?.focus();
    else if (event.key === "Enter" || event.key === " ") buttons[0].focus();
    else return;
    event.preventDefault();
  }

  // The next child, same milestone; after the last child the first one with the next milestone.
  function next(cell) {
    const rows = lines();
    const row = rows.findIndex((each) => each.includes(cell));
    const column = rows[row].indexOf(cell);
    return rows[row + 1]?.[column] ?? rows[0][column + 1] ?? cell;
  }

  function answer(cell, value, { stay = false } = {}) {
    bar.querySelector("[data-conflict]").replaceChildren();
    waiting.delete(cell);
    waiting.set(cell, value);
    say(form.dataset.saving);
    show(cell, value, false);
    const following = stay ? cell : next(cell);
    following.focus();
    select(following);
    showChosen();
    sendNow();
  }

  function show(cell, value, carried) {
    cell.dataset.value = value;
    cell.toggleAttribute("data-carried", carried);
    const text = cell.querySelector(".cell__text");
    text.textContent = labels.get(value) ?? "";
    if (carried) text.append(hidden(` (${form.dataset.toConfirm})`));
    count(cell);
  }

  function hidden(text) {
    const made = document.createElement("span");
    made.className = "visually-hidden";
    made.textContent = text;
    return made;
  }

  function rowsDone() {
    return lines().filter((row) => row.every((each) => each.dataset.value && !("carried" in each.dataset))).length;
  }

  function showProgress() {
    const bar = progress.querySelector("progress");
    bar.value = doneElsewhere + rowsDone();
    progress.querySelector("[data-progress-words]").textContent = progress.dataset.progressText
      .replace("{answered}", bar.value)
      .replace("{total}", bar.max);
  }

  // How many still wait in this row and this column; a button with nothing to confirm goes.
  function count(cell) {
    showProgress();
    const row = cell.closest("tr");
    recount(row.querySelector("[data-confirm]"), row.querySelectorAll("[data-carried]").length);
    const column = table.querySelectorAll(`[data-cell="${cell.dataset.cell}"][data-carried]`).length;
    recount(document.getElementById(`k-${cell.dataset.cell}`).querySelector("[data-confirm]"), column);
  }

  function recount(button, number) {
    if (!button) return;
    if (number === 0) button.remove();
    else button.firstChild.textContent = button.firstChild.textContent.replace(/\d+/, number);
  }

  function sendNow() {
    clearTimeout(timer);
    if (!sending && waiting.size > 0) running = sendAll();
  }

  async function sendAll() {
    sending = true;
    let goingWell = true;
    while (goingWell && waiting.size > 0) {
      const [cell, value] = waiting.entries().next().value;
      waiting.delete(cell);
      goingWell = await sendOne(cell, value);
    }
    sending = false;
    if (goingWell) {
      wait = FIRST_WAIT;
    } else {
      timer = setTimeout(sendNow, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    }
  }

  async function sendOne(cell, value) {
    const body = { [`m-${cell.dataset.cell}`]: value, [`was-${cell.dataset.cell}`]: cell.dataset.seen };
    const outcome = await post(cell.closest("tr").dataset.answer, body);
    cell.toggleAttribute("data-unsaved", Boolean(outcome.again || outcome.error));
    if (outcome.again) {
      if (!waiting.has(cell)) waiting.set(cell, value);
      say(form.dataset[outcome.signedOut ? "signedOut" : "unsaved"]);
      return false;
    }
    if (outcome.error) {
      say(outcome.error);
      return true;
    }
    cell.dataset.seen = value;
    say(form.dataset[waiting.size > 0 ? "saving" : "saved"]);
    if (outcome.answer.replaced) tellReplaced(cell, outcome.answer.replaced);
    if (isYounger(outcome.answer.bands)) say(form.dataset.younger);
    return true;
  }

  function isYounger(bands) {
    const shown = Number(table.dataset.lowest);
    return bands?.some((band) => band < shown);
  }

  async function post(address, fields, fresh = false) {
    const body = new FormData();
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    let response;
    try {
      response = await fetch(address, {
        method: "POST",
        body,
        headers: { Accept: "application/json", "X-Requested-With": "fetch" },
        credentials: "same-origin",
        redirect: "manual",
        keepalive: true,
        signal: AbortSignal.timeout(PATIENCE),
      });
    } catch {
      return { again: true };
    }
    const answer = await readJson(response);
    if (response.ok && answer?.saved) return { answer };
    if (answer?.error && response.status < 500 && response.status !== 429) return { error: answer.error };
    if (response.status >= 500 || response.status === 429) return { again: true };
    if (!fresh && (await renewToken(form))) return post(address, fields, true);
    return { again: true, signedOut: true };
  }

  function tellReplaced(cell, { by, label, value }) {
    const said = document.createElement("p");
    said.textContent = `${cell.closest("tr").dataset.child}: `
      + form.dataset.replaced.replace("{by}", by).replace("{label}", label);
    const undo = document.createElement("button");
    undo.type = "button";
    undo.className = "button button--secondary button--small";
    undo.textContent = form.dataset.undo;
    undo.addEventListener("click", () => {
      bar.querySelector("[data-conflict]").replaceChildren();
      answer(cell, value, { stay: true });
    });
    bar.querySelector("[data-conflict]").replaceChildren(said, undo);
  }

  // A whole row or column that still holds: one tap, without leaving the page.
  async function confirm(event) {
    const button = event.submitter;
    if (!button?.matches("[data-confirm]")) return;
    event.preventDefault();
    const outcome = await post(form.action || window.location.href, { [button.name]: button.value });
    bar.hidden = false;
    if (!outcome.answer) {
      say(outcome.error ?? form.dataset[outcome.signedOut ? "signedOut" : "unsaved"]);
      return;
    }
    const chosen = button.name === "row"
      ? [...button.closest("tr").querySelectorAll("[data-carried]")]
      : [...table.querySelectorAll(`[data-cell="${button.value}"][data-carried]`)];
    const target = chosen[0];
    for (const cell of chosen) show(cell, cell.dataset.value, false);
    say(form.dataset.saved);
    target?.focus();
  }

  function refresher() {
    let last = Date.now();
    return async () => {
      if (Date.now() - last < AT_MOST_EVERY) return;
      last = Date.now();
      let page;
      try {
        const response = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
        if (!response.ok) return;
        page = new DOMParser().parseFromString(await response.text(), "text/html");
      } catch {
        return;
      }
      for (const row of table.querySelectorAll("tr[data-answer]")) {
        const fresh = page.querySelector(`tr[data-answer="${row.dataset.answer}"]`);
        if (fresh) for (const cell of row.querySelectorAll("[data-cell]")) refresh(cell, fresh);
      }
    };
  }

  function refresh(cell, row) {
    const fresh = row.querySelector(`[data-cell="${cell.dataset.cell}"]`);
    if (!fresh || waiting.has(cell) || sending) return;
    const carried = "carried" in fresh.dataset;
    if (fresh.dataset.value === cell.dataset.value && carried === "carried" in cell.dataset) return;
    cell.dataset.seen = fresh.dataset.value;
    show(cell, fresh.dataset.value, carried);
    if (cell === current) showChosen();
  }

  function say(text) {
    bar.querySelector("[data-status]").textContent = text;
  }
}
