/**
 * The page behind a receipt link, to change or delete a response. The link's secret is in the
 * fragment, which browsers do not send; we send the secret only in bodies.
 */

import css from "./answer.css?raw";
import { call } from "./call.ts";
import { page, sentence } from "./page.ts";

const { ended = "", failed = "" } = (document.currentScript as HTMLScriptElement).dataset;
const sheet = new CSSStyleSheet();
sheet.replaceSync(css);
document.adoptedStyleSheets = [sheet];

const open = async (): Promise<void> => {
  const secret = location.hash.slice(1);
  const reply = await call("", secret);
  if (reply === "ended") sentence(ended);
  else if (reply === "failed") sentence(failed);
  else page(reply, secret, sheet, sentence);
};

// Another link in the same tab opens another response.
addEventListener("hashchange", open);
open();
