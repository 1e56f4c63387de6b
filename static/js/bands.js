// A "not yet" can ask for a younger age band. The server's answer to each saved answer says which bands the line shows
// now; one that is not on the page is fetched and put in its place, without moving what is under the finger.
// Without this module the form comes back to the band when it is sent.

export function startBands(form) {
  const news = form.querySelector("[data-band-news]");
  if (!news) return;
  form.addEventListener("kijk:saved", (event) => {
    const bands = event.detail.bands ?? [];
    if (bands.some((band) => !sectionOf(form, band))) void addBands(form, news);
  });
}

function sectionOf(form, band) {
  return form.querySelector(`[data-band="${band}"]`);
}

async function addBands(form, news) {
  const page = await fetchPage();
  if (!page) return;
  const added = [...page.querySelectorAll("[data-band]")].filter((section) => !sectionOf(form, section.dataset.band));
  if (added.length === 0) return;
  keepPlace(() => {
    for (const section of added) placeOf(form, section).before(section);
  });
  tell(news, added[0]);
}

async function fetchPage() {
  try {
    const response = await fetch(window.location.href, { credentials: "same-origin", redirect: "manual" });
    return response.ok ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
  } catch {
    return null; // the form brings the band when it is sent
  }
}

// The first band on the page that is older than this one: a younger band comes before it.
function placeOf(form, section) {
  const older = (known) => Number(known.dataset.band) > Number(section.dataset.band);
  const known = [...form.querySelectorAll("[data-band]")];
  return known.find(older) ?? known.at(-1).nextElementSibling;
}

function keepPlace(change) {
  const still = document.activeElement.closest("[data-choices]") ?? document.activeElement;
  const before = still.getBoundingClientRect().top;
  change();
  window.scrollBy({ top: still.getBoundingClientRect().top - before, behavior: "instant" });
}

function tell(news, section) {
  const heading = section.querySelector("h2");
  const text = document.createElement("p");
  text.textContent = news.dataset.text.replace("{band}", heading.textContent.trim());
  const link = document.createElement("a");
  link.href = `#${heading.id}`;
  link.textContent = news.dataset.link;
  link.dataset.afterChoices = ""; // after the last answer the keyboard goes here first
  const line = document.createElement("p");
  line.append(link);
  news.replaceChildren(text, line);
  news.classList.add("callout", "callout--info");
}
