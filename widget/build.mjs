/**
 * Builds the scripts into the server's static folder. Prints each script's size and its change
 * since the previous build. Fails if the loader or the popup exceeds its budget.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle } from "./bundle.mjs";
import { ANSWER_PAGE, CHUNKS } from "./chunks.mjs";
import { bundleStandalone } from "./standalone.mjs";

/** Budgets in bytes (brotli): the loader with three surveys' rules, and all code up to a popup. */
const LOADER_AT_MOST = 3_900;
const POPUP_AT_MOST = 8_900;

const OUT = new URL("../server/sayso_server/static/widget/", import.meta.url);
/** The folder that `sayso export-script` copies. */
const PINNED = new URL("../server/sayso_server/static/pinned/", import.meta.url);
const SLOT = "__SAYSO_RULES__";
const RULES = JSON.stringify(
  JSON.parse(readFileSync(new URL("test/three_surveys.json", import.meta.url), "utf8")),
);

const withRules = (script) => script.replace(SLOT, () => RULES);

const brotli = (text) =>
  brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;

const hashOf = (text) => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** Bytes (brotli) of each file in the previous build, by its name in the manifest. */
const sizesBefore = () => {
  const manifest = new URL("manifest.json", OUT);
  if (!existsSync(manifest)) return {};
  const files = Object.entries(JSON.parse(readFileSync(manifest, "utf8")));
  const size = (file) => brotli(withRules(readFileSync(new URL(file, OUT), "utf8")));
  return Object.fromEntries(files.map(([name, file]) => [name, size(file)]));
};

const before = sizesBefore();

const weigh = (name, text, title = name) => {
  const size = brotli(text);
  const change = before[name] === undefined ? 0 : size - before[name];
  const sign = change > 0 ? "+" : "";
  const gzip = gzipSync(text, { level: 9 }).length;
  console.log(
    `${title}: ${Buffer.byteLength(text)} B, gzip ${gzip}, brotli ${size}${change ? ` (${sign}${change})` : ""}`,
  );
  return size;
};

const chunks = {};
for (const name in CHUNKS) chunks[name] = await bundle(CHUNKS[name]);
const served = { ...chunks, answer: await bundle(ANSWER_PAGE) };
// The loader and the chunks share one hash, because they only work with the same build.
const hash = hashOf(Object.values(served).join());
const loader = await bundle("src/core/sayso.ts", {
  define: { __SAYSO_BUILD__: JSON.stringify(hash) },
});
if (loader.split(SLOT).length !== 2) throw new Error(`${SLOT} must occur exactly once`);

for (const folder of [OUT, PINNED]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
const names = { loader: "sayso.js" };
writeFileSync(new URL(names.loader, OUT), loader);
for (const name in served) {
  names[name] = `${name}.${hash}.js`;
  writeFileSync(new URL(names[name], OUT), served[name]);
}
writeFileSync(new URL("manifest.json", OUT), `${JSON.stringify(names)}\n`);

const seals = {};
for (const name in chunks) {
  const digest = createHash("sha384").update(chunks[name]).digest("base64");
  seals[name] = [names[name], `sha384-${digest}`];
  writeFileSync(new URL(names[name], PINNED), chunks[name]);
}
const define = { __SAYSO_FILES__: JSON.stringify(seals) };
const pinned = await bundleStandalone("src/builds/pinned_bring.ts", { define });
writeFileSync(new URL(`sayso.${hashOf(pinned)}.js`, PINNED), pinned);

const first = weigh("loader", withRules(loader), "loader with three surveys' rules");
const all = first + weigh("popup", chunks.popup);
for (const name in served) if (name !== "popup") weigh(name, served[name]);
weigh("pinned", pinned, "pinned script, without rules");
console.log(`loader: ${first} of ${LOADER_AT_MOST} B, ${LOADER_AT_MOST - first} left`);
console.log(`until a popup: ${all} of ${POPUP_AT_MOST} B, ${POPUP_AT_MOST - all} left`);
if (first > LOADER_AT_MOST || all > POPUP_AT_MOST) throw new Error("over budget");
