// Notes without a network (OBS-2.2, OBS-2.3, OBS-2.4), on every page of who may write them. What is typed without one
// waits on the device, sealed with AES-GCM under a key that the server derives for this person on this device. What
// waits carries the server's own ids and no name; it is sent as soon as the same person has a page open with a network.
// On the device: offline/device.js; the key: offline/keys.js; sending: offline/queue.js; the form: offline_note.js.
//
// <div data-unsent data-owner data-key data-late data-save data-worker …>, with what it says in its other data- attributes
import { queue } from "./offline/queue.js";

// Signing out with notes that wait.
function startSignOut() {
  const dialog = document.getElementById("unsent-question");
  let leaving;
  document.addEventListener(
    "submit",
    (event) => {
      if (event.target === leaving || event.target.getAttribute("action") !== queue.words.signOut || !queue.left) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      leaving = event.target;
      const line = dialog.querySelector("[data-unsent-count]");
      line.textContent = queue.left === 1 ? queue.words.one : queue.words.many.replace("{n}", queue.left);
      dialog.showModal();
    },
    { capture: true },
  );
  dialog.querySelector("[data-unsent-leave]").addEventListener("click", () => {
    queue.keys.drop();
    leaving.submit();
  });
  dialog.addEventListener("close", () => {
    leaving = undefined;
  });
  dialog.querySelector("[data-unsent-stay]").addEventListener("click", () => dialog.close());
}

if (queue) {
  startSignOut();
  navigator.serviceWorker?.register(queue.words.worker, { scope: "/" }).catch(() => {}); // the queue works without it
  queue.send();
}
