// Shows how far a job is without loading the page again. Asking the server is no activity: a session that nobody uses
// ends while a job runs, and the job goes on.
//
// <section data-job="address of the status" data-job-over="address of the page once it is over">
//   <strong data-job-words></strong> <progress></progress> <p role="status" data-job-said></p>
const SOON = 1000;
const LATER = 10000;
// A screen reader hears every quarter, not every second.
const STEP = 25;

class JobWatch {
  constructor(section) {
    this.section = section;
    this.words = section.querySelector("[data-job-words]");
    this.said = section.querySelector("[data-job-said]");
    this.bar = section.querySelector("progress");
    this.wait = SOON;
    this.heard = 0;
    this.state = "";
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.ask();
    });
    this.plan();
  }

  plan() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), document.visibilityState === "visible" ? this.wait : LATER);
  }

  async ask() {
    clearTimeout(this.timer);
    try {
      const answer = await fetch(this.section.dataset.job, { headers: { Accept: "application/json" }, redirect: "manual" });
      // Signed out, or thrown away in another tab: the page says so when it is asked for.
      if (answer.type === "opaqueredirect" || answer.status === 404) return this.leave();
      if (!answer.ok) throw new Error(String(answer.status));
      this.wait = SOON;
      const found = await answer.json();
      if (!found.busy) return this.leave();
      this.show(found);
    } catch {
      // No network for now: less and less often, and what stands there stays.
      this.wait = Math.min(this.wait * 2, LATER);
    }
    this.plan();
  }

  show(found) {
    if (this.words.textContent !== found.words) this.words.textContent = found.words;
    if (found.percent === null) this.bar.removeAttribute("value");
    else this.bar.value = found.percent;
    const quarter = found.percent === null ? 0 : Math.floor(found.percent / STEP);
    if (found.state === this.state && quarter === this.heard) return;
    if (this.state) this.said.textContent = found.words;
    this.state = found.state;
    this.heard = quarter;
  }

  leave() {
    window.location.replace(this.section.dataset.jobOver);
  }
}

for (const section of document.querySelectorAll("[data-job]")) new JobWatch(section);
