/** Every colour of the views, light and dark. Curves keep their colour on both; what lies behind them changes. */

export interface Look {
  readonly dark: boolean;
  readonly paper: string;
  readonly ink: string;
  readonly muted: string;
  readonly grid: string;
  readonly font: string;
}

export const FONT = "Inter, ui-sans-serif, system-ui, sans-serif";
export const LIGHT: Look = {
  dark: false,
  paper: "#ffffff",
  ink: "#1c2028",
  muted: "#59606f",
  grid: "#e6e8ec",
  font: FONT,
};
export const DARK: Look = {
  dark: true,
  paper: "#16191f",
  ink: "#e6e9f0",
  muted: "#a2aaba",
  grid: "#2a2f39",
  font: FONT,
};

/** A line in the page's ink: the element around it says which, so that a file of a dark page has dark ink. */
export const INK = "currentColor";
export const VALIDATION = "#3b78e7";
export const TRAIN = "#e8710a";
export const UNTOUCHED = "#8a93a3";
export const CHANGED = VALIDATION;
export const SPLIT_COLOURS = { train: TRAIN, validation: VALIDATION } as const;
export const SPLIT_DASHES = { train: "dot", validation: "solid" } as const;
export const GROUP_COLOURS: Readonly<Record<string, string>> = {
  all: VALIDATION,
  correct: "#12a37f",
  borderline: "#d9480f",
};
export const GROUP_DASHES: Readonly<Record<string, Dash>> = { all: "solid", correct: "dot", borderline: "dash" };
export const GROUP_MARKERS: Readonly<Record<string, Marker>> = {
  all: "circle",
  correct: "square",
  borderline: "triangle",
};
export const CATEGORIES = [
  "#3b78e7",
  "#e8710a",
  "#12a37f",
  "#c2459b",
  "#8a6fdf",
  "#b08900",
  "#0f9fb5",
  "#d9480f",
] as const;

export type Dash = "solid" | "dot" | "dash" | "longdash";
export type Marker = "circle" | "square" | "triangle" | "tick";
/** SVG's dash pattern, in widths of the line. */
export const DASHES: Readonly<Record<Dash, readonly number[]>> = {
  solid: [],
  dot: [0.1, 2.1],
  dash: [3, 2.5],
  longdash: [6, 3],
};
/** One style for each of several runs. */
export const RUN_DASHES: readonly Dash[] = ["solid", "dash", "dot", "longdash"];

/** Sequential, lightness rising throughout (safe for the colour-blind), trimmed so that both ends show on white and on dark. */
export const DEPTH = ["#5b4bd3", "#3f74c9", "#2592a8", "#3aa77a", "#86b03f", "#d1ab1c"] as const;
const SEQUENTIAL = ["#16325c", "#2a6a9e", "#3fa0a8", "#9fce8a", "#fbf3b4"] as const;
/** The middle, where a value means nothing, is the colour of the paper. */
const DIVERGING = ["#1f5fbf", "#7fb0ea", "#f3f1ec", "#f0a868", "#c2500a"] as const;
const DIVERGING_DARK = ["#7fb4ff", "#3c6fb5", "#20242c", "#a5622a", "#ffa65c"] as const;

type Ramp = readonly string[];
type Rgb = readonly [number, number, number];

export const ramp = (diverging: boolean, look: Look): Ramp =>
  diverging ? (look.dark ? DIVERGING_DARK : DIVERGING) : SEQUENTIAL;
/** What the colours of a key are of. */
export type Scale = "depth" | "sequential" | "diverging";
export const scaleRamp = (scale: Scale, look: Look): Ramp =>
  scale === "depth" ? DEPTH : ramp(scale === "diverging", look);
/** From no loss to a large one. */
export const lossRamp = (look: Look): Ramp => ramp(true, look).slice(2).toReversed();

/** Not by parseInt, which Dash's page replaces by one that is a hundred times slower. */
const channels = (hex: string): Rgb => [1, 3, 5].map((at) => Number(`0x${hex.slice(at, at + 2)}`)) as unknown as Rgb;

/** The colour of a ramp at 0 to 1. */
export function mixed(stops: Ramp, share: number): Rgb {
  const scaled = Math.min(1, Math.max(0, share)) * (stops.length - 1);
  const low = Math.min(Math.floor(scaled), stops.length - 2);
  const [start, end] = [channels(stops[low]!), channels(stops[low + 1]!)];
  return start.map((channel, i) => Math.round(channel + (end[i]! - channel) * (scaled - low))) as unknown as Rgb;
}

export const css = (colour: Rgb): string => `rgb(${colour.join(",")})`;
export const depthColour = (block: number, count: number): string => css(mixed(DEPTH, block / Math.max(1, count - 1)));

/** Black or white, whichever is read better on a colour. */
export function inkOn(colour: Rgb): string {
  const [r, g, b] = colour.map((channel) => {
    const c = channel / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000000" : "#ffffff";
}
