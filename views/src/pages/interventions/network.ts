/** What the strip shows of a network: where hidden states change their shape, and how large bars are and of which colour. */

import { css, type Look, lossRamp, mixed, ramp } from "../../charts/look";
import type { Range } from "../../charts/spec";
import type { Block } from "../../plan";
import type { Schemas } from "../../sources/source";
import type { Colour } from "../../state";
import { number } from "../../text";

type Shapes = readonly (readonly number[])[];

/** The blocks, and for each the kind of hidden state behind it. A block runs on what the one before it leaves. */
export interface Network {
  readonly blocks: readonly Block[];
  readonly kinds: readonly string[];
}

/** `shapes`: of the hidden state behind each block; until they are known, each stage counts as a shape of its own. */
export function networkOf(blocks: readonly Block[], shapes: Shapes | null): Network {
  return { blocks, kinds: blocks.map(({ stage }, i) => shapes?.[i]?.join() ?? `stage ${stage}`) };
}

const TALLEST = 58; // px, of the bars with the highest resolution
const LOWEST = 16;

export interface Size {
  readonly height: number; // px
  readonly width: number; // in widths of the narrowest bar
}

/** Taller for a higher resolution, wider for more channels. Unknown: each stage doubles the channels and halves the height. */
export function sizesOf(blocks: readonly Block[], shapes: Shapes | null): Size[] {
  const all: Shapes = shapes ?? blocks.map(({ stage }) => [2 ** stage, 2 ** -stage, 2 ** -stage]);
  const highest = Math.max(...all.map((shape) => shape[1] ?? 1));
  const fewest = Math.min(...all.map((shape) => shape[0] ?? 1));
  return all.map(([channels = 1, height = 1]) => ({
    height: Math.max(LOWEST, TALLEST * Math.sqrt(height / highest)),
    width: (channels / fewest) ** 0.25,
  }));
}

export const shapeText = (shapes: Shapes | null, block: number): string => shapes?.[block]?.join("\u202f×\u202f") ?? "";

/* ---- values and their colours ---- */

/** What was measured on the untouched network. */
export interface Measured {
  readonly metrics: Schemas["BlockMetricsResult"] | undefined;
  readonly drop: Schemas["DropResult"] | undefined;
}

/** A metric's value at each block; of dropping, the change in accuracy, in points. */
export function valuesOf({ metrics, drop }: Measured, colour: Colour): readonly number[] {
  if (colour !== "drop") {
    const summary = colour === "cosine" ? metrics?.cosine_loss : metrics?.l2_ratio;
    return (summary?.mean ?? []).map(number);
  }
  const found: number[] = [];
  const whole = number(drop?.baseline.accuracy);
  for (const { blocks, accuracy } of drop?.plans ?? []) {
    if (blocks.length === 1) found[blocks[0]!] = 100 * (number(accuracy) - whole);
  }
  return found;
}

/** The ends of the colours. The first blocks' ratios tower over the others': their colours end at the ninth decile. */
export function limitsOf(values: readonly number[], colour: Colour): Range | null {
  const known = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (!known.length) return null;
  if (colour === "ratio") return [0, known[Math.floor(0.9 * (known.length - 1))] || 1];
  const most = Math.max(...known.map(Math.abs)) || 1e-9;
  return colour === "cosine" ? [-most, most] : [-most, 0];
}

export const rampOf = (colour: Colour, look: Look): readonly string[] =>
  colour === "drop" ? lossRamp(look) : ramp(colour === "cosine", look);

/** The colour of each block; null where nothing is known. */
export function fillsOf(measured: Measured, colour: Colour, look: Look): (string | null)[] {
  const values = valuesOf(measured, colour);
  const limits = limitsOf(values, colour);
  const stops = rampOf(colour, look);
  return Array.from(values, (value) =>
    limits && Number.isFinite(value) ? css(mixed(stops, (value - limits[0]) / (limits[1] - limits[0] || 1))) : null,
  );
}
