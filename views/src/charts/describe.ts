/** A chart in words: what its lines begin and end with, and where they are lowest and highest. */

import { signed } from "../text";
import type { Bars, Cells, Chart, Line } from "./spec";

const MOST = 4; // lines told one by one

interface Cell {
  readonly value: number;
  readonly i: number;
  readonly row: number;
}

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
  let [low, high]: [Cell | null, Cell | null] = [null, null]; // a map has many thousand
  for (let i = 0; i < rows.length; i += 1) {
    const column = rows[i]!;
    for (let row = 0; row < column.length; row += 1) {
      const value = column[row]!;
      if (!Number.isFinite(value)) continue;
      if (low === null || value < low.value) low = { value, i, row };
      if (high === null || value >= high.value) high = { value, i, row };
    }
  }
  const told = ({ value, i, row }: Cell) => `${signed(value, 3)} at ${up.title} ${row}, ${across.title} ${x[i]}`;
  return low && high ? [`Lowest ${told(low)}; highest ${told(high)}.`] : [];
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
