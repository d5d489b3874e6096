// Writes src/api.ts from the service's OpenAPI document. `--check` compares instead, and exits non-zero where they differ.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const python = process.env.PYTHON ?? "python3";
const program = "import json; from iterscope_backend.app import create_app; print(json.dumps(create_app().openapi()))";
const schema = JSON.parse(execFileSync(python, ["-c", program], { maxBuffer: 1 << 28 }).toString());
const text = `// Generated from the OpenAPI document by types.mjs.\n${astToString(await openapiTS(schema))}`;
const file = new URL("src/api.ts", import.meta.url);
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error("views/src/api.ts differs from the service's OpenAPI document: run `make views`");
  process.exit(1);
}
