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

/** `before` and `after` stand around the code; `more` goes to esbuild. */
export const bundle = async (entry, { before = "", after = "", plugins = [], ...more } = {}) => {
  const { outputFiles } = await build({
    entryPoints: [new URL(entry, import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2021",
    charset: "utf8",
    legalComments: "none",
    tsconfigRaw: {},
    plugins: [cssAsText, ...plugins],
    // Whatever a hostile page does to us while we start, it hears nothing of it.
    banner: { js: `${before}try{` },
    footer: { js: `}catch{}${after}` },
    ...more,
  });
  // esbuild alone leaves some 6 % (brotli) that terser finds.
  const { code } = await minify(outputFiles[0].text, {
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
  return code;
};
