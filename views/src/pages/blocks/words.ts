/** The Blocks page in words: the panels' help, and sentences made of the measurements. */

import type { Claim } from "../../curves";
import type { Help } from "../../parts/controls";
import type { Schemas } from "../../sources/source";
import { percent, signed } from "../../text";
import { dropRows } from "./data";

export const VERDICTS: Readonly<Record<Claim["verdict"], string>> = {
  holds: "as in the paper",
  partly: "partly as in the paper",
  no: "not as in the paper",
  untrained: "untrained",
};

const SPREAD = "Mean over images, band: ±1 standard deviation.";
/** A panel's help where the curves are means over seeds. */
export const forSeeds = (text: Help, seeds: number): Help =>
  seeds === 1
    ? text
    : {
        ...text,
        help: text.help.replace(
          SPREAD,
          `Mean over images and ${seeds} seeds, band: ±1 standard deviation between seeds.`,
        ),
      };

/** A panel's help where it is known how many images its values are of. */
export const forImages = (text: Help, images: string): Help =>
  images ? { ...text, help: `${text.help} Logged on ${images} of each split.` } : text;

/** A panel's help where the effective update is shown instead of the branch. */
export const forUpdate = (text: Help, title: string, axis: string): Help => ({
  ...text,
  title: `${title[0]!.toUpperCase()}${title.slice(1)}`,
  help: `${UPDATE} ${text.help}`,
  formula: axis,
});
const UPDATE = "Of the effective update hᵢ₊₁ − hᵢ, measured on one checkpoint.";

export const COSINE: Help = {
  title: "Cosine loss",
  help: `Cosine between a block’s output and the loss gradient. Negative: the output points along −∂L/∂h, so it lowers the loss. ${SPREAD} Diamonds: projection blocks, measured at the shortcut’s output.`,
  formula: "cos(Fᵢ(hᵢ), ∂L/∂hᵢ) = Fᵢ · ∂L/∂hᵢ / (‖Fᵢ‖ ‖∂L/∂hᵢ‖)",
  section: "4.1",
  figures: [4, 10],
};
export const RATIO: Help = {
  title: "ℓ2 ratio",
  help: `How much a block changes the hidden state. Large: it computes new features. Small: it only refines them. ${SPREAD}`,
  formula: "‖Fᵢ(hᵢ)‖ / ‖hᵢ‖",
  section: "4.2",
  figures: [2, 11],
};
export const DROP: Help = {
  title: "Accuracy without block",
  help: "Accuracy with one block removed at a time (its branch set to 0) and all others as trained; the band is the 95 % interval. Measured on the latest checkpoint at or before the selected epoch.",
  formula: "Fᵢ := 0,  hᵢ₊₁ = shortcut(hᵢ)",
  section: "4.2",
  figures: [3, 12],
};
export const LINES: Help = {
  title: "Over epochs",
  help: "The selected metric over training, one line per block, coloured by depth. Hover over a block in any panel to highlight its line.",
  formula: "the selected metric of block i after epoch t",
  section: "C",
  figures: [13, 14],
};
export const MAP: Help = {
  title: "Block × epoch",
  help: "The same values as a map: epochs on the x axis, blocks on the y axis.",
  formula: "the selected metric of block i after epoch t",
  section: "C",
  figures: [13, 14],
};
export const BY: Help = {
  title: "Any metric",
  help: "“Accuracy after block” applies the network’s own head to the hidden state after each block of the last stage: refinement increases accuracy gradually. “Head plugged in” applies the head directly to the block’s input hᵢ and uses that loss gradient.",
  formula: "accuracy of head(hᵢ₊₁), last stage\ncos(Fᵢ, ∂L(head(hᵢ))/∂hᵢ), last stage",
  section: "4.2",
  figures: [5, 13],
};
export const GRADIENT: Help = {
  title: "Gradient norm ratio",
  help: "Gradient norm at the first block of the first stage, divided by that at the first block of the last stage. Far above 1, early layers dominate learning.",
  formula: "r = ‖∂L/∂h (first stage)‖ / ‖∂L/∂h (last stage)‖",
  section: "4.5",
  figures: [8],
};
export const ACCURACY: Help = {
  title: "Network accuracy",
  help: "Accuracy over epochs: train on a fixed subset, validation on the whole split.",
  formula: "share of images with argmax p = label",
  section: "D",
  figures: [18, 19],
};

/** The block conventions, by the service's names. */
export const CONVENTIONS: Readonly<Record<string, readonly [string, string]>> = {
  "pre-activation": ["Nothing follows the addition: F is the complete update of a block.", "hᵢ₊₁ = hᵢ + Fᵢ(hᵢ)"],
  "post-activation": [
    "F is the branch output before the addition. A ReLU follows the addition, so the change of h differs from F. The switch “effective update” measures cosine loss and ℓ2 ratio of that change instead.",
    "hᵢ₊₁ = ReLU(hᵢ + Fᵢ(hᵢ))\neffective update: hᵢ₊₁ − hᵢ",
  ],
  "identity merge": [
    "All activations are inside the branch, and nothing follows the addition: F is the complete update of a block.",
    "hᵢ₊₁ = hᵢ + Fᵢ(hᵢ)",
  ],
};

/** What dropping single blocks does: the most damaging block, and the late blocks. `of`: " in this run", beside a mean of several. */
export function dropSentence(result: Schemas["DropResult"], of = ""): string {
  const { accuracy, damage, baseline } = dropRows(result);
  const lost = [...damage.mean];
  const known = lost.filter(Number.isFinite);
  if (!known.length) return "";
  const worst = lost.indexOf(Math.max(...known));
  const third = Math.max(1, Math.floor(lost.length / 3));
  const late = Math.max(0, ...lost.slice(-third).filter(Number.isFinite));
  const dropped = third > 1 ? `any one of the last ${third}` : "the last block";
  return `Dropping block ${worst} changes accuracy from ${percent(baseline)} to ${percent(accuracy.mean[worst])}${of}; ${dropped} costs at most ${signed(100 * late, 1)} points.`;
}

/** The headline where the effective update is shown: the claim of the epoch is about the branch F. */
export const effectiveSentence = ([cosine, ratio]: readonly [number, number], late: string, of = ""): string =>
  `The effective update hᵢ₊₁ − hᵢ of the ${late} has${of} a mean cosine loss of ${signed(cosine)} and a mean ℓ2 ratio of ${signed(ratio)}.`;

/** A value in words, with its unit; what accuracies differ by is in points. */
export function valueText(value: number, metric: string, unit: number, difference = false): string {
  if (unit !== 100) return signed(value, 3);
  return `${signed(100 * value, 1)} ${difference || metric === "drop_damage" ? "points" : "%"}`;
}

/** What dropping any late block costs at most, in points. */
export function lateCost(result: Schemas["DropResult"]): number {
  const lost = [...dropRows(result).damage.mean];
  return 100 * Math.max(0, ...lost.slice(-Math.max(1, Math.floor(lost.length / 3))).filter(Number.isFinite));
}
