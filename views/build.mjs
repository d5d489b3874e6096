// Builds what iterscope_views holds: views.js, register.js and document.html. `--check` compares instead, and exits non-zero where they differ.
import { readFileSync, writeFileSync } from "node:fs";
import { build, transform } from "esbuild";

/** Styles become text, without what people need to read them. */
const styles = {
  name: "styles",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true, target: "es2022" });
      return { contents: code, loader: "text" };
    }),
};

const common = {
  minify: true,
  write: false,
  target: "es2022",
  legalComments: "none",
  loader: { ".html": "text" },
};
const outputs = [
  [
    "src/index.ts",
    "views.js",
    { bundle: true, format: "esm", jsx: "automatic", jsxImportSource: "preact", plugins: [styles] },
  ],
  ["src/register.js", "register.js", {}],
];
const texts = [["document.html", readFileSync(new URL("src/document.html", import.meta.url), "utf8")]];
for (const [entry, name, options] of outputs) {
  const built = await build({ ...common, ...options, entryPoints: [entry] });
  texts.push([name, built.outputFiles[0].text]);
}
for (const [name, text] of texts) {
  const file = new URL(`iterscope_views/${name}`, import.meta.url);
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    console.error(`views/iterscope_views/${name} is not what its sources build: run \`make views\``);
    process.exit(1);
  }
}
