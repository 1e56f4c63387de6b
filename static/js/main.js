// Loads the small modules that a page needs; each hangs on data- attributes and does nothing without them.
import { startAutosave } from "./autosave.js";
import { startBands } from "./bands.js";
import { startDialogs } from "./dialogs.js";
import { startMenus } from "./disclosure.js";
import { startDraft } from "./drafts.js";
import { startHandingOver } from "./handing_over.js";
import { startPasskeys } from "./passkeys.js";
import { startPasswordMeter } from "./password.js";
import { startSession } from "./session.js";
import { startShortcuts } from "./shortcuts.js";

startSession(document.body);
startMenus(document);
startDialogs(document);
startShortcuts(document);
startPasskeys(document);
startHandingOver(document);
for (const form of document.querySelectorAll("form[data-autosave]")) {
  startAutosave(form);
  startBands(form);
}
for (const place of document.querySelectorAll("[data-draft]")) startDraft(place);
for (const meter of document.querySelectorAll("[data-password-meter]")) startPasswordMeter(meter);

// A form that came back with mistakes: the summary takes the focus, also where autofocus does not work on a div.
document.querySelector("[data-focus]")?.focus();
