/**
 * Keeps a popup that is half answered for the page that follows in this tab, and opens it there.
 * Loaded once something is typed or a second question is asked, and where an earlier page has left one.
 */
import { leaver, left } from "./left.ts";
import { goOn, key, ready, recall } from "./loan.ts";

const ask = left(key, recall(""));
ready(leaver(key, () => recall(""), ask));
if (ask) goOn(ask);
