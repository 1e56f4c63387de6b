// A passkey asked of the device, whose answer goes along with an ordinary form:
// <form data-passkey="get|create" data-passkey-options="address"> with accounts/passkey_button.html inside.
// Without this module, or in a browser that cannot, the button does not show.

const able = Boolean(window.isSecureContext && window.PublicKeyCredential && navigator.credentials);

export function startPasskeys(root) {
  if (!able) return;
  for (const form of root.querySelectorAll("form[data-passkey]")) {
    for (const part of form.querySelectorAll("[data-passkey-only]")) part.hidden = false;
    for (const part of form.querySelectorAll("[data-passkey-missing]")) part.hidden = true;
    const button = form.querySelector("[data-passkey-start]");
    button.addEventListener("click", () => run(form, button));
    // Enter in the name of a new one means its button: there is no other.
    if (form.dataset.passkey === "create") {
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        button.click();
      });
    }
  }
}

async function run(form, button) {
  const status = form.querySelector("[data-passkey-status]");
  status.textContent = "";
  button.disabled = true;
  try {
    const asked = await ask(form);
    if (asked.step_up) return window.location.reload();
    if (asked.error) {
      status.textContent = asked.error;
      return;
    }
    const making = form.dataset.passkey === "create";
    const credential = making
      ? await navigator.credentials.create({ publicKey: decode(asked) })
      : await navigator.credentials.get({ publicKey: decode(asked) });
    form.querySelector("[data-passkey-answer]").value = JSON.stringify(encode(credential));
    form.submit();
  } catch (error) {
    const { cancelled, known, failed } = status.dataset;
    status.textContent = { NotAllowedError: cancelled, AbortError: cancelled, InvalidStateError: known }[error.name] ?? failed;
  } finally {
    button.disabled = false;
  }
}

async function ask(form) {
  const answer = await fetch(form.dataset.passkeyOptions, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
  });
  return answer.json();
}

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function decode(options) {
  const withBytes = (key) => ({ ...key, id: toBytes(key.id) });
  const decoded = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) decoded.user = withBytes(options.user);
  for (const list of ["allowCredentials", "excludeCredentials"]) decoded[list] = options[list]?.map(withBytes);
  return decoded;
}

function encode(credential) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  response.transports = credential.response.getTransports?.() ?? [];
  return { id: credential.id, rawId: toText(credential.rawId), type: credential.type, response };
}
