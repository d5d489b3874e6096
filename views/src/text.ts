/** Numbers and names as they are shown. */

/** Control, bidirectional and invisible characters, as in iterscope_guard/text.py: a name from a file can't deceive a reader. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** A name on one line, with every character that can't be seen written as an escape. */
export function visible(text: string): string {
  return text.toWellFormed().replace(HIDDEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code === 10) return "\\n";
    if (code === 9) return "\\t";
    const hex = code.toString(16);
    if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
    return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
  });
}

/** From here on numbers are written with a power of ten, such as the loss of a plan that explodes. */
export const LARGE = 1e6;

/** 14 → "10¹⁴". */
export const powerOfTen = (power: number): string =>
  `10${power < 0 ? "⁻" : ""}${[...String(Math.abs(power))].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("")}`;

/** 7.162e14 → "7.16 × 10¹⁴". */
export function scientific(value: number, digits: number): string {
  const [shown = "", power = ""] = value.toExponential(digits).replace("-", "−").split("e");
  return `${shown}\u00a0×\u00a0${powerOfTen(Number(power.replace("−", "-")))}`;
}

/** 0.1234 → "0.123", with a true minus sign, and 7.2e14 → "7.20 × 10¹⁴"; an undefined number is a dash. */
export function signed(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (Math.abs(value) >= LARGE) return scientific(value, 2);
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** The ends of a key of colours, short, and with digits enough to tell them apart: [0, 0.004] → "0.0000", "0.0040". */
export function endsText(ends: readonly number[]): string[] {
  const most = Math.max(...ends.map(Math.abs));
  if (ends.every(Number.isInteger) || most >= 10) return ends.map((end) => signed(end, 0));
  return ends.map((end) => signed(end, Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(most))))));
}

/** 0.978 → "97.8 %", with a space that doesn't break. */
export function percent(share: number | null | undefined, digits = 1): string {
  const text = signed(share === null || share === undefined ? share : 100 * share, digits);
  return text === "–" ? text : `${text}\u00a0%`;
}

/** 1234 → "1,234". */
export const count = (value: number): string => value.toLocaleString("en");

/** "1 image", "2 images". */
export const plural = (value: number, word: string): string => `${count(value)} ${word}${value === 1 ? "" : "s"}`;

/** A JSON number of the service → number: null is NaN. */
export function number(value: number | string | null | undefined): number {
  if (typeof value === "number") return value;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  return value === "-Infinity" ? Number.NEGATIVE_INFINITY : Number.NaN;
}

/** [3, 4, 5, 9] → "3-5,9". */
export function rangesText(values: Iterable<number>): string {
  const parts: [number, number][] = [];
  for (const value of [...values].sort((a, b) => a - b)) {
    const last = parts.at(-1);
    if (last && last[1] === value - 1) last[1] = value;
    else parts.push([value, value]);
  }
  return parts.map(([start, stop]) => (start === stop ? `${start}` : `${start}-${stop}`)).join(",");
}

/** "3-5,9" → [3, 4, 5, 9]; null if it is no such list. */
export function rangesOf(text: string): number[] | null {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (!(first <= last)) return null;
    for (let value = first; value <= last; value += 1) found.add(value);
  }
  return [...found].sort((a, b) => a - b);
}

/** Seconds → "1 min 15 s". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
