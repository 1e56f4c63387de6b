// A new source asks for a name and a location; a known one has them. Without this script all fields are there.
//
// <form data-upload> with the fields source, name and location.
const NEW = "new";

function follow(form) {
  const source = form.querySelector("[name=source]");
  const fields = ["name", "location"].map((name) => form.querySelector(`[name=${name}]`)?.closest(".field"));
  const show = () => {
    for (const field of fields) if (field) field.hidden = source.value !== NEW;
  };
  source.addEventListener("change", show);
  show();
}

for (const form of document.querySelectorAll("form[data-upload]")) follow(form);
