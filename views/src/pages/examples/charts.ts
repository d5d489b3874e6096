/** The charts of one image's story, as data. */

import type { LegendEntry } from "../../charts/export";
import { CATEGORIES, INK, TRAIN, UNTOUCHED, VALIDATION } from "../../charts/look";
import { type Axis, blockAxis, type Chart, type Layer, type Range, rangeOf, union } from "../../charts/spec";
import type { PlanAnswers } from "./planned";
import { className, type Story, shownClasses, THRESHOLD } from "./story";

/** A class that is shown, with its colour and whether it is the label. */
export interface ClassShown {
  readonly index: number;
  readonly name: string;
  readonly colour: string;
  readonly label: boolean;
}

const known = new WeakMap<Story, readonly ClassShown[]>();

export function classesOf(story: Story): readonly ClassShown[] {
  const found =
    known.get(story) ??
    shownClasses(story).map((index, i) => ({
      index,
      name: className(story.names, index),
      colour: CATEGORIES[i]!,
      label: index === story.label,
    }));
  known.set(story, found);
  return found;
}

/** The classes shown; those answered at a block take the place of the last others where they are none of them. */
export function classesWith(story: Story, answers: readonly number[]): readonly ClassShown[] {
  const shown = classesOf(story);
  const missing = [...new Set(answers)].filter((each) => each >= 0 && shown.every(({ index }) => index !== each));
  const needed = [story.label, story.answers.at(-1), ...answers];
  const others = shown.filter(({ index }) => !needed.includes(index));
  const left = others.slice(Math.max(0, others.length - missing.length));
  const added = missing.map((index) => ({
    index,
    name: className(story.names, index),
    colour: UNTOUCHED,
    label: false,
  }));
  return [...shown.filter((each) => !left.includes(each)), ...added];
}

const titled = ({ name, label }: ClassShown) => (label ? `${name} (label)` : name);
const WITH_PLAN = "label, with the plan";

function exitAxis({ exits }: Story): Axis {
  const [first, last] = [exits[0] ?? 0, exits.at(-1) ?? 0];
  return blockAxis(exits.length, [first - 0.5, last + 0.5], "head after block");
}

/** Class probabilities with the head applied after each block; with a plan, also what the label has then. */
export function probabilitiesChart(story: Story, plan: PlanAnswers | null): Chart {
  const lines: Layer[] = classesOf(story).map((shown) => ({
    kind: "line",
    name: titled(shown),
    x: story.exits,
    y: story.probabilities.map((row) => 100 * row[shown.index]!),
    colour: shown.colour,
    width: shown.label ? 3 : 1.8,
    dash: shown.label ? "solid" : "dash",
    marker: "circle",
    size: shown.label ? 7 : 5,
  }));
  if (plan) {
    const y = plan.map((said) => 100 * (said?.label ?? Number.NaN));
    lines.push({ kind: "line", name: WITH_PLAN, x: story.exits, y, colour: INK, width: 2, dash: "dot" });
  }
  return { x: exitAxis(story), y: { title: "probability (%)", range: [-3, 103] }, layers: lines.toReversed() };
}

export function probabilitiesLegend(story: Story, plan: boolean): readonly LegendEntry[] {
  const entries = classesOf(story).map((shown) => ({
    name: titled(shown),
    colour: shown.colour,
    dash: shown.label ? ("solid" as const) : ("dash" as const),
  }));
  return plan ? [...entries, { name: WITH_PLAN, colour: INK, dash: "dot" as const }] : entries;
}

/** The margin: above 0 the answer is right; in the stripe the image is borderline. */
export function marginChart(story: Story, plan: PlanAnswers | null): Chart {
  const layers: Layer[] = [
    { kind: "stripe", from: -THRESHOLD, to: THRESHOLD, colour: TRAIN },
    { kind: "rule", along: "y", at: 0, colour: UNTOUCHED },
  ];
  if (plan) {
    const y = plan.map((said) => said?.margin ?? Number.NaN);
    layers.push({ kind: "line", name: "with the plan", x: story.exits, y, colour: INK, width: 2, dash: "dot" });
  }
  layers.push({
    kind: "line",
    name: "margin",
    x: story.exits,
    y: story.margin,
    colour: VALIDATION,
    width: 2,
    marker: "circle",
    size: 6,
    hollow: story.answers.map((answer) => answer !== story.label),
  });
  return { x: exitAxis(story), y: { title: "p_label − max p_other", range: [-1.06, 1.06] }, layers };
}

export const marginLegend = (plan: boolean): readonly LegendEntry[] =>
  plan
    ? [
        { name: "untouched", colour: VALIDATION },
        { name: "with the plan", colour: INK, dash: "dot" },
      ]
    : [];

/** What a linear probe answers at each hidden state: before the first block, and after each. */
export function probesChart(story: Story): Chart {
  const shares = story.probes?.probabilities ?? [];
  const x = shares.map((_, at) => at - 1);
  const layers: Layer[] = classesOf(story).map((shown) => ({
    kind: "line",
    name: titled(shown),
    x,
    y: shares.map((row) => 100 * row[shown.index]!),
    colour: shown.colour,
    width: shown.label ? 3 : 1.8,
    dash: shown.label ? "solid" : "dash",
    marker: "circle",
    size: shown.label ? 6 : 4,
  }));
  const depth = (story.probes?.depth ?? Number.NaN) - 1;
  const settles = depth < story.blocks.length;
  const rule: Layer[] = settles ? [{ kind: "rule", along: "x", at: depth, colour: UNTOUCHED, name: "settled" }] : [];
  return {
    x: blockAxis(shares.length, [-1.6, story.blocks.length - 0.4], "probe after block"),
    y: { title: "probability (%)", range: [-3, 103] },
    layers: [...rule, ...layers.toReversed()],
    blocks: story.blocks,
  };
}

const PAYS = CATEGORIES[2];
const ADDS = CATEGORIES[7];

/** From the loss before a block to that after it, and where the gradient says that it goes. */
export function ledgerChart({ ledger: { blocks, loss, first } }: Story): Chart {
  const columns = (name: string, colour: string, adds: boolean): Layer => {
    const rows = blocks.flatMap((block, i) => {
      const change = loss[i + 1]! - loss[i]!; // not finite where one of the losses isn't
      return Number.isFinite(change) && change > 0 === adds ? [{ block, i }] : [];
    });
    const [low, high] = [0, 1].map((by) => rows.map(({ i }) => loss[i + by]!)) as [number[], number[]];
    const y = rows.map(({ block }) => block);
    return { kind: "bars", columns: true, name, colour, y, low, high, ends: ["before", "after"] };
  };
  const told = first.map((change, i) => loss[i]! + change);
  const [begin, end] = [blocks[0] ?? 0, blocks.at(-1) ?? 0];
  return {
    x: blockAxis(blocks.length, [begin - 0.6, end + 0.6]),
    y: { title: "loss of the head (nats)", range: rangeOf([...loss, ...told]) ?? [0, 1] },
    layers: [
      columns("lowers the loss", PAYS, false),
      columns("raises the loss", ADDS, true),
      {
        kind: "line",
        name: "first order",
        x: blocks,
        y: told,
        colour: INK,
        width: 2.5,
        marker: "tick",
        size: 2.5,
        bare: true,
      },
    ],
  };
}

export const LEDGER_LEGEND: readonly LegendEntry[] = [
  { name: "lowers the loss", colour: PAYS },
  { name: "raises the loss", colour: ADDS },
  { name: "first order", colour: INK },
];

/** Cosine loss and ℓ2 ratio of this image at every block, one chart each. */
export function blocksCharts(story: Story): Chart[] {
  const { blocks, cosine, ratio } = story;
  const x = blocks.map((block) => block.index);
  const hollow = blocks.map((block) => block.is_projection);
  const make = (heading: string, y: readonly number[], title: string, colour: string, range: Range): Chart => ({
    heading,
    x: blockAxis(blocks.length),
    y: { title, range },
    layers: [
      { kind: "rule", along: "y", at: 0, colour: UNTOUCHED },
      { kind: "line", name: heading, x, y, colour, width: 2, marker: "circle", size: 5, hollow },
    ],
    blocks,
  });
  return [
    make("cosine loss", cosine, "cos(F, ∂L/∂h)", VALIDATION, union(rangeOf(cosine), [-0.05, 0.05])!),
    make("ℓ2 ratio", ratio, "‖F‖ / ‖h‖", TRAIN, union(rangeOf(ratio), [0, 0.05])!),
  ];
}

/** The ends of the strip's colours: as far as this image's cosine loss goes to either side. */
export function cosineLimits(story: Story): Range {
  const most = Math.max(0.05, ...story.cosine.filter(Number.isFinite).map(Math.abs));
  return [-most, most];
}
