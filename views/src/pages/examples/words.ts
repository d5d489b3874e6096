/** The Examples page in words: what a group means, what the answer does along the network, and the panels' help. */

import type { Help } from "../../parts/controls";
import { type Group, SAMPLES, SORTS, type Sort, type State } from "../../state";
import { count, percent, signed } from "../../text";
import type { Filter, Samples } from "./list";
import { className, type Story, settledAt, spoiledBy, THRESHOLD } from "./story";

export const GROUP_NAMES: Readonly<Record<Group, string>> = {
  borderline: "Borderline",
  corrected: "Corrected",
  overthought: "Overthought",
  misclassified: "Misclassified",
  "settled-late": "Settled late",
  spoiled: "Spoiled",
  all: "All",
};
const SORT_NAMES: Readonly<Record<Sort, string>> = {
  margin: "smallest margin first",
  "-margin": "largest margin first",
  "-loss": "largest loss first",
  loss: "smallest loss first",
  index: "by number",
  "-depth": "largest depth first",
  depth: "smallest depth first",
  "-confusion": "most confused first",
};
export const SORT_OPTIONS = SORTS.map((value) => ({ value, label: SORT_NAMES[value] }));
const SAMPLE_NAMES: Readonly<Record<State["samples"], string>> = {
  "500": "sample of 500",
  "2000": "sample of 2,000",
  all: "all",
};
export const SAMPLE_OPTIONS = SAMPLES.map((value) => ({ value, label: SAMPLE_NAMES[value] }));

/** What is listed, in one sentence that is true of the answer. */
export function meaning(filter: Filter, answer: Samples): string {
  const one = filter.class === null ? "" : ` Only images labelled “${className(answer.class_names, filter.class)}”.`;
  return groupMeaning(filter, answer) + one;
}

function groupMeaning({ group, by }: Filter, { reference, corrected_by }: Samples): string {
  const last = corrected_by.at(-1)?.block ?? reference;
  const first = corrected_by.length ? corrected_by[0]!.block - 1 : reference;
  switch (group) {
    case "borderline":
      return `Borderline: |p_label − max p_other| < ${THRESHOLD} after block ${reference}. Shown: margin at the output.`;
    case "corrected":
      if (by === null) return `Corrected: wrong after block ${reference}, right at the output.`;
      return by === last
        ? `Corrected by block ${by}: wrong after block ${by - 1}, right after block ${by}, the last one.`
        : `Corrected by block ${by}: wrong after block ${by - 1}, right after block ${by} and every later one.`;
    case "overthought":
      return `Overthought: right after at least one block of the last stage (${first}–${last}), wrong at the output.`;
    case "misclassified":
      return "Misclassified: wrong at the output.";
    case "settled-late":
      return `Settled late: the nearest training images give the network’s prediction for good only after block ${reference}.`;
    case "spoiled":
      return by === null
        ? "Spoiled: a linear probe is right at some block, the network is wrong. With many blocks, some probes are right by chance."
        : `Spoiled by block ${by}: the probe is right before block ${by}, wrong after it and every later one, as is the network.`;
    case "all":
      return "All images that were measured.";
  }
}

/** "24 of 359". */
export const countOf = (answer: Samples): string => `${count(answer.total)} of ${count(answer.samples)}`;

/** From which block on the answer stays as it is at the output. */
export function settled(story: Story): string {
  const { exits, answers, label } = story;
  if (!exits.length) return "";
  const word = answers.at(-1) === label ? "Right" : "Wrong";
  const at = settledAt(story);
  if (at === 0) return `${word} after every block from ${exits[0]} on, the first after which the head can be applied.`;
  if (at === exits.length - 1) return `${word} only after the last block, ${exits[at]}.`;
  return `${word} from block ${exits[at]} on.`;
}

/** A prediction depth: of L blocks, L + 1 and L + 2 are codes. */
export const depthText = (depth: number, blocks: number): string =>
  depth > blocks + 1 ? "never" : depth > blocks ? "output" : String(depth);
/** What a depth that is no number of blocks means; "" for the others. */
export const depthMeaning = (depth: number, blocks: number): string =>
  depth > blocks + 1
    ? "the nearest training images give the network’s prediction at no block, and not even by class probabilities at the output"
    : depth > blocks
      ? "the nearest training images give the network’s prediction at no block, only by class probabilities at the output"
      : "";

/** After how many blocks the neighbours' answer is settled, and which block spoiled it; empty without probes. */
export function deepSettled(story: Story): string {
  const { probes, blocks } = story;
  if (!probes) return "";
  const { depth } = probes;
  const settles =
    depthMeaning(depth, blocks.length) ||
    `its nearest training images give the network’s prediction ${depth ? `from block ${depth - 1} on` : "before the first block"}`;
  const by = spoiledBy(story);
  const lost = probes.answers.at(-1) === story.label && story.answers.at(-1) !== story.label;
  const spoiled = lost
    ? " After the last block, a linear probe is right where the network’s head is wrong."
    : by === null
      ? ""
      : ` Block ${by} spoils it: the probe is right before it, and wrong from there on.`;
  return `Prediction depth ${depthText(depth, blocks.length)}: ${settles}.${spoiled}`;
}

/** "A linear probe: dog with 40 %, wrong." after a block; empty without probes. */
export function probeSays({ probes, names, label }: Story, block: number): string {
  const answer = probes?.answers[block + 1];
  if (!probes || answer === undefined || answer < 0) return "";
  const share = percent(probes.probabilities[block + 1]![answer], 0);
  return `A linear probe there: ${className(names, answer)} with ${share}, ${answer === label ? "right" : "wrong"}.`;
}

/** What an exit of a network answers. */
export interface Said {
  readonly answer: number; // −1: not finite
  readonly probability: number; // of that answer
  readonly margin: number;
}

export const saidAt = (story: Story, row: number): Said => ({
  answer: story.answers[row] ?? -1,
  probability: story.probabilities[row]?.[story.answers[row] ?? -1] ?? Number.NaN,
  margin: story.margin[row] ?? Number.NaN,
});

/** "7 with 61 %, still wrong, margin −0.12". `before`: the answer one block earlier. */
export function saying(story: Pick<Story, "names" | "label">, now: Said, before: Said | null): string {
  if (now.answer < 0) return "the output is not finite";
  const right = now.answer === story.label;
  const was = before === null ? null : before.answer === story.label;
  const turn = was === null ? "" : was === right ? "still " : "now ";
  const answer = `${className(story.names, now.answer)} with ${percent(now.probability, 0)}`;
  return `${answer}, ${turn}${right ? "right" : "wrong"}, margin ${signed(now.margin)}`;
}

/** What the network answers after a block, in one sentence. */
export function told(story: Story, block: number): string {
  const row = story.exits.indexOf(block);
  if (row < 0) {
    const measured = `cosine loss ${signed(story.cosine[block])}, ℓ2 ratio ${signed(story.ratio[block])}`;
    return `Block ${block}: ${measured}. The head can be applied only from block ${story.exits[0]} on.`;
  }
  const where = row === story.exits.length - 1 ? `After block ${block}, the output` : `After block ${block}`;
  return `${where}: ${saying(story, saidAt(story, row), row ? saidAt(story, row - 1) : null)}.`;
}

export const PROBABILITIES: Help = {
  title: "Class probabilities",
  help: [
    "The network’s own head applied after each block of the last stage: the label, the predicted class,",
    "and the classes that are most probable at any block.",
  ].join(" "),
  formula: "softmax(head(hᵢ₊₁))",
  section: "4.2",
  figures: [5],
};
export const MARGIN: Help = {
  title: "Margin",
  help: `Above 0 the prediction is right, below 0 wrong (diamonds). Shaded: borderline, ±${THRESHOLD}.`,
  formula: "p_label − max p_other",
  section: "4.3",
  figures: [6],
};
export const BLOCKS: Help = {
  title: "This image, block by block",
  help: [
    "Cosine loss: negative where the block moves h along −∂L/∂h of this image.",
    "ℓ2 ratio: how much the block changes h. Diamonds: projection blocks.",
  ].join(" "),
  formula: "cos(Fᵢ, ∂L/∂hᵢ)  and  ‖Fᵢ‖ / ‖hᵢ‖",
  section: "4.1",
  figures: [2, 4],
};
export const PROBES: Help = {
  title: "Probes at every block",
  help: [
    "A linear classifier on the features after each block (−1: before the first), fitted to training images, predicts the class.",
    "The vertical line marks the prediction depth: from there on, the nearest training images give the network’s prediction.",
  ].join(" "),
  formula: "softmax(W·φ(rₗ) + b)",
};
export const LEDGER: Help = {
  title: "Loss ledger",
  help: [
    "Each bar goes from the head’s loss before a block of the last stage to that after it.",
    "The tick is where the gradient alone predicts that it ends.",
  ].join(" "),
  formula: "ℓᵢ₊₁ − ℓᵢ  and  ⟨∂ℓᵢ/∂rᵢ, rᵢ₊₁ − rᵢ⟩",
};
export const WAY: Help = {
  title: "Through the network",
  help: [
    "The image goes through the network block by block.",
    "After each block of the last stage, the network’s own head gives its prediction there.",
    "The colour of a block is its cosine loss on this image.",
  ].join(" "),
  formula: "softmax(head(hᵢ₊₁))",
  section: "4.3",
  figures: [5, 6],
};
