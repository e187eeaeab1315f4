/** One script out of an entry and all that it imports. */
import { build } from "esbuild";
import { minify } from "terser";

/** `import css from "./x.css?raw"` gives the minified text with what it imports. */
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
      // esbuild keeps the space before a custom property's value, where it means nothing.
      const contents = outputFiles[0].text.trim().replace(/(--[\w-]+): /g, "$1:");
      return { contents, loader: "text" };
    });
  },
};

/** How names that end in an underscore are shortened: alike in all that is built together. */
let mangleCache = {};

/** `before` and `after` stand around the code; `more` goes to esbuild. */
export const bundle = async (entry, { before = "", after = "", plugins = [], ...more } = {}) => {
  const built = await build({
    entryPoints: [new URL(entry, import.meta.url).pathname],
    bundle: true,
    // Names are left to terser, which makes less of those that are short already.
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
  // esbuild alone leaves some 6 % (brotli) that terser finds.
  const { code } = await minify(built.outputFiles[0].text, {
    ecma: 2020,
    toplevel: true,
    compress: {
      passes: 6,
      pure_getters: true,
      unsafe: true,
      // Nothing of ours compares what may be NaN.
      unsafe_comps: true,
      unsafe_arrows: true,
      unsafe_methods: true,
    },
  });
  // The function comes last: terser would dissolve it, and its variables would be the page's globals.
  // Whatever a hostile page does to us while we start, it hears nothing of it.
  return `${before}try{(()=>{${code.replace(/;$/, "")}})()}catch{}${after}`;
};
