/** A chart in words: what its lines begin and end with, and where they are lowest and highest. */

import { signed } from "../text";
import type { Bars, Cells, Chart, Line } from "./spec";

const MOST = 4; // lines told one by one

function told(line: Line, unit: string): string {
  let [first, last, low, high] = [-1, -1, -1, -1];
  for (let i = 0; i < line.y.length; i += 1) {
    const value = line.y[i]!;
    if (!Number.isFinite(value)) continue;
    if (first < 0) first = i;
    last = i;
    if (low < 0 || value < line.y[low]!) low = i;
    if (high < 0 || value > line.y[high]!) high = i;
  }
  if (first < 0) return `${line.name}: no values.`;
  const point = (i: number) => `${signed(line.y[i], 3)} at ${unit} ${line.x[i]}`;
  if (first === last) return `${line.name}: ${point(first)}.`;
  return `${line.name}: from ${point(first)} to ${point(last)}; lowest ${point(low)}, highest ${point(high)}.`;
}

/** One sentence for each line, or how many there are, and for each map and set of bars; empty for an empty chart. */
export function describe(chart: Chart): string {
  const lines = chart.layers.filter((layer): layer is Line => layer.kind === "line" && !layer.quiet);
  if (lines.length > MOST) return `${lines.length} lines against ${chart.x.title}: ${chart.y.title}.`;
  const others = chart.layers.flatMap((layer) =>
    layer.kind === "cells" ? toldCells(layer, chart) : layer.kind === "bars" ? toldBars(layer, chart) : [],
  );
  return [...lines.map((line) => told(line, chart.x.title)), ...others].join(" ");
}

function toldCells({ x, rows }: Cells, { x: across, y: up }: Chart): string[] {
  const all = rows.flatMap((column, i) =>
    Array.from(column, (value, row) => ({ value, place: `${up.title} ${row}, ${across.title} ${x[i]}` })),
  );
  const known = all.filter(({ value }) => Number.isFinite(value)).sort((a, b) => a.value - b.value);
  const [low, high] = [known[0], known.at(-1)];
  return low && high
    ? [`Lowest ${signed(low.value, 3)} at ${low.place}; highest ${signed(high.value, 3)} at ${high.place}.`]
    : [];
}

function toldBars({ name, y, low, high, columns }: Bars, chart: Chart): string[] {
  const rows = Array.from(y, (at, i) => {
    const row = columns
      ? `${chart.x.title} ${at}:`
      : chart.y.names?.find(([place]) => Math.abs(place - at) < 0.5)?.[1].replace("\n", " ");
    const digits = columns ? 3 : 1;
    return `${row ?? ""} ${signed(low[i], digits)} to ${signed(high[i], digits)}`;
  });
  return [`${name}: ${rows.join("; ")}.`];
}
