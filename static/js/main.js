// Loads the small modules that a page needs; each hangs on data- attributes and does nothing without them.
import { startAutosave } from "./autosave.js";
import { startBands } from "./bands.js";
import { startDialogs } from "./dialogs.js";
import { startMenus } from "./disclosure.js";
import { startShortcuts } from "./shortcuts.js";

startMenus(document);
startDialogs(document);
startShortcuts(document);
for (const form of document.querySelectorAll("form[data-autosave]")) {
  startAutosave(form);
  startBands(form);
}

// A form that came back with mistakes: the summary takes the focus, also where autofocus does not work on a div.
document.querySelector("[data-focus]")?.focus();
