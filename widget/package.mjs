/** Builds the npm package @sayso/browser into dist/. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { bundle } from "./bundle.mjs";
import { CHUNKS } from "./chunks.mjs";
import { bundleStandalone } from "./standalone.mjs";

const here = (path) => new URL(path, import.meta.url);
const OUT = here("dist/");
const NAMES = Object.keys(CHUNKS);

/** Turns each file into a function that takes a substitute for its script element. */
const asFunction = {
  before: "export default __SAYSO_SCRIPT__=>{",
  after: "}",
  define: { "document.currentScript": "__SAYSO_SCRIPT__" },
};

/** Each import is written out, so that every bundler makes a chunk of it. */
const chunkModules = {
  name: "chunks",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^chunks$/ }, () => ({ path: ".", namespace: "chunks" }));
    onLoad({ filter: /./, namespace: "chunks" }, () => ({
      contents: `export default {${NAMES.map((name) => `${name}: () => import("./${name}.js")`)}}`,
    }));
  },
};

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
const write = (name, text) => writeFileSync(new URL(name, OUT), text);

const external = NAMES.map((name) => `./${name}.js`);
const plugins = [chunkModules];
write(
  "loader.js",
  await bundleStandalone("src/builds/package_bring.ts", { ...asFunction, plugins, external }),
);
for (const name of NAMES) write(`${name}.js`, await bundle(CHUNKS[name], asFunction));
await build({
  entryPoints: [here("package/index.ts").pathname],
  bundle: true,
  external: ["./loader.js"],
  format: "esm",
  target: "es2021",
  outfile: new URL("index.js", OUT).pathname,
  tsconfigRaw: {},
});
const { status } = spawnSync(
  process.execPath,
  [here("node_modules/typescript/bin/tsc").pathname, "-p", here("package").pathname],
  { stdio: "inherit" },
);
if (status !== 0) throw new Error("the package's types were not written");
for (const name of ["package.json", "README.md"])
  copyFileSync(here(`package/${name}`), new URL(name, OUT));
copyFileSync(here("../LICENSE"), new URL("LICENSE", OUT));
