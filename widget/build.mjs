/** Builds the scripts into the server's static folder and prints what they weigh. */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundleApart } from "./apart.mjs";
import { bundle } from "./bundle.mjs";

const OUT = new URL("../server/sayso_server/static/widget/", import.meta.url);
/** What `sayso export-script` copies. */
const PINNED = new URL("../server/sayso_server/static/pinned/", import.meta.url);
const SLOT = "__SAYSO_RULES__";
/** Files of their own, loaded when they are needed; all code until a popup ends with the first. */
const FURTHER = [
  "popup",
  "offline",
  "leftover",
  "show",
  "tags",
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

const weigh = (name, text) => {
  const brotli = brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
  }).length;
  const gzip = gzipSync(text, { level: 9 }).length;
  console.log(`${name}: ${Buffer.byteLength(text)} B, gzip ${gzip}, brotli ${brotli}`);
  return brotli;
};

const hashOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8);

const loader = await bundle("src/loader/sayso.ts");
if (loader.split(SLOT).length !== 2) throw new Error(`${SLOT} must occur exactly once`);
const further = {};
for (const name of FURTHER) further[name] = await bundle(`src/${name}/${name}.ts`);
// One hash for all: the loader knows the popup's name alone and finds the others beside it.
const hash = hashOf(Object.values(further).join());

for (const folder of [OUT, PINNED]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
const names = { loader: "sayso.js" };
writeFileSync(new URL(names.loader, OUT), loader);
for (const name of FURTHER) {
  names[name] = `${name}.${hash}.js`;
  writeFileSync(new URL(names[name], OUT), further[name]);
}
writeFileSync(new URL("manifest.json", OUT), `${JSON.stringify(names)}\n`);

const seals = {};
for (const name of FURTHER) {
  // The page of a receipt's link is the server's own.
  if (name === "answer") continue;
  const digest = createHash("sha384").update(further[name]).digest("base64");
  seals[name] = [names[name], `sha384-${digest}`];
  writeFileSync(new URL(names[name], PINNED), further[name]);
}
const define = { __SAYSO_FILES__: JSON.stringify(seals) };
const pinned = await bundleApart("src/pinned/load.ts", { define });
writeFileSync(new URL(`sayso.${hashOf(pinned)}.js`, PINNED), pinned);

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
weigh("pinned script, without rules", pinned);
if (first > 3_850 || all > 8_700) throw new Error("over budget: 3,850 B and 8,700 B in all");
