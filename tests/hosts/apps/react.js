/** A whole document that React renders on the server and takes over once the popup stands in it. */
import { StrictMode, createElement as h, useEffect, useState } from "react";
import { hydrateRoot } from "react-dom/client";
import { renderToString } from "react-dom/server";
import { whenAsked } from "./when_asked.js";

const Host = () => {
  const [view, setView] = useState("first");
  const [count, setCount] = useState(0);
  useEffect(() => {
    window.hydrated = true;
  }, []);
  const go = () => {
    history.pushState({}, "", "?second-view");
    setView("second");
  };
  return h(
    "html",
    { lang: "en" },
    h(
      "head",
      null,
      h("title", null, "Host"),
      h("link", { rel: "icon", href: "data:," }),
      h("script", { async: true, src: "app.js" }),
      h("script", { async: true, crossOrigin: "", src: "SAYSO" }),
    ),
    h(
      "body",
      null,
      h("h1", null, `The ${view} view`),
      h("button", { onClick: () => setCount(count + 1) }, `Count ${count}`),
      h("button", { onClick: go }, "Go on"),
    ),
  );
};

const app = h(StrictMode, null, h(Host));
if (typeof document === "undefined") console.log(`<!doctype html>${renderToString(app)}`);
else whenAsked(() => hydrateRoot(document, app));
