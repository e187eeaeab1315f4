/** Builds the npm package @sayso/browser into dist/. */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { bundleApart } from "./apart.mjs";
import { bundle } from "./bundle.mjs";

const here = (path) => new URL(path, import.meta.url);
const OUT = here("dist/");
const FURTHER = readdirSync(here("src/")).filter((name) => existsSync(here(`src/${name}/loan.ts`)));

/** Each file becomes a function of what stands for its script element. */
const asFunction = {
  format: "esm",
  before: "export default __SAYSO_SCRIPT__=>{",
  after: "}",
  define: { "document.currentScript": "__SAYSO_SCRIPT__" },
};

/** Written out one by one, so that every bundler makes a chunk of each. */
const furtherFiles = {
  name: "further-files",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^further-files$/ }, () => ({ path: ".", namespace: "further-files" }));
    onLoad({ filter: /./, namespace: "further-files" }, () => ({
      contents: `export default {${FURTHER.map((name) => `${name}: () => import("./${name}.js")`)}}`,
    }));
  },
};

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT);
const write = (name, text) => writeFileSync(new URL(name, OUT), text);

const external = FURTHER.map((name) => `./${name}.js`);
const plugins = [furtherFiles];
write("loader.js", await bundleApart("package/load.ts", { ...asFunction, plugins, external }));
for (const name of FURTHER) write(`${name}.js`, await bundle(`src/${name}/${name}.ts`, asFunction));
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
