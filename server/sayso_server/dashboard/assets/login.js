// Posts the secret of a login link. It is in the fragment, which browsers do not send.
const form = document.querySelector("form[data-login]");

function open() {
  const secret = location.hash.slice(1);
  if (!secret) return;
  form.elements.secret.value = secret;
  form.requestSubmit();
}

addEventListener("hashchange", open);
open();
