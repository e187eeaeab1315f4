/**
 * Loaded only by browsers without the Navigation API: detects route changes. See chunks.ts for its
 * interface.
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
