/**
 * Keeps a popup that is half answered for the page that follows in this tab, and opens it there.
 * Loaded once a second question is asked, and where an earlier page has left one.
 */
import type { Ask } from "../handover.ts";
import { leave, left } from "./left.ts";
import { goOn, key, ready, recall } from "./loan.ts";

const ask = left(key, recall(""));
ready((now?: Ask) => leave(key, recall(""), now));
if (ask) goOn(ask);
