/** Builds the loader for a script that does not come from the server: replaces some modules. */
import { bundle } from "./bundle.mjs";

const absolute = (path) => new URL(path, import.meta.url).pathname;

const IN_PLACE_OF = {
  "src/core/tag.ts": "src/builds/standalone_tag.ts",
  "src/core/has_rules.ts": "src/builds/standalone_rules.ts",
};
const NO_RULES = { version: 0, live: false, events: [], tracked: [], views: [] };

const inPlaceOf = (paths) => {
  const others = new Map(Object.entries(paths).map((pair) => pair.map(absolute)));
  return {
    name: "in-place-of",
    setup({ onResolve }) {
      onResolve({ filter: /^\.+\/.*\.ts$/ }, ({ path, resolveDir }) => {
        const other = others.get(absolute(`${resolveDir}/${path}`));
        return other && { path: other };
      });
    },
  };
};

/** `bring` is the path of the module that loads chunks; the other options go to `bundle`. */
export const bundleStandalone = (bring, { plugins = [], define = {}, ...more }) =>
  bundle("src/core/sayso.ts", {
    plugins: [inPlaceOf({ ...IN_PLACE_OF, "src/core/bring.ts": bring }), ...plugins],
    define: { __SAYSO_RULES__: JSON.stringify(NO_RULES), ...define },
    ...more,
  });
