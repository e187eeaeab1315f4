// Parses each script of a JSON file, and says which cannot be parsed. Run in widget/, which has esbuild.
const { readFileSync } = require("node:fs");
const { transform } = require("node:module").createRequire(`${process.cwd()}/`)("esbuild");

const scripts = JSON.parse(readFileSync(process.argv[2], "utf8"));

(async () => {
  for (const { at, loader, text } of scripts) {
    await transform(text, { loader, logLevel: "silent" }).catch((error) => {
      console.log(at, error.message);
      process.exitCode = 1;
    });
  }
})();
