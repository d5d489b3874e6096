/** What the parts of the Blocks page are drawn from, and what they share. */

import type { Mark } from "../../charts/draw";
import type { LegendEntry } from "../../charts/export";
import { CATEGORIES, RUN_DASHES, SPLIT_COLOURS, SPLIT_DASHES } from "../../charts/look";
import type { Context } from "../../context";
import type { Split } from "../../curves";
import type { PanelProps } from "../../parts/panel";
import { hover, press, type State, set } from "../../state";
import type { Shown } from "../runs";
import { type Line, loggedAt, loggedImages, splitsOf } from "./data";

/** Everything that the parts of the page are drawn from. */
export interface View {
  readonly context: Context;
  readonly shown: Shown;
  readonly lines: readonly Line[];
  readonly reference: Reference | null;
  /** Whether the pinned curve is still loaded. */
  readonly pinning: boolean;
  readonly epoch: number;
}

/** The pinned curve. */
export interface Reference {
  readonly line: Line;
  readonly epoch: number;
  readonly name: string;
}

/** What the values of a metric are of: a measurement is of one run, whatever the logged curves are means of. */
export const nameOf = (line: Line, metric: string): string => (measuredOf(line, metric) ? line.run.name : line.name);

/** The runs, or the splits that are drawn of a metric. */
export const legendOf = ({ lines, context }: View, metric: string): readonly LegendEntry[] =>
  lines.length > 1
    ? lines.map((line, i) => ({ name: nameOf(line, metric), colour: CATEGORIES[i]!, dash: RUN_DASHES[i]! }))
    : splitsOf(metric, context.state).map((name) => ({ name, colour: SPLIT_COLOURS[name], dash: SPLIT_DASHES[name] }));

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

/** How many images and seeds logged values are of. */
export const loggedOn = ({ context, shown, lines }: View, splits: readonly Split[]): string[] =>
  [
    loggedImages(context, shown.all, lines, splits),
    lines.length === 1 && lines[0]!.curves.seeds > 1 ? `${lines[0]!.curves.seeds} seeds` : "",
  ].filter(Boolean);

/** The epoch of each line's values, null as imported; undefined where nothing was measured. */
export const epochsOf = ({ lines, epoch, context }: View, metric: string): readonly (number | null | undefined)[] =>
  lines.map((line) => {
    const measured = measuredOf(line, metric);
    return measured
      ? measured.checkpoint?.epoch
      : loggedAt(line.curves, epoch, metric, splitsOf(metric, context.state).at(-1));
  });

/** The checkpoint and the state of what is measured on it, for a metric that is not logged. */
export function measuredOf(line: Line, metric: string) {
  if (metric.startsWith("drop")) return line.drop;
  return metric.endsWith("_effective") ? line.effective : null;
}
