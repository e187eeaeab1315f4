/** Builds the scripts into the server's static folder and prints what they weigh. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const OUT = new URL("../server/sayso_server/static/widget/", import.meta.url);
const SLOT = "__SAYSO_RULES__";
/** Files of their own, loaded when they are needed; all code until a popup ends with the first. */
const FURTHER = [
  "popup",
  "offline",
  "leftover",
  "show",
  "quiet",
  "datalayer",
  "aside",
  "live",
  "kinds",
  "flow",
  "resume",
  "routes",
  "zone",
  "moments",
  "embed",
  "inline",
  "button",
  "receipt",
  "debug",
  "answer",
];

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

const bundle = async (entry) => {
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
    plugins: [cssAsText],
    // Whatever a hostile page does to us while we start, it hears nothing of it.
    banner: { js: "try{" },
    footer: { js: "}catch{}" },
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

const weigh = (name, text) => {
  const brotli = brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
  }).length;
  const gzip = gzipSync(text, { level: 9 }).length;
  console.log(`${name}: ${Buffer.byteLength(text)} B, gzip ${gzip}, brotli ${brotli}`);
  return brotli;
};

const loader = await bundle("src/loader/sayso.ts");
if (loader.split(SLOT).length !== 2) throw new Error(`${SLOT} must occur exactly once`);
const further = {};
for (const name of FURTHER) further[name] = await bundle(`src/${name}/${name}.ts`);
// One hash for all: the loader knows the popup's name alone and finds the others beside it.
const hash = createHash("sha256").update(Object.values(further).join()).digest("hex").slice(0, 8);

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const names = { loader: "sayso.js" };
writeFileSync(new URL(names.loader, OUT), loader);
for (const name of FURTHER) {
  names[name] = `${name}.${hash}.js`;
  writeFileSync(new URL(names[name], OUT), further[name]);
}
writeFileSync(new URL("manifest.json", OUT), `${JSON.stringify(names)}\n`);

const example = readFileSync(new URL("test/three_surveys.json", import.meta.url), "utf8");
const rules = JSON.stringify(JSON.parse(example));
const first = weigh(
  "loader with three surveys' rules",
  loader.replace(SLOT, () => rules),
);
const [popup, ...others] = FURTHER;
const all = first + weigh(popup, further[popup]);
console.log(`until a popup: brotli ${all}`);
for (const name of others) weigh(name, further[name]);
if (first > 3_500 || all > 8_000) throw new Error("over budget: 3,500 B and 8,000 B in all");
