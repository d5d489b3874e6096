/** Panels over the blocks: one metric at one epoch. */

import type { JSX } from "preact";
import type { Chart } from "../../charts/spec";
import { soFar } from "../../loader";
import { Panel, type PanelProps } from "../../parts/panel";
import { count } from "../../text";
import { Failed } from "../runs";
import { byBlockChart } from "./charts";
import { isMore, loggedImages, moreOf, rowOf, splitsOf } from "./data";
import { originOf, snippetOf } from "./origin";
import { blockHandlers, blockMarks, epochsOf, legendOf, loggedOn, measuredOf, type View } from "./view";
import { forImages, valueText } from "./words";

interface ByBlockProps {
  readonly view: View;
  readonly id: string;
  readonly metric: string;
  readonly text: PanelProps["text"];
  readonly height?: "short";
  readonly controls?: JSX.Element;
}

export function ByBlock({ view, id, metric, text, height, controls }: ByBlockProps): JSX.Element {
  const { context, lines, reference, epoch, shown } = view;
  const { state, look, home, memory } = context;
  const first = lines[0]!;
  const measured = measuredOf(first, metric);
  const on = [metric, epoch, look, ...whatChanges(view)];
  const chart = memory.keep(id, on, () => byBlockChart({ lines, reference, state, epoch }, metric));
  const block = state.hover ?? state.block;
  const answers = [measured?.answer, state.difference && reference ? measuredOf(reference.line, metric)?.answer : null];
  const partial = answers.flatMap((answer) => (answer?.state === "waiting" ? [answer.partial !== undefined] : []));
  return (
    <Panel
      id={id}
      text={measured ? text : forImages(text, loggedImages(context, shown.all, lines, splitsOf(metric, state)))}
      charts={[chart]}
      look={look}
      home={home}
      origin={originOf(view, metric)}
      marks={() => blockMarks(state)}
      handlers={blockHandlers(context, first.curves.blocks.length)}
      legend={metric.startsWith("drop") && lines.length === 1 ? [] : legendOf(view, metric)}
      badge={badgeOf(view, metric)}
      readout={block === null ? "" : readout(view, metric, block)}
      snippet={snippetOf(view, metric)}
      height={height ?? "tall"}
      stale={(state.difference && view.pinning) || partial.includes(false)}
      growing={partial.includes(true)}
      {...(controls ? { controls } : {})}
      {...insteadOf(view, metric, measured, chart)}
    />
  );
}

/** What a chart over blocks depends on, besides its metric and the epoch. */
function whatChanges({ lines, reference, context }: View): unknown[] {
  const { state } = context;
  return [
    state.split,
    state.difference,
    state.zoom,
    state.others,
    reference?.epoch,
    ...[...lines, ...(reference ? [reference.line] : [])].flatMap((line) => [
      line.curves,
      soFar(line.drop.answer),
      soFar(line.effective.answer),
    ]),
  ];
}

type Measured = ReturnType<typeof measuredOf>;

/** What stands instead of a chart that has nothing to show: what failed, or why there is nothing. */
function insteadOf({ context, shown, lines, reference }: View, metric: string, measured: Measured, chart: Chart) {
  const line = lines[0]!;
  const empty = chart.layers.every((layer) => layer.kind === "rule");
  const pinned = context.state.difference && reference ? reference.line : null;
  const measurements = [line, pinned].flatMap((each) => {
    const one = each && measuredOf(each, metric);
    return one ? [{ ...one, saved: each.saved }] : [];
  });
  const needed = [
    ...measurements.flatMap(({ checkpoint, answer, saved }) => [answer, checkpoint ? null : saved]),
    empty && isMore(metric) ? moreOf(context, line.run, shown.all) : null,
  ];
  const failed = needed.find((answer) => answer?.state === "failed");
  if (failed?.state === "failed") return { instead: <Failed context={context} error={failed.error} /> };
  if (needed.some((answer) => answer?.state === "waiting")) return {};
  if (measurements.some(({ checkpoint }) => !checkpoint))
    return {
      instead: <p>No checkpoint is saved at or before {measured?.checkpoint ? "the pinned" : "this"} epoch.</p>,
    };
  if (!empty || measured) return {};
  return { instead: <p>{pinned ? "Not logged for both runs: no difference." : "Not logged for this run."}</p> };
}

function badgeOf(view: View, metric: string): string {
  const { lines, epoch, context } = view;
  const line = lines[0]!;
  const measured = measuredOf(line, metric);
  const parts: string[] = [];
  if (measured) {
    const { answer } = measured;
    if (answer?.state === "waiting" && answer.partial) {
      const { samples, of } = answer.partial;
      return `the first ${count(samples)} of ${count(of ?? samples)} images`;
    }
    if (answer?.state === "waiting")
      return `measuring ${answer.progress ? `${Math.round(100 * answer.progress)} %` : "…"}`;
    parts.push(...otherEpochs(epochsOf(view, metric), epoch));
    const samples = answer?.value?.samples;
    if (samples) parts.push(`${samples} images`);
    if (line.curves.seeds > 1) parts.push("this run");
    if (metric.endsWith("_effective")) parts.push("hᵢ₊₁ − hᵢ");
  } else {
    parts.push(...otherEpochs(epochsOf(view, metric), epoch));
    parts.push(...loggedOn(view, splitsOf(metric, context.state)));
  }
  return parts.join(", ");
}

/** "epoch 8" where the values are not those of the shown epoch; one number for each run where they differ. */
function otherEpochs(found: ReturnType<typeof epochsOf>, epoch: number): string[] {
  const known = found.filter((each) => typeof each === "number");
  if (known.every((each) => each === epoch)) return [];
  return new Set(known).size === 1 ? [`epoch ${known[0]}`] : [`epochs ${known.join(", ")}`];
}

/** "block 5: −0.03 validation, −0.02 train". */
function readout({ lines, reference, epoch, context }: View, metric: string, block: number): string {
  const { state } = context;
  const { unit } = lines[0]!.curves.metric(metric);
  const told: string[] = [];
  for (const split of splitsOf(metric, state).toReversed()) {
    const value = rowOf(lines[0]!, metric, split, epoch)?.mean[block];
    if (value === undefined || !Number.isFinite(value)) continue;
    const pinned = state.difference && reference;
    const from = pinned ? (rowOf(pinned.line, metric, split, pinned.epoch)?.mean[block] ?? Number.NaN) : 0;
    const text = valueText(value - from, metric, unit, pinned !== false && pinned !== null);
    told.push(metric.startsWith("drop") ? text : `${text} ${split === "validation" ? "val." : "train"}`);
  }
  return told.length ? `block ${block}: ${told.join(" · ")}` : "";
}
