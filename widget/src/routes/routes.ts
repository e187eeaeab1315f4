/**
 * Loaded only by browsers without the Navigation API: tells of changes of the route. handover.ts says
 * how it meets the loader.
 */
import { listen } from "../quietly.ts";
import { moved, ready } from "./loan.ts";

listen(window, "popstate hashchange", moved);
for (const name of ["pushState", "replaceState"] as const) {
  const original = history[name];
  history[name] = function (...args) {
    original.apply(this, args);
    moved();
  };
}
ready(undefined);
