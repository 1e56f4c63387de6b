// Taking along what a page shows: data-print prints it, data-copy="id" copies the text of that element.

export function startHandingOver(root) {
  for (const button of root.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(root.getElementById(button.dataset.copy).innerText);
      const status = button.form.querySelector("[data-copy-status]");
      status.textContent = status.dataset.done;
    });
  }
}
