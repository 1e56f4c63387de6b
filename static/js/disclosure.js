// Menus made of <details>: they close on Escape (focus back on the button), on a tap outside, and when another opens.

export function startMenus(root) {
  const menus = [...root.querySelectorAll("details[data-menu]")];
  if (menus.length === 0) return;

  root.addEventListener("click", (event) => {
    for (const menu of menus) {
      if (menu.open && !menu.contains(event.target)) menu.open = false;
    }
  });
  for (const menu of menus) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  }
}
