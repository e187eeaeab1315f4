// Refreshes a results page: polls its changing part and patches only the differences into the DOM,
// so that focus, selection, scroll position and open <details> are kept.
const shown = document.querySelector("[data-fragment]");
const away = document.getElementById("away");
const every = Number(shown.dataset.every);
const SLOWEST = 10_000;
let tag = shown.dataset.tag;
let failures = 0;
let next;
let asking;

async function refresh() {
  clearTimeout(next);
  asking?.abort();
  if (document.hidden) return;
  asking = new AbortController();
  const { signal } = asking;
  try {
    const reply = await fetch(shown.dataset.fragment, {
      headers: { "If-None-Match": tag },
      signal: AbortSignal.any([signal, AbortSignal.timeout(SLOWEST)]),
    });
    if (reply.status === 401 || reply.status === 404) return location.reload();
    if (reply.status !== 304) {
      if (!reply.ok) throw new Error(reply.statusText);
      const text = await reply.text();
      tag = reply.headers.get("ETag");
      matchChildren(shown, new DOMParser().parseFromString(text, "text/html").body);
    }
    failures = 0;
  } catch {
    if (signal.aborted) return; // the page was left, or another refresh has started
    failures += 1;
  }
  const lost = failures > 1; // a single failure is not shown
  if (away.hidden === lost) away.hidden = !lost;
  next = setTimeout(refresh, Math.min(every * 2 ** failures, Math.max(every, SLOWEST)));
}

function match(old, wanted) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!wanted.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of wanted.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  matchChildren(old, wanted);
}

// A child with an id is matched by its id; any other by the next sibling with the same node name.
function matchChildren(old, wanted) {
  let cursor = old.firstChild;
  const removeCurrent = () => {
    const removed = cursor;
    cursor = removed.nextSibling;
    removed.remove();
  };
  for (const child of [...wanted.childNodes]) {
    let kept = child.id ? old.children.namedItem(child.id) : cursor;
    while (kept && !child.id && (kept.id || kept.nodeName !== child.nodeName))
      kept = kept.nextSibling;
    while (kept && cursor && cursor !== kept && !cursor.id) removeCurrent();
    if (kept && kept === cursor) cursor = cursor.nextSibling;
    else old.insertBefore(kept ?? child, cursor);
    if (kept) match(kept, child);
  }
  while (cursor) removeCurrent();
}

document.addEventListener("visibilitychange", refresh);
addEventListener("online", refresh);
next = setTimeout(refresh, every);
