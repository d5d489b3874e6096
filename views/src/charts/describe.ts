/** A chart in words: what its lines begin and end with, and where they are lowest and highest. */

import { signed } from "../text";
import type { Chart, Line } from "./spec";

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

/** One sentence for each line, or how many there are; empty for an empty chart. */
export function describe(chart: Chart): string {
  const lines = chart.layers.filter((layer): layer is Line => layer.kind === "line" && !layer.quiet);
  if (lines.length > MOST) return `${lines.length} lines against ${chart.x.title}: ${chart.y.title}.`;
  return lines.map((line) => told(line, chart.x.title)).join(" ");
}
