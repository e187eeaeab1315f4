/**
 * Loaded only by browsers without the Navigation API: tells of changes of the route. chunks.ts says
 * how it meets the loader.
 */

import { moved, ready } from "../core/from_loader.ts";
import { listen } from "../core/quietly.ts";

listen(window, "popstate hashchange", moved);
for (const name of ["pushState", "replaceState"] as const) {
  const original = history[name];
  history[name] = function (...args) {
    original.apply(this, args);
    moved();
  };
}
ready(undefined);
