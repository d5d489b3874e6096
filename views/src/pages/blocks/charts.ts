/** The charts of the Blocks page, as data. */

import { edges } from "../../charts/draw";
import { CATEGORIES, depthColour, RUN_DASHES, SPLIT_COLOURS, SPLIT_DASHES, UNTOUCHED } from "../../charts/look";
import {
  type Axis,
  blockAxis,
  type Chart,
  epochAxis,
  type Layer,
  type Range,
  rangeOf,
  steadyRange,
  union,
} from "../../charts/spec";
import { stagesOf } from "../../charts/stages";
import type { Curves, MetricShown, Scalar, Split } from "../../curves";
import { soFar } from "../../loader";
import type { State } from "../../state";
import { type Line, type Over, type Row, rowOf, splitsOf } from "./data";
import { nameOf, type Reference } from "./view";

const LAST_STAGE = ["early_exit_accuracy", "cosine_loss_plugged"];
const indices = (length: number): number[] => Array.from({ length }, (_, i) => i);
const times = (values: Float32Array, unit: number): Float32Array =>
  unit === 1 ? values : values.map((value) => value * unit);

/** What by-block charts are drawn from. */
export interface ByBlock {
  readonly lines: readonly Line[];
  readonly reference: Reference | null;
  readonly state: State;
  readonly epoch: number;
}

function styleOf(several: boolean, i: number, split: Split) {
  if (!several) {
    return {
      colour: SPLIT_COLOURS[split],
      dash: SPLIT_DASHES[split],
      width: 2,
      size: split === "validation" ? 6 : 4,
      opacity: 1,
    };
  }
  const [colour, dash] = [CATEGORIES[i]!, RUN_DASHES[i]!];
  return split === "validation"
    ? { colour, dash, width: 2.2, size: 6, opacity: 1 }
    : { colour, dash, width: 1.2, size: 0, opacity: 0.7 };
}

/** A metric over the blocks at one epoch: every run and split, with the pinned reference or as differences from it. */
export function byBlockChart({ lines, reference, state, epoch }: ByBlock, metric: string): Chart {
  const first = lines[0]!;
  const shown = first.curves.metric(metric);
  const several = lines.length > 1;
  const difference = state.difference && reference !== null;
  const all = reference ? [...lines, reference.line] : lines;
  const bands: Layer[] = [];
  const curves: Layer[] = [];
  let seen: Range | null = null;
  for (const split of splitsOf(metric, state)) {
    const from = reference && rowOf(reference.line, metric, split, reference.epoch)?.mean;
    if (from && !difference) {
      const y = times(from, shown.unit);
      curves.push({
        kind: "line",
        name: `pinned, ${split}`,
        x: indices(y.length),
        y,
        colour: UNTOUCHED,
        width: 2,
        dash: "dash",
      });
      seen = union(seen, rangeOf(y, 0.02));
    }
    lines.forEach((line, i) => {
      const row = rowOf(line, metric, split, epoch);
      if (!row || (difference && !from)) return;
      const { mean, low, high } = less(row, difference ? from : null, shown.unit);
      const style = styleOf(several, i, split);
      const name = several ? `${nameOf(line, metric)}, ${split}` : split;
      const x = indices(mean.length);
      if (low && high) {
        bands.push({
          kind: "band",
          name: `${name}, ${bandName(metric, line.curves)}`,
          x,
          low,
          high,
          colour: style.colour,
        });
        seen = union(seen, union(rangeOf(low, 0), rangeOf(high, 0)));
      }
      curves.push({
        kind: "line",
        name,
        x,
        y: mean,
        colour: style.colour,
        dash: style.dash,
        width: style.width,
        opacity: style.opacity,
        ...(style.size ? { marker: "circle" as const, size: style.size } : {}),
        hollow: line.curves.blocks.map((block) => block.is_projection),
      });
      seen = union(seen, rangeOf(mean, 0.02));
    });
  }
  if (metric === "drop_accuracy" && !difference) curves.push(...baselines(lines));
  const zero: Layer[] = shown.diverging || difference ? [{ kind: "rule", along: "y", at: 0, colour: UNTOUCHED }] : [];
  return {
    x: blockAxis(longest(all), state.zoom ?? homeRange(all, metric, state)),
    y: { title: shown.axis + (difference ? " − pinned" : ""), range: yRange(lines, metric, shown, difference, seen) },
    layers: [...bands, ...zero, ...curves],
    blocks: first.curves.blocks,
  };
}

const bandName = (metric: string, curves: Curves): string =>
  metric.startsWith("drop")
    ? "95 % interval"
    : curves.seeds > 1
      ? `±1 sd between ${curves.seeds} seeds`
      : "±1 sd over images";

/** The whole network's accuracy, beside those without a block. */
function baselines(lines: readonly Line[]): Layer[] {
  return lines.flatMap((line, i) => {
    const at = soFar(line.drop.answer)?.baseline.accuracy;
    const colour = lines.length > 1 ? CATEGORIES[i]! : UNTOUCHED;
    return typeof at === "number"
      ? [
          {
            kind: "rule" as const,
            along: "y" as const,
            at: 100 * at,
            colour,
            dash: "dash" as const,
            name: "whole network",
          },
        ]
      : [];
  });
}

/** A row in its shown unit, or its difference from another. */
function less(row: Row, from: Float32Array | null | undefined, unit: number): Row {
  const minus = (values: Float32Array) =>
    from ? values.map((value, i) => unit * (value - (from[i] ?? Number.NaN))) : times(values, unit);
  return { mean: minus(row.mean), low: row.low && minus(row.low), high: row.high && minus(row.high) };
}

const longest = (lines: readonly Line[]): number => Math.max(...lines.map((line) => line.curves.blocks.length));

/** Metrics of the last stage alone show that stage. */
function homeRange(lines: readonly Line[], metric: string, state: State): Range {
  const whole: Range = [-0.6, longest(lines) - 0.4];
  if (!LAST_STAGE.includes(metric)) return whole;
  const rows = lines.flatMap((line) =>
    splitsOf(metric, state).map((split) => rowOf(line, metric, split, line.curves.last)),
  );
  const defined = rows.flatMap((row) =>
    row ? indices(row.mean.length).filter((i) => Number.isFinite(row.mean[i])) : [],
  );
  return defined.length ? [Math.min(...defined) - 0.6, Math.max(...defined) + 0.6] : whole;
}

/** Steady over the epochs, so that nothing jumps; wider where an epoch's values would be cut off. */
function yRange(
  lines: readonly Line[],
  metric: string,
  shown: MetricShown,
  difference: boolean,
  seen: Range | null,
): Range {
  if (metric === "drop_accuracy" && !difference) return [-3, 103];
  let steady: Range | null = null;
  if (!difference) {
    for (const line of lines) {
      const found = line.curves.header.ranges[metric];
      if (found) steady = union(steady, [found[0] * shown.unit, found[1] * shown.unit]);
    }
  }
  const all = steadyRange(steady, seen) ?? [0, 1];
  return difference ? (union(all, [0, 0]) as Range) : all;
}

/** A metric over the epochs, one line for each block, coloured by depth; with `stages`, one chart for each stage. */
export function linesCharts(curves: Curves, over: Over, metric: string, state: State): Chart[] {
  const shown = curves.metric(metric);
  const count = curves.blocks.length;
  const chosen = new Set(state.chosen);
  const columns = curves.blocks.map((_, block) => Float32Array.from(over.rows, (row) => row[block]! * shown.unit));
  const range = rangeOf(columns.flatMap((column) => [...column])) ?? [0, 1];
  const groups = state.stages ? stagesOf(curves.blocks) : [curves.blocks];
  return groups.map((blocks, i) => ({
    x: epochAxis(over.epochs, state.epochZoom ?? undefined),
    y: { title: i ? "" : shown.axis, range },
    ...(state.stages ? { heading: `stage ${blocks[0]!.stage + 1}` } : {}),
    ...(i === groups.length - 1
      ? { scale: { title: "block", colours: "depth" as const, limits: [0, count - 1] as const } }
      : {}),
    layers: blocks.map((block) => ({
      kind: "line" as const,
      name: `block ${block.index}`,
      x: over.epochs,
      y: columns[block.index]!,
      colour: depthColour(block.index, count),
      width: 1.4,
      opacity: !chosen.size || chosen.has(block.index) ? 1 : 0.13,
      ...(over.epochs.length === 1 ? { marker: "circle" as const, size: 5 } : {}),
    })),
  }));
}

/** The same as a map: epochs to the right, blocks upwards. */
export function mapChart(curves: Curves, over: Over, metric: string, split: Split, state: State): Chart {
  const shown = curves.metric(metric);
  const limits = limitsOf(curves, over, metric, split);
  const count = curves.blocks.length;
  const bounds = edges(over.epochs);
  return {
    x: epochAxis(over.epochs, state.epochZoom ?? (over.epochs.length > 1 ? [bounds[0]!, bounds.at(-1)!] : undefined)),
    y: { ...blockAxis(count, [-0.5, count - 0.5]), grid: false } satisfies Axis,
    layers: [
      {
        kind: "cells",
        name: shown.title,
        x: over.epochs,
        rows: over.rows.map((row) => times(row, shown.unit)),
        limits,
        diverging: shown.diverging,
      },
    ],
    scale: { title: shown.title, colours: shown.diverging ? "diverging" : "sequential", limits },
  };
}

/** The ends of a metric's colours, in its shown unit: the payload says them, except for what was measured here. */
export function limitsOf(curves: Curves, over: Pick<Over, "rows">, metric: string, split: Split): Range {
  const { unit, diverging } = curves.metric(metric);
  const known = curves.header.limits[`${metric}/${split}`];
  if (known) return [known[0] * unit, known[1] * unit];
  const found = rangeOf(
    over.rows.flatMap((row) => [...row]).map((value) => value * unit),
    0,
  ) ?? [0, 1];
  const most = Math.max(Math.abs(found[0]), Math.abs(found[1])) || 1;
  return diverging ? [-most, most] : [Math.min(0, found[0]), found[1] || 1];
}

/** Numbers of the whole network over the epochs: a line for each run and split. */
export function scalarsChart(
  lines: readonly Line[],
  names: (curves: Curves, split: Split) => string | null,
  axis: { title: string; unit: number; log?: boolean; bounds?: Range },
  state: State,
): Chart {
  const several = lines.length > 1;
  const layers: Layer[] = [];
  let seen: Range | null = null;
  const epochs = new Set<number>();
  lines.forEach((line, i) => {
    for (const split of splitsOf("accuracy", state)) {
      const name = names(line.curves, split);
      const scalar = name && line.curves.scalars.get(name);
      if (!scalar) continue;
      const style = styleOf(several, i, split);
      const y = times(scalar.values, axis.unit);
      const label = several ? `${line.name}, ${split}` : split;
      const band = spread(scalar, axis);
      if (band) {
        const colour = style.colour;
        layers.push({ kind: "band", name: `${label}, ±1 sd between seeds`, x: scalar.epochs, ...band, colour });
        seen = union(
          seen,
          union(rangeOf(axis.log ? band.low.filter((value) => value > 0) : band.low, 0), rangeOf(band.high, 0)),
        );
      }
      const marker = scalar.epochs.length < 40 ? { marker: "circle" as const, size: 5 } : {};
      layers.push({ kind: "line", name: label, x: scalar.epochs, y, ...style, ...marker });
      seen = union(seen, rangeOf(axis.log ? y.filter((value) => value > 0) : y, axis.log ? 0 : 0.05));
      for (const epoch of scalar.epochs) epochs.add(epoch);
    }
  });
  const range: Range = seen ?? (axis.log ? [1, 10] : [0, 1]);
  return {
    x: epochAxis(
      [...epochs].sort((a, b) => a - b),
      state.epochZoom ?? undefined,
    ),
    y: axis.log
      ? { title: axis.title, range: [range[0] / 1.2, range[1] * 1.2], log: true }
      : {
          title: axis.title,
          range: axis.bounds ? [Math.max(range[0], axis.bounds[0] - 1), Math.min(range[1], axis.bounds[1] + 1)] : range,
        },
    layers,
  };
}

function spread({ values, std }: Scalar, { unit, bounds }: { unit: number; bounds?: Range }) {
  if (!std?.some(Number.isFinite)) return null;
  const [low, high] = bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return {
    low: values.map((value, i) => Math.max(low, unit * (value - std[i]!))),
    high: values.map((value, i) => Math.min(high, unit * (value + std[i]!))),
  };
}
