/** The loader of a script that does not come from the server: some of its modules are others. */
import { bundle } from "./bundle.mjs";

const absolute = (path) => new URL(path, import.meta.url).pathname;

const IN_PLACE_OF = {
  "src/loader/tag.ts": "src/apart/tag.ts",
  "src/loader/has_rules.ts": "src/apart/has_rules.ts",
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

/** `load` is the module that brings further files; the rest is as `bundle` takes it. */
export const bundleApart = (load, { plugins = [], define = {}, ...more }) =>
  bundle("src/loader/sayso.ts", {
    plugins: [inPlaceOf({ ...IN_PLACE_OF, "src/loader/load.ts": load }), ...plugins],
    define: { __SAYSO_RULES__: JSON.stringify(NO_RULES), ...define },
    ...more,
  });
