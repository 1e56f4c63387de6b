// The quick-note page: suggests lines from the words typed and the ages of the children chosen. The list of words and
// the way it is read are those of observations/domain/notes/words.py; a test holds the two against each other.
//
// <form data-note data-words="line=sure,sure|maybe;…" data-ages='{"child": months}' data-lines='{"code": "id"}'>
const MOST = 2;
const ENOUGH = 2;
const LAST_MONTH = 200;
const WEIGHTS = [2, 1];
const WORD = /^([a-z][a-z -]*)(\.?)(?:@(\d*)(?:-(\d+))?)?$/;
const PAUSE = 250;

export function readWords(text) {
  return text.split(";").map((entry) => {
    const [code, lists] = entry.split("=");
    const signs = lists.split("|").flatMap((list, kind) => list.split(",").filter(Boolean).map((word) => readSign(word, WEIGHTS[kind])));
    return [code, signs];
  });
}

function readSign(word, weight) {
  const [, stem, whole, from, until] = WORD.exec(word);
  return { found: ` ${wordsOf(stem).join(" ")}${whole ? " " : ""}`, weight, from: Number(from || 0), until: Number(until || LAST_MONTH) };
}

export function wordsOf(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/['’‘`]/g, "");
  return plain.match(/[a-z0-9]+/g) ?? [];
}

export function suggestLines(words, text, ages) {
  const padded = ` ${wordsOf(text).join(" ")} `;
  const isFor = (sign) => ages.length === 0 || ages.some((age) => sign.from <= age && age < sign.until);
  const weigh = (signs) => signs.filter((sign) => padded.includes(sign.found) && isFor(sign)).reduce((sum, sign) => sum + sign.weight, 0);
  return words
    .map(([code, signs]) => [code, weigh(signs)])
    .filter(([, weight]) => weight >= ENOUGH)
    .sort((one, other) => other[1] - one[1])
    .slice(0, MOST)
    .map(([code]) => code);
}

class Hints {
  constructor(form) {
    this.form = form;
    this.place = form.querySelector("[data-note-hints]");
    this.list = form.querySelector("[data-note-hint-list]");
    this.words = readWords(form.dataset.words);
    this.ages = JSON.parse(form.dataset.ages);
    this.lines = JSON.parse(form.dataset.lines);
    this.shown = "";
    this.list.replaceChildren();
    form.addEventListener("input", (event) => this.soon(event.target));
    form.addEventListener("note:emptied", () => this.show());
    this.show();
  }

  soon(target) {
    clearTimeout(this.timer);
    if (target.name === "children" || target.name === "text") this.timer = setTimeout(() => this.show(), PAUSE);
    if (target.name === "lines") this.mark();
  }

  // A line that was accepted stays where it is, so that nothing moves under the finger that taps the next.
  show() {
    const ages = [...this.form.querySelectorAll("[name=children]:checked")].map((child) => this.ages[child.value]).filter((age) => age !== undefined);
    const codes = suggestLines(this.words, this.form.elements.text.value, ages).filter((code) => this.box(code));
    const taken = this.shown.split(" ").filter((code) => code && this.box(code)?.checked && !codes.includes(code));
    const wanted = this.form.elements.text.value ? [...taken, ...codes] : [];
    if (wanted.join(" ") !== this.shown) {
      this.shown = wanted.join(" ");
      const chips = document.createElement("div");
      chips.className = "chips";
      chips.append(...wanted.map((code) => this.chip(code)));
      this.list.replaceChildren(chips);
    }
    this.place.hidden = wanted.length === 0;
    this.mark();
  }

  box(code) {
    return document.getElementById(`lijn-${this.lines[code]}`);
  }

  // A button that ticks the line's own box; pressed again, it takes the tick away.
  chip(code) {
    const box = this.box(code);
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "note-hint";
    chip.dataset.line = code;
    chip.lang = "nl";
    chip.textContent = document.querySelector(`label[for="${box.id}"]`).textContent.trim();
    chip.addEventListener("click", () => {
      box.checked = !box.checked;
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return chip;
  }

  mark() {
    for (const chip of this.list.querySelectorAll("[data-line]")) chip.setAttribute("aria-pressed", String(this.box(chip.dataset.line).checked));
  }
}

for (const form of document.querySelectorAll("form[data-note]")) {
  new Hints(form);
  // At once ready to type; not where a mistake has the attention.
  if (!document.querySelector("[data-focus]")) form.elements.text.focus({ preventScroll: true });
}
