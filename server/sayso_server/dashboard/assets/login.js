// Posts the secret of a login link, which only the page can see: it stands in the fragment.
const form = document.querySelector("form[data-login]");

function open() {
  const secret = location.hash.slice(1);
  if (!secret) return;
  form.elements.secret.value = secret;
  form.requestSubmit();
}

addEventListener("hashchange", open);
open();
