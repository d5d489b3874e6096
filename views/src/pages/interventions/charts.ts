/** The charts of the Interventions page, as data. */

import { CHANGED, type Dash, GROUP_COLOURS, GROUP_DASHES, GROUP_MARKERS, UNTOUCHED } from "../../charts/look";
import { type Axis, blockAxis, type Chart, type Layer, type Numbers, type Range, rangeOf } from "../../charts/spec";
import { positions } from "../../plan";
import type { Schemas } from "../../sources/source";
import { number, plural } from "../../text";

export type PlanResult = Schemas["PlanResult"];
export type UnrollResult = Schemas["UnrollResult"];
export type StepMetric = "cosine_loss" | "l2_ratio";
export type GroupName = "all" | "correct" | "borderline";
export type GroupNames = Readonly<Record<GroupName, string>>;
/** From the largest to the smallest, as in the table. */
export const GROUP_ORDER: readonly GroupName[] = ["all", "correct", "borderline"];

export const AXES: Readonly<Record<StepMetric, string>> = { cosine_loss: "cosine loss", l2_ratio: "ℓ2 ratio" };
const FEW = 60; // points that each have a marker
const TOWERS = 50; // times the other values: then the axis is logarithmic
const CROWDED = 4; // times the network's length: longer plans leave no room for the stages' names
type Json = readonly (number | string | null)[];

const numbers = (values: Json | undefined, factor = 1): number[] =>
  (values ?? []).map((value) => factor * number(value));
const dots = (length: number, size = 5) => (length <= FEW ? { marker: "circle" as const, size } : {});
const finite = (values: Iterable<number>) => [...values].filter(Number.isFinite);

/** The position of each step on the axis of blocks. */
export const positionsOf = (side: PlanResult["result"], length: number): number[] =>
  positions(
    side.steps.map((step) => step.block),
    length,
  );

/** An axis of values that holds all of them; logarithmic where some tower over `others`. */
function valueAxis(
  title: string,
  values: readonly number[],
  others: readonly number[],
  base: readonly number[] = [],
): Axis {
  const known = finite(values);
  const highest = Math.max(...known);
  if (others.length && known.every((value) => value > 0) && highest > TOWERS * Math.max(...finite(others))) {
    return { title: `${title} (log)`, range: [Math.min(...known) / 1.3, highest * 1.3], log: true };
  }
  return { title, range: rangeOf([...known, ...base]) ?? [0, 1] };
}

/** The axis of blocks, with room for what is repeated to the right of the last one. */
function stepAxis(length: number, end: number): Axis {
  const range: Range = [-0.6, Math.max(length - 1, end) + 0.6];
  if (end <= length - 0.5) return blockAxis(length, range);
  const every = [1, 3, 6, 12].find((step) => (range[1] - range[0]) / step <= 13) ?? length;
  const named = Array.from({ length: Math.ceil(length / every) }, (_, i) => [i * every, String(i * every)] as const);
  return { title: "block", range, names: named, grid: false };
}

/** Cosine loss or ℓ2 ratio along both plans, with quartiles for the plan. */
export function stepsChart(result: PlanResult, metric: StepMetric): Chart {
  const { length } = result.blocks;
  const [x0, x1] = [positionsOf(result.baseline, length), positionsOf(result.result, length)];
  const [before, after] = [numbers(result.baseline[metric].mean), numbers(result.result[metric].mean)];
  const quartile = (key: string) => numbers(result.result[metric].quantiles[key]);
  const [low, high] = [quartile("0.25"), quartile("0.75")];
  const upward = x1.map((_, i) => i).sort((a, b) => x1[a]! - x1[b]!); // a band goes to the right, whatever runs first
  const sorted = (values: readonly number[]) => upward.map((i) => values[i] ?? Number.NaN);
  const end = Math.max(...x1, ...x0);
  const cosine = metric === "cosine_loss";
  const repeats = x1.filter((x) => x > length - 0.5).length;
  const layers: Layer[] = [
    ...(low.length
      ? [
          {
            kind: "band" as const,
            name: "plan, quartiles over images",
            x: sorted(x1),
            low: sorted(low),
            high: sorted(high),
            colour: CHANGED,
          },
        ]
      : []),
    ...(cosine ? [{ kind: "rule" as const, along: "y" as const, at: 0, colour: UNTOUCHED }] : []),
    ...(end > length - 0.5
      ? [
          {
            kind: "rule" as const,
            along: "x" as const,
            at: length - 0.5,
            colour: CHANGED,
            dash: "dot" as const,
            ...(repeats ? { label: `block ${result.result.steps.at(-1)!.block} repeated ×${repeats}` } : {}),
          },
        ]
      : []),
    {
      kind: "line",
      name: "reference",
      x: x0,
      y: before,
      colour: UNTOUCHED,
      width: 1.8,
      dash: "dot",
      ...dots(x0.length, 4),
    },
    { kind: "line", name: "plan", x: x1, y: after, colour: CHANGED, width: 2, ...dots(x1.length) },
  ];
  return {
    x: stepAxis(length, end),
    y: valueAxis(AXES[metric], [...before, ...after, ...low, ...high], cosine ? [] : before, cosine ? [0] : []),
    layers,
    ...(end < CROWDED * length ? { blocks: result.blocks } : {}),
  };
}

const LONGEST_NAME = 22; // letters on one line
const SHIFT = 0.13; // between the marks of one group

/** Accuracy of each group with its 95 % interval, under both plans. */
export function groupsChart(result: PlanResult, names: GroupNames): Chart {
  const rows = [...GROUP_ORDER].reverse();
  const layers = (
    [
      ["reference", result.baseline, UNTOUCHED, "square", SHIFT],
      ["plan", result.result, CHANGED, "circle", -SHIFT],
    ] as const
  ).flatMap(([name, side, colour, marker, shift]): Layer[] => {
    const y = rows.map((_, i) => i + shift);
    const interval = (end: 0 | 1) =>
      rows.map((row) => Math.min(100, Math.max(0, 100 * number(side.groups[row].accuracy_interval[0]?.[end]))));
    const x = rows.map((row) => 100 * number(side.groups[row].accuracy[0]));
    return [
      { kind: "bars", name: `${name}, 95 % interval`, y, low: interval(0), high: interval(1), colour },
      {
        kind: "line",
        name,
        x,
        y,
        colour,
        width: 0,
        marker,
        size: marker === "square" ? 8 : 10,
        bare: true,
        quiet: true,
      },
    ];
  });
  const broken = (name: string) =>
    name.length > LONGEST_NAME ? name.replace(/^(right in the|borderline) /, "$1\n") : name;
  return {
    x: { title: "accuracy (%)", range: [-3, 103] },
    y: {
      title: "",
      range: [-0.6, rows.length - 0.4],
      names: rows.map((row, i) => [i, `${broken(names[row])}\n${plural(result.result.groups[row].n, "image")}`]),
      grid: false,
    },
    layers,
  };
}

const FIELDS = [
  ["accuracy", "accuracy (%)", 100],
  ["loss", "loss (nats)", 1],
  ["entropy", "entropy (nats)", 1],
] as const;
export const UNSCALED = "all images, unscaled (α = 1)";

/** Accuracy, loss and entropy of the groups after each further step; grey: all images where nothing is scaled. */
export function unrollCharts(found: UnrollResult, unscaled: UnrollResult | null, names: GroupNames): Chart[] {
  return FIELDS.map(([field, title, factor]) => {
    const lines = GROUP_ORDER.map((group): Layer & { kind: "line" } => ({
      kind: "line",
      name: names[group],
      x: found.step,
      y: numbers(found.groups[group][field], factor),
      colour: GROUP_COLOURS[group]!,
      width: 2,
      dash: GROUP_DASHES[group]!,
      ...(found.step.length <= FEW ? { marker: GROUP_MARKERS[group]!, size: 5 } : {}),
    }));
    const grey = unscaled ? numbers(unscaled.groups.all[field], factor) : [];
    const own = lines.flatMap(({ y }) => finite(Array.from(y)));
    return {
      heading: field,
      x: extraAxis(found.step),
      y:
        field === "accuracy"
          ? { title, range: [-3, 103] }
          : valueAxis(
              title,
              [...own, ...grey],
              field === "loss" ? own : [],
              own.some((value) => value <= 0) ? [] : [0],
            ),
      layers: [...(unscaled ? [greyLine(unscaled.step, grey, UNSCALED)] : []), ...lines],
    };
  });
}

const greyLine = (x: Numbers, y: Numbers, name: string): Layer => {
  const dash: Dash = "longdash";
  return { kind: "line", name, x, y, colour: UNTOUCHED, width: 1.8, dash };
};
const extraAxis = (steps: readonly number[]): Axis => ({
  title: "further step",
  range: [(steps[0] ?? 0) - 0.4, (steps.at(-1) ?? 1) + 0.4],
  step: 1,
  grid: false,
});

/** Cosine loss and ℓ2 ratio of the repeated block at each further step. */
export function unrollMetrics(found: UnrollResult, unscaled: UnrollResult | null): Chart[] {
  return (["cosine_loss", "l2_ratio"] as const).map((metric) => {
    const own = numbers(found[metric].mean);
    const grey = unscaled ? numbers(unscaled[metric].mean) : [];
    const x = found.step.slice(-own.length);
    const cosine = metric === "cosine_loss";
    return {
      heading: AXES[metric],
      x: extraAxis(found.step),
      y: valueAxis(AXES[metric], [...own, ...grey], cosine ? [] : own, [0]),
      layers: [
        ...(cosine ? [{ kind: "rule" as const, along: "y" as const, at: 0, colour: UNTOUCHED }] : []),
        ...(unscaled ? [greyLine(unscaled.step.slice(-grey.length), grey, "unscaled (α = 1)")] : []),
        { kind: "line" as const, name: `α = ${found.scale}`, x, y: own, colour: CHANGED, width: 2, ...dots(x.length) },
      ],
    };
  });
}
