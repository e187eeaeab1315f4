/** Bundles an application's main.js into its out/: node bundle.mjs TOOLS_OF FOLDER esbuild|vite */
import { createRequire } from "node:module";

const [, , tools, folder, bundler] = process.argv;
const { resolve } = createRequire(`${tools}/package.json`);
const { build } = await import(resolve(bundler));

const options = {
  esbuild: {
    absWorkingDir: folder,
    entryPoints: ["main.ts"],
    outdir: "out",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
  },
  vite: {
    root: folder,
    logLevel: "warn",
    build: {
      outDir: "out",
      modulePreload: false,
      rollupOptions: {
        input: `${folder}/main.ts`,
        output: { entryFileNames: "main.js", assetFileNames: "[name][extname]" },
      },
    },
  },
};
await build(options[bundler]);
