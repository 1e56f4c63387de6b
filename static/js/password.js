// The rules for a new password, checked while one types: <div data-password-meter="id of the field">. What shows at
// once is checked here; how easily it is guessed the server says, half a second after the last key, in one quiet line.
// Without a network that line stays empty. Without this module the rules are simply listed.

const PAUSE = 500;
const PATIENCE = 5000;
const LONGEST = 128;

export function startPasswordMeter(meter) {
  const field = document.getElementById(meter.dataset.passwordMeter);
  if (!field) return;
  const status = meter.querySelector("[data-status]");
  const described = [field.getAttribute("aria-describedby"), meter.querySelector("ul").id];
  field.setAttribute("aria-describedby", described.filter(Boolean).join(" "));
  let timer;
  let asked = 0;

  field.addEventListener("input", () => {
    const password = field.value;
    clearTimeout(timer);
    asked += 1; // an answer about what stood there before is no longer looked at
    markVisibleRules(meter, password);
    if (password) timer = setTimeout(judge, PAUSE, password, asked);
    else say(status, "");
  });

  async function judge(password, question) {
    const answer = await ask(meter, field.form, password);
    if (question !== asked) return;
    markRule(meter, "personal", answer && !answer.unmet.includes("personal"));
    markRule(meter, "guessable", answer && !answer.unmet.includes("guessable"));
    say(status, answer ? [meter.dataset.strength.replace("{label}", answer.label), ...answer.problems].join(" ") : "");
  }

  startReveal(meter, field.form);
}

async function ask(meter, form, password) {
  try {
    const response = await fetch(meter.dataset.url, {
      method: "POST",
      body: JSON.stringify({ password, minimum: Number(meter.dataset.minimum) }),
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": form.querySelector("input[name=csrfmiddlewaretoken]").value,
      },
      credentials: "same-origin",
      signal: AbortSignal.timeout(PATIENCE),
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null; // saving decides in any case
  }
}

function markVisibleRules(meter, password) {
  const letters = [...password.normalize("NFC")];
  const met = {
    length: letters.length >= Number(meter.dataset.minimum) && [...password].length <= LONGEST,
    capital: /\p{Lu}/u.test(password),
    digit: /[0-9]/.test(password),
    sign: letters.some((letter) => meter.dataset.signs.includes(letter)),
  };
  for (const [rule, isMet] of Object.entries(met)) markRule(meter, rule, password ? isMet : null);
  markRule(meter, "personal", null);
  markRule(meter, "guessable", null);
}

// Met, not met, or null: nothing known.
function markRule(meter, rule, met) {
  const item = meter.querySelector(`[data-rule="${rule}"]`);
  item.dataset.met = met ?? "";
  item.querySelector("[data-rule-state]").textContent = met === null ? "" : met ? meter.dataset.met : meter.dataset.unmet;
}

function say(status, text) {
  if (status.textContent !== text) status.textContent = text;
}

// Shows what is typed, in all fields for a new password of the form. A form is sent with its fields closed, so that no
// browser keeps the password among the texts it offers again.
function startReveal(meter, form) {
  const button = meter.querySelector("[data-password-reveal]");
  const fields = form.querySelectorAll("input[autocomplete=new-password]");
  const show = (open) => {
    for (const each of fields) each.type = open ? "text" : "password";
    button.textContent = open ? meter.dataset.hide : meter.dataset.show;
  };
  button.hidden = false;
  button.addEventListener("click", () => show(fields[0]?.type === "password"));
  form.addEventListener("submit", () => show(false));
}
