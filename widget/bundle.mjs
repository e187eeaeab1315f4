/** Bundles an entry and its imports into one script. */
import { build } from "esbuild";
import { minify } from "terser";

/** `import css from "./x.css?raw"` returns the minified CSS, with its imports, as text. */
const cssAsText = {
  name: "css-as-text",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.css\?raw$/ }, ({ path, resolveDir }) => ({
      path: `${resolveDir}/${path.replace("?raw", "")}`,
      namespace: "css-as-text",
    }));
    onLoad({ filter: /./, namespace: "css-as-text" }, async ({ path }) => {
      const { outputFiles } = await build({
        entryPoints: [path],
        bundle: true,
        minify: true,
        write: false,
      });
      // esbuild keeps the space before a custom property's value, although it is insignificant.
      const contents = outputFiles[0].text.trim().replace(/(--[\w-]+): /g, "$1:");
      return { contents, loader: "text" };
    });
  },
};

/** Short names for properties that end in an underscore, shared by all bundles of a build. */
let mangleCache = {};

/** `before` and `after` are put around the code; `more` is passed to esbuild. */
export const bundle = async (entry, { before = "", after = "", plugins = [], ...more } = {}) => {
  const built = await build({
    entryPoints: [new URL(entry, import.meta.url).pathname],
    bundle: true,
    // terser shortens the names: it compresses less if esbuild has already shortened them.
    minifySyntax: true,
    minifyWhitespace: true,
    write: false,
    format: "esm",
    target: "es2021",
    charset: "utf8",
    legalComments: "none",
    tsconfigRaw: {},
    mangleProps: /_$/,
    mangleCache,
    plugins: [cssAsText, ...plugins],
    ...more,
  });
  mangleCache = built.mangleCache;
  // terser saves another 6 % or so (brotli).
  const { code } = await minify(built.outputFiles[0].text, {
    ecma: 2020,
    toplevel: true,
    compress: {
      passes: 6,
      pure_getters: true,
      unsafe: true,
      // Our code never compares values that may be NaN.
      unsafe_comps: true,
      unsafe_arrows: true,
      unsafe_methods: true,
    },
  });
  // The function is added after terser, which would inline it and make its variables globals. The
  // try hides errors at start, for example on a hostile page.
  return `${before}try{(()=>{${code.replace(/;$/, "")}})()}catch{}${after}`;
};
