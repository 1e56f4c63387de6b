// <dialog>: data-dialog-open="id" on a button opens it, data-dialog-close inside closes it. Escape and the return of
// the focus are the browser's own.

export function startDialogs(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      root.getElementById(opener.dataset.dialogOpen)?.showModal();
      return;
    }
    event.target.closest("[data-dialog-close]")?.closest("dialog")?.close();
  });
}
