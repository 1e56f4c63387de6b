// Dragging a child to another cluster: an extra beside the buttons, which it presses. So there is one way to move a
// child, and who cannot drag (keyboard, finger, no script) misses nothing.

const board = document.querySelector("[data-board]");

function startDragging(form) {
  let held = null;
  for (const card of form.querySelectorAll("[data-member]")) {
    card.draggable = true;
    card.addEventListener("dragstart", (event) => {
      held = card;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.id);
    });
    card.addEventListener("dragend", () => {
      held = null;
      mark(form, null);
    });
  }
  for (const column of form.querySelectorAll("[data-level]")) {
    column.addEventListener("dragover", (event) => {
      if (!buttonFor(held, column)) return;
      event.preventDefault();
      mark(form, column);
    });
    column.addEventListener("drop", (event) => {
      const button = buttonFor(held, column);
      if (!button) return;
      event.preventDefault();
      form.requestSubmit(button);
    });
  }
}

// None for the column the child is in already.
function buttonFor(card, column) {
  return card?.querySelector(`button[value$=":${column.dataset.level}"]`) ?? null;
}

function mark(form, over) {
  for (const column of form.querySelectorAll("[data-level]")) {
    column.classList.toggle("plan-column--over", column === over);
  }
}

if (board) startDragging(board);
