// Builds iterscope_views/views.js and register.js. `--check` compares instead, and exits non-zero where they differ.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const common = { minify: true, write: false, target: "es2022", legalComments: "none", loader: { ".css": "text" } };
const outputs = [
  ["src/index.ts", "views.js", { bundle: true, format: "esm", jsx: "automatic", jsxImportSource: "preact" }],
  ["src/register.js", "register.js", {}],
];
for (const [entry, name, options] of outputs) {
  const built = await build({ ...common, ...options, entryPoints: [entry] });
  const text = built.outputFiles[0].text;
  const file = new URL(`iterscope_views/${name}`, import.meta.url);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(`views/iterscope_views/${name} is not what its sources build: run \`make views\``);
    process.exit(1);
  }
}
