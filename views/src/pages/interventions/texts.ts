/** The panels' help, and the keys. */

import type { Help } from "../../parts/controls";

export const KEYS = [
  ["← →, Home, End", "move along the blocks"],
  ["Shift ← →", "select several"],
  ["D or Delete", "drop or restore the selected blocks"],
  ["R", "repeat twenty times, scaled by 0.1"],
  ["+ −", "one repetition more or less"],
  ["[ ]", "lower or raise the scale α"],
  ["Alt ← →", "swap with the neighbouring block"],
  ["Esc", "clear the selection, then the marked block"],
  ["Ctrl Z, Ctrl Shift Z", "undo, redo"],
] as const;
export const STRIP: Help = {
  title: "The network",
  help: "Each bar is a block: taller for a higher resolution, wider for more channels, coloured by a metric of the untouched network. The arc above it is its skip connection, dashed for a projection. For a dropped block, only the arc remains.",
  formula: "h ← merge(shortcut(h) + α · F(h))",
  section: "2",
};
export const PLAN_NOTATION: Help = {
  title: "Plan notation",
  help: "Blocks in execution order: .. is a range, @ a scale, x a repetition. You can edit the text or paste another plan; the library and the command line use the same notation.",
  formula: "0..2 4..26 26@0.1x20",
};
export const groupsHelp = ({ borderline, correct }: { borderline: string; correct: string }): Help => ({
  title: "Accuracy by group",
  help: `All images; those that are ${correct}; and those that are ${borderline}, that is, close to the decision boundary. Bars: 95 % intervals, which are wide for small groups.`,
  formula: "borderline: |p_label − max p_other| < 0.1",
  section: "4.3",
  figures: [6],
});
export const COSINE: Help = {
  title: "Cosine loss along the plan",
  help: "Negative: the step points along −∂L/∂h, downhill. Repeats of the last block continue to the right of it. Band: 25 % to 75 % quantiles over images.",
  formula: "cos(Fᵢ(hᵢ), ∂L/∂hᵢ)",
  section: "4.1",
  figures: [4, 10],
};
export const RATIO: Help = {
  title: "ℓ2 ratio along the plan",
  help: "How much each step changes the hidden state. Repeats of the last block continue to the right of it. Band: 25 % to 75 % quantiles over images.",
  formula: "‖Fᵢ(hᵢ)‖ / ‖hᵢ‖",
  section: "4.2",
  figures: [2, 11],
};
export const unrollHelp = (block: number): Help => ({
  title: `Block ${block}, step by step`,
  help: `Block ${block} is applied repeatedly to the untouched network’s hidden state, its branch scaled by α; the rest of the network follows after every step. Grey: the same without scaling, which explodes in the paper.`,
  formula: "h ← h + α · F(h)",
  section: "4.4",
  figures: [7],
});
export const UNROLL_METRICS: Help = {
  title: "Cosine loss and ℓ2 ratio, step by step",
  help: "Steps that refine keep a negative cosine loss, and their ℓ2 ratio decreases.",
  formula: "cos(F(h), ∂L/∂h)  and  ‖F(h)‖ / ‖h‖ at every further step",
  section: "4.4",
  figures: [20],
};
