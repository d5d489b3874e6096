/** What the parts of the Blocks page are drawn from, and what they share. */

import type { Mark } from "../../charts/draw";
import type { LegendEntry } from "../../charts/export";
import { CATEGORIES, RUN_DASHES, SPLIT_COLOURS, SPLIT_DASHES } from "../../charts/look";
import type { Context } from "../../context";
import type { PanelProps } from "../../parts/panel";
import { hover, press, type State, set } from "../../state";
import type { Shown } from "../runs";
import { type Line, shownSplit } from "./data";

/** Everything that the parts of the page are drawn from. */
export interface View {
  readonly context: Context;
  readonly shown: Shown;
  readonly lines: readonly Line[];
  readonly reference: { readonly line: Line; readonly epoch: number; readonly name: string } | null;
  readonly epoch: number;
}

export const legendOf = (view: View): readonly LegendEntry[] =>
  view.lines.length > 1
    ? view.lines.map((line, i) => ({ name: line.name, colour: CATEGORIES[i]!, dash: RUN_DASHES[i]! }))
    : (["train", "validation"] as const)
        .filter((split) => shownSplit(view.context.state) === "both" || shownSplit(view.context.state) === split)
        .map((split) => ({ name: split, colour: SPLIT_COLOURS[split], dash: SPLIT_DASHES[split] }));

/** What is marked in charts over blocks. */
export function blockMarks(state: State): readonly Mark[] {
  const marks: Mark[] = state.chosen
    .filter((block) => block !== state.block)
    .map((at) => ({ kind: "x", at, as: "chosen" }));
  if (state.block !== null) marks.push({ kind: "x", at: state.block, as: "pick" });
  if (state.hover !== null && state.hover !== state.block) marks.push({ kind: "x", at: state.hover, as: "hover" });
  return marks;
}

/** Pointing, pressing, dragging and keys in a chart over blocks. */
export function blockHandlers(context: Context, count: number): NonNullable<PanelProps["handlers"]> {
  const { state, store } = context;
  const within = (x: number) => Math.min(count - 1, Math.max(0, Math.round(x)));
  const inside = ([from, to]: readonly [number, number]) =>
    Array.from({ length: count }, (_, block) => block).filter((block) => block >= from && block <= to);
  return () => ({
    onPoint: (x) => store.do(hover(x === null ? null : within(x))),
    onPress: (x, _y, more) => store.do(press(within(x), more)),
    onDrag: (range) => store.do(set(state.brushing && range ? { chosen: inside(range) } : { zoom: range })),
    onStep: (by) => store.do(hover(within((state.hover ?? state.block ?? (by > 0 ? -1 : count)) + by))),
  });
}

/** The checkpoint and the state of what is measured on it, for a metric that is not logged. */
export function measuredOf(line: Line, metric: string) {
  if (metric.startsWith("drop")) return line.drop;
  return metric.endsWith("_effective") ? line.effective : null;
}
