// Writes iterscope_views/fonts: Inter, with the letters and signs of our pages, as woff2 for browsers and as TTF for PDF.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import subsetFont from "subset-font";

const range = (from, to) => String.fromCodePoint(...Array.from({ length: to - from + 1 }, (_, i) => from + i));
const SIGNS =
  "ƒαβγδεζηθικλμνξοπρστυφχψωΓΔΘΛΞΠΣΦΨΩ‐‑–—―‖‘’“”„†‡•…‰′″‹›⁄⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻₀₁₂₃₄₅₆₇₈₉₊₋ᵢⱼₗ€ℓ™←↑→↓↔⇒∂∆∇∈∏∑−∓√∞∫≈≠≤≥▲▶▼◀◆○●✓✕✗▾";
const text = range(0x20, 0x7e) + range(0xa0, 0x17f) + SIGNS;
const from = new URL("node_modules/inter-ui/", import.meta.url);
const to = new URL("iterscope_views/fonts/", import.meta.url);

mkdirSync(to, { recursive: true });
for (const [name, weight] of [
  ["Regular", 400],
  ["SemiBold", 600],
  ["Bold", 700],
]) {
  const font = readFileSync(new URL(`web/Inter-${name}.woff2`, from));
  writeFileSync(new URL(`inter-${weight}.woff2`, to), await subsetFont(font, text, { targetFormat: "woff2" }));
  if (weight < 700)
    writeFileSync(new URL(`inter-${weight}.ttf`, to), await subsetFont(font, text, { targetFormat: "truetype" }));
}
copyFileSync(new URL("LICENSE.txt", from), new URL("LICENSE.txt", to));
