// Sends forms without leaving the page; without this script they are ordinary POSTs.
"use strict";

const find = (selector) => document.querySelector(selector);

const show = ({ said, line, basket, visits }) => {
  find("[data-said]").textContent = said;
  find("[data-basket]").textContent = basket || "";
  if (line) {
    find("[data-line]").textContent = line;
    find("[data-happened]").hidden = false;
  }
  const stamps = [...document.querySelectorAll("[data-stamp]")];
  const stamped = visits && ((visits - 1) % stamps.length) + 1;
  for (const stamp of stamps) {
    stamp.classList.toggle("stamped", Number(stamp.dataset.stamp) <= stamped);
  }
};

const send = async (form) => {
  const reply = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { Accept: "application/json" },
  });
  if (!reply.ok) throw new Error(`the shop answered ${reply.status}`);
  show(await reply.json());
  if ("once" in form.dataset) {
    form.remove();
    find("[data-after]").hidden = false;
  }
};

const sending = new WeakSet();

for (const form of document.querySelectorAll("form[data-stay]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending.has(form)) return;
    sending.add(form);
    send(form)
      .catch(() => {
        find("[data-said]").textContent = "The shop did not answer. Please try once more.";
      })
      .finally(() => sending.delete(form));
  });
}

// Another person uses the browser from now on, as after a log-out.
for (const form of document.querySelectorAll("form[data-sign-out]")) {
  form.addEventListener("submit", () => (window.sayso ??= []).push(["reset"]));
}
