/** A chart as data: axes, and layers from back to front. Drawing, reading out, CSV and export work on any of them. */

import type { Block } from "../plan";
import type { Dash, Marker, Scale } from "./look";

export type Numbers = ArrayLike<number>;
export type Range = readonly [number, number];

export interface Axis {
  readonly title: string;
  readonly range: Range;
  readonly log?: boolean;
  /** Ticks at multiples of this; otherwise at round numbers. */
  readonly step?: number;
  /** Named ticks. */
  readonly names?: readonly (readonly [number, string])[];
  readonly grid?: boolean;
}

export interface Line {
  readonly kind: "line";
  readonly name: string;
  readonly x: Numbers;
  readonly y: Numbers; // NaN leaves a gap
  readonly colour: string;
  readonly width: number;
  readonly dash?: Dash;
  readonly marker?: Marker;
  readonly size?: number; // of the marker, px
  readonly hollow?: readonly boolean[]; // a diamond instead of the marker
  readonly opacity?: number;
  readonly bare?: boolean; // markers without a line
  /** Left out of legend and readout. */
  readonly quiet?: boolean;
}
export interface Band {
  readonly kind: "band";
  readonly name: string;
  readonly x: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
  readonly colour: string;
}
/** A line across the plot. */
export interface Rule {
  readonly kind: "rule";
  readonly along: "x" | "y"; // the axis that it has its position on
  readonly at: number;
  readonly colour: string;
  readonly dash?: Dash;
  readonly name?: string;
  readonly label?: string;
}
/** A stripe across the plot. */
export interface Stripe {
  readonly kind: "stripe";
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}
/** Bars from low to high: whiskers along x, or columns that stand at `y` of the x axis. */
export interface Bars {
  readonly kind: "bars";
  readonly columns?: boolean;
  readonly name: string;
  readonly y: Numbers;
  readonly low: Numbers;
  readonly high: Numbers;
  /** What the two ends are called where they are not low and high. */
  readonly ends?: readonly [string, string];
  readonly colour: string;
}
/** Values in cells: columns at x, rows at y. */
export interface Cells {
  readonly kind: "cells";
  readonly name: string;
  readonly x: Numbers;
  readonly rows: readonly Numbers[]; // one for each column: the values from the lowest row up
  readonly limits: Range;
  readonly diverging: boolean;
}
export type Layer = Line | Band | Rule | Stripe | Bars | Cells;

export interface Chart {
  readonly x: Axis;
  readonly y: Axis;
  readonly layers: readonly Layer[];
  readonly heading?: string;
  readonly blocks?: readonly Block[]; // along x: borders and names of the stages
  readonly scale?: { readonly title: string; readonly colours: Scale; readonly limits: Range };
}

/** The axis over blocks. */
export function blockAxis(count: number, range: Range = [-0.6, count - 0.4], title = "block"): Axis {
  const shown = range[1] - range[0];
  return { title, range, step: shown <= 13 ? 1 : shown <= 31 ? 3 : shown <= 64 ? 6 : 12, grid: false };
}

/** The axis over epochs: few epochs have a tick each, since there is no half epoch. */
export function epochAxis(epochs: readonly number[], range?: Range): Axis {
  const [first, last] = [epochs[0] ?? 0, epochs.at(-1) ?? 0];
  const found: Range = range ?? (first === last ? [first - 0.5, first + 0.5] : [first, last]);
  return { title: "epoch", range: found, grid: false, ...(found[1] - found[0] < 10 ? { step: 1 } : {}) };
}

/** A range that holds every finite value, with room at both ends. */
export function rangeOf(values: Iterable<number>, room = 0.06): Range | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return null;
  const margin = high > low ? room * (high - low) : 0.05 * Math.abs(high) || 0.05;
  return [low - margin, high + margin];
}

export const union = (a: Range | null, b: Range | null): Range | null =>
  a && b ? [Math.min(a[0], b[0]), Math.max(a[1], b[1])] : (a ?? b);

/** The range of all epochs, wider only at an end where values lie outside it: an axis neither cuts them off nor moves from epoch to epoch. */
export function steadyRange(steady: Range | null, seen: Range | null): Range | null {
  const wider = seen && rangeOf(seen);
  if (!steady || !seen || !wider) return steady ?? wider;
  return [seen[0] < steady[0] ? wider[0] : steady[0], seen[1] > steady[1] ? wider[1] : steady[1]];
}

/** What is drawn, one row for each point: series, x, y, value. */
export function* rowsOf(chart: Chart): Generator<[string, number, number | "", number | ""]> {
  for (const layer of chart.layers) {
    if (layer.kind === "line")
      for (let i = 0; i < layer.y.length; i += 1) yield [layer.name, layer.x[i]!, layer.y[i]!, ""];
    else if (layer.kind === "band") {
      for (let i = 0; i < layer.low.length; i += 1) {
        yield [`${layer.name}, low`, layer.x[i]!, layer.low[i]!, ""];
        yield [`${layer.name}, high`, layer.x[i]!, layer.high[i]!, ""];
      }
    } else if (layer.kind === "bars") {
      for (let i = 0; i < layer.low.length; i += 1) {
        for (const end of [0, 1] as const) {
          const [along, to] = [layer.y[i]!, (end ? layer.high : layer.low)[i]!];
          yield [
            `${layer.name}, ${(layer.ends ?? ["low", "high"])[end]}`,
            ...((layer.columns ? [along, to] : [to, along]) as [number, number]),
            "",
          ];
        }
      }
    } else if (layer.kind === "cells") {
      for (let i = 0; i < layer.rows.length; i += 1) {
        const column = layer.rows[i]!;
        for (let j = 0; j < column.length; j += 1) yield [layer.name, layer.x[i]!, j, column[j]!];
      }
    } else if (layer.kind === "rule" && layer.name) {
      yield layer.along === "x" ? [layer.name, layer.at, "", ""] : [layer.name, Number.NaN, layer.at, ""];
    }
  }
}
