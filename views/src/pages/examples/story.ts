/** One image at every block, and which groups it belongs to, as iterscope/measurements/samples.py says. */

import type { Block } from "../../plan";
import type { Schemas } from "../../sources/source";
import { number, visible } from "../../text";
import type { Filter } from "./list";

export const THRESHOLD = 0.1; // of the margin, below which an image is borderline
export const MOST_CLASSES = 5; // shown of an image

export interface Story {
  readonly index: number;
  readonly label: number;
  readonly names: readonly string[]; // of the classes
  readonly blocks: readonly Block[];
  readonly cosine: readonly number[]; // at every block
  readonly ratio: readonly number[];
  /** The blocks of the last stage, after which the network's own head is applied; the last one is the output. */
  readonly exits: readonly number[];
  readonly probabilities: readonly (readonly number[])[]; // exit × class
  readonly margin: readonly number[]; // of each exit
  readonly answers: readonly number[]; // predicted class of each exit; −1: not finite
  /** What linear probes and neighbours among training images say; null where that is not measured. */
  readonly probes: Probed | null;
  readonly ledger: Ledger;
}

/** Of the hidden states r₀ … r_L; rₗ is the one after l blocks. */
export interface Probed {
  readonly depth: number; // blocks after which the answer is settled
  readonly probabilities: readonly (readonly number[])[]; // state × class
  readonly answers: readonly number[];
  readonly notes: readonly string[];
}

/** What the blocks between the states that the head reads pay of the loss. */
export interface Ledger {
  readonly blocks: readonly number[];
  readonly loss: readonly number[]; // before each of them, and after the last
  readonly first: readonly number[]; // the change that the gradient predicts
}

export function readStory(answer: Schemas["SampleResult"]): Story {
  const { exits, probes, ledger } = answer;
  const read = probes.probabilities.map((row) => row.map(number));
  const probabilities = exits.probabilities.map((row) => row.map(number));
  return {
    index: answer.index,
    label: answer.label,
    names: answer.class_names,
    blocks: answer.blocks,
    cosine: answer.cosine_loss.map(number),
    ratio: answer.l2_ratio.map(number),
    exits: exits.blocks,
    probabilities,
    margin: exits.margin.map(number),
    answers: probabilities.map((row, i) => (i === probabilities.length - 1 ? answer.prediction : largest(row))),
    probes: read.length
      ? { depth: probes.depth ?? Number.NaN, probabilities: read, answers: read.map(largest), notes: probes.notes }
      : null,
    ledger: { blocks: ledger.blocks, loss: ledger.loss.map(number), first: ledger.first.map(number) },
  };
}

function largest(row: readonly number[]): number {
  return row.every(Number.isFinite) ? row.indexOf(Math.max(...row)) : -1;
}

/** The name of a class; a name from a file is shown as text. */
export const className = (names: readonly string[], index: number): string =>
  index < 0 ? "not finite" : visible(names[index] ?? String(index));

const rights = (story: Story): boolean[] => story.answers.map((answer) => answer === story.label);

/** The exit from which on the answer stays what it is at the output, right or wrong. */
export function settledAt(story: Story): number {
  const right = rights(story);
  let at = right.length - 1;
  while (at > 0 && right[at - 1] === right.at(-1)) at -= 1;
  return at;
}

/** The block after which the probes of an image that the network gets wrong are wrong for good; null if none spoiled it. */
export function spoiledBy({ probes, answers, label, blocks }: Story): number | null {
  if (!probes || answers.at(-1) === label) return null;
  const at = probes.answers.lastIndexOf(label);
  return at >= 0 && at < blocks.length ? at : null;
}

/** Whether an image is in a filter's group and class, as far as that is known. `reference`: the block that borderline and corrected refer to. */
export function belongs(story: Story, filter: Pick<Filter, "group" | "by" | "class">, reference: number): boolean {
  if (filter.class !== null && filter.class !== story.label) return false;
  const right = rights(story);
  const atOutput = right.at(-1) ?? false;
  const row = story.exits.indexOf(reference);
  switch (filter.group) {
    case "all":
      return true;
    case "borderline":
      return Math.abs(story.margin[row] ?? Number.NaN) < THRESHOLD;
    case "corrected": {
      if (filter.by === null) return atOutput && right[row] === false;
      const at = settledAt(story);
      return atOutput && at > 0 && story.exits[at] === filter.by;
    }
    case "overthought":
      return !atOutput && right.includes(true);
    case "misclassified":
      return !atOutput;
    case "settled-late":
      return story.probes !== null && story.probes.depth > reference + 1;
    case "spoiled":
      if (filter.by !== null) return spoiledBy(story) === filter.by;
      return !atOutput && (story.probes?.answers.includes(story.label) ?? false);
  }
}

/** The classes shown: the label, the predicted one, and the most probable others at any block. */
export function shownClasses(story: Story): number[] {
  const { label, probabilities } = story;
  const predicted = story.answers.at(-1) ?? -1;
  const first = predicted < 0 || predicted === label ? [label] : [label, predicted];
  const peaks = story.names.map((_, k) =>
    Math.max(0, ...probabilities.map((row) => row[k] ?? 0).filter(Number.isFinite)),
  );
  const others = peaks.map((_, k) => k).filter((k) => !first.includes(k));
  others.sort((a, b) => peaks[b]! - peaks[a]!);
  return [...first, ...others].slice(0, MOST_CLASSES);
}
