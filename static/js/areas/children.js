// The form of a new child: what is not kept of a child in out-of-school care is not asked there. Without this script
// the server says so.

for (const form of document.querySelectorAll("[data-child-form]")) {
  const group = form.querySelector("[data-bso-groups]");
  if (!group) continue;
  const inBso = new Set(group.dataset.bsoGroups.split(" ").filter(Boolean));

  const show = () => {
    const hidden = inBso.has(group.value);
    for (const part of form.querySelectorAll("[data-not-in-bso]")) {
      // What was typed already stays in sight, to be emptied by who typed it.
      const filled = [...part.querySelectorAll("input")].some((input) => input.value !== "");
      part.hidden = hidden && !filled;
    }
    for (const note of form.querySelectorAll("[data-in-bso]")) note.hidden = !hidden;
  };

  group.addEventListener("change", show);
  show();
}
