/** A page whose dialog and panel are a library's; what is written in one is lost if it closes by itself. */
import { createElement as h, useRef, useState } from "react";
import { createRoot } from "react-dom/client";

const Draft = ({ name, keep }) => {
  const field = useRef(null);
  return h(
    "div",
    null,
    h("textarea", { "aria-label": `The ${name}`, ref: field }),
    h("button", { onClick: () => keep(field.current.value) }, `Keep the ${name}`),
  );
};

/** `Dialog` and `Panel` take `open`, `change(open)` and what stands in them; the panel opens itself. */
const Host = ({ Dialog, Panel }) => {
  const [count, setCount] = useState(0);
  const [kept, setKept] = useState("");
  const [open, setOpen] = useState("");
  const layer = (name) => ({
    open: open === name,
    change: (now) => setOpen(now ? name : ""),
    children: h(Draft, {
      name,
      keep: (text) => {
        setKept(text);
        setOpen("");
      },
    }),
  });
  return h(
    "main",
    null,
    h("button", { onClick: () => setCount(count + 1) }, `Count ${count}`),
    h("button", { onClick: () => setOpen("letter") }, "Write a letter"),
    h("output", null, kept),
    h(Dialog, layer("letter")),
    h(Panel, layer("note")),
  );
};

export const mount = (layers) =>
  createRoot(document.getElementById("app")).render(h(Host, layers));
