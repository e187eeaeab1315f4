/**
 * The page of a receipt's link: what was said, to be changed or deleted. The link's secret stands
 * behind #, which no browser sends; it goes out in bodies only.
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

// Another link put into the same tab is another page.
addEventListener("hashchange", open);
open();
