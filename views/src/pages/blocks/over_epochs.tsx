/** Panels over the epochs: a metric of every block as lines and as a map, and numbers of the whole network. */

import type { JSX } from "preact";
import type { Mark } from "../../charts/draw";
import { type Chart, rowsOf } from "../../charts/spec";
import { scalars as copyScalars } from "../../copy";
import { type Curves, position, type Split } from "../../curves";
import { Select } from "../../parts/controls";
import { Panel } from "../../parts/panel";
import { hover, measuredSplit, press, set } from "../../state";
import { percent, signed } from "../../text";
import { linesCharts, mapChart, scalarsChart } from "./charts";
import { loggedImages, type Over, overEpochs, splitsOf } from "./data";
import { goToEpoch, stepEpoch } from "./keys";
import { originOf, overSnippet, splitText } from "./origin";
import { blockMarks, legendOf, loggedOn, type View } from "./view";
import { ACCURACY, forImages, GRADIENT, LINES, MAP, valueText } from "./words";

export function OverEpochs({ view }: { view: View }): JSX.Element {
  const { context, lines, epoch } = view;
  const { state, look, home, memory, store } = context;
  const first = lines[0]!;
  const split = measuredSplit(state);
  const metric = state.metric;
  const over = overEpochs(context, first, metric);
  const on = [over.rows, metric, split, state.stages, state.chosen, state.epochZoom, first.curves];
  const charts = memory.keep("lines", on, () => linesCharts(first.curves, over, metric, state));
  const map = memory.keep("map", on, () => [mapChart(first.curves, over, metric, split, state)]);
  const images = over.measured ? "" : loggedImages(context, view.shown.all, [first], [split]);
  const badge = [
    lines.length > 1 ? "first run" : "",
    ...(over.measured ? [over.measured] : [split, ...loggedOn({ ...view, lines: [first] }, [split])]),
  ];
  const block = state.hover ?? state.block;
  const common = {
    look,
    home,
    origin: originOf({ ...view, lines: [first] }, metric, true),
    badge: badge.filter(Boolean).join(", "),
    readout: block === null ? "" : readout(first.curves, over, metric, epoch, block),
    stale: over.epochs.length === 0,
  };
  const now: Mark = { kind: "x", at: epoch, as: "now" };
  const row = (y: number) => Math.min(first.curves.blocks.length - 1, Math.max(0, Math.round(y)));
  const step = (by: number) => store.do(stepEpoch(first.curves.epochs, by));
  return (
    <>
      <Panel
        id="blocks-lines"
        text={forImages(LINES, images)}
        charts={charts}
        {...common}
        snippet={overSnippet(view, over, false)}
        marks={(chart) => [now, ...trails(view, chart)]}
        handlers={(chart) => ({
          onPoint: (x, y) => store.do(hover(x === null ? null : nearestLine(chart, x, y))),
          onPress: (x, y, more) => {
            const found = nearestLine(chart, x, y);
            if (found !== null) store.do(press(found, more));
          },
          onDrag: (range) => store.do(set({ epochZoom: range })),
          onStep: step,
        })}
        controls={<StagesChoice view={view} />}
      />
      <Panel
        id="blocks-heat"
        text={forImages(MAP, images)}
        charts={map}
        {...common}
        snippet={overSnippet(view, over, true)}
        marks={() => [
          now,
          ...blockMarks(state).map((mark) =>
            mark.kind === "x" ? ({ kind: "row", at: mark.at, as: mark.as } as const) : mark,
          ),
        ]}
        handlers={() => ({
          onPoint: (_x, y) => store.do(hover(Number.isFinite(y) ? row(y) : null)),
          onPress: (x, y, more) => {
            store.do(goToEpoch(first.curves.epochs, x));
            store.do(more ? press(row(y), true) : set({ block: row(y) }));
          },
          onDrag: (range) => store.do(set({ epochZoom: range })),
          onStep: step,
        })}
      />
    </>
  );
}

/** "block 5, epoch 4: −0.03": the latest value up to an epoch, with its own epoch. */
function readout(curves: Curves, { epochs, rows }: Over, metric: string, epoch: number, block: number): string {
  const last = position(epochs, epoch);
  const value = rows[last]?.[block] ?? Number.NaN;
  const { unit } = curves.metric(metric);
  return Number.isFinite(value) ? `block ${block}, epoch ${epochs[last]}: ${valueText(value, metric, unit)}` : "";
}

/** The block whose line is next to a point. */
function nearestLine(chart: Chart, x: number, y: number): number | null {
  let best: number | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const layer of chart.layers) {
    if (layer.kind !== "line") continue;
    let at = 0;
    for (let i = 1; i < layer.x.length; i += 1) if (Math.abs(layer.x[i]! - x) < Math.abs(layer.x[at]! - x)) at = i;
    const found = Math.abs(layer.y[at]! - y);
    if (found < distance) [distance, best] = [found, Number(layer.name.replace("block ", ""))];
  }
  return best;
}

/** The lines of the marked and the hovered block, drawn again above the others. */
function trails({ context }: View, chart: Chart): Mark[] {
  const { state } = context;
  return blockMarks(state).flatMap((mark) => {
    if (mark.kind !== "x" || mark.as === "chosen") return [];
    const line = chart.layers.find((layer) => layer.kind === "line" && layer.name === `block ${mark.at}`);
    return line?.kind === "line"
      ? [{ kind: "trail" as const, x: line.x, y: line.y, as: mark.as, colour: line.colour }]
      : [];
  });
}

const accuracyName = (curves: Curves, split: Split): string | null =>
  (split === "train"
    ? ["accuracy/train", "training_accuracy/train"]
    : ["validation_accuracy/validation", "accuracy/validation"]
  ).find((name) => curves.scalars.has(name)) ?? null;
const gradientName = (curves: Curves, split: Split): string | null =>
  curves.scalars.has(`gradient_norm_ratio/${split}`) ? `gradient_norm_ratio/${split}` : null;

export function Scalars({ view, id }: { view: View; id: "blocks-gradient" | "blocks-training" }): JSX.Element {
  const { context, lines, epoch } = view;
  const { state, look, home, memory, store } = context;
  const accuracy = id === "blocks-training";
  const axis = accuracy
    ? ({ title: "accuracy (%)", unit: 100, bounds: [0, 100] } as const)
    : ({ title: "gradient norm ratio r", unit: 1, log: true } as const);
  const least = accuracy ? Number.NEGATIVE_INFINITY : 0; // the axis shows what is above
  const names = accuracy ? accuracyName : gradientName;
  const on = [state.split, state.others, state.epochZoom, ...lines.map((line) => line.curves)];
  const chart = memory.keep(id, on, () => scalarsChart(lines, names, axis, state));
  const empty = !chart.layers.length
    ? "Not logged for this run."
    : `No logged value is finite${accuracy ? "" : " and above 0"}.`;
  const first = lines[0]!.curves;
  const splits = splitsOf("accuracy", state);
  const stored = splits.map((split) => names(first, split)).filter((name) => name !== null);
  return (
    <Panel
      id={id}
      text={accuracy ? ACCURACY : forImages(GRADIENT, loggedImages(context, view.shown.all, lines, splits))}
      charts={[chart]}
      look={look}
      home={home}
      origin={{ ...originOf(view, accuracy ? "accuracy" : "gradient_norm_ratio", true), split: splitText(state) }}
      marks={() => [{ kind: "x", at: epoch, as: "now" }]}
      handlers={() => ({
        onPress: (x) => store.do(goToEpoch(first.epochs, x)),
        onDrag: (range) => store.do(set({ epochZoom: range })),
        onStep: (by) => store.do(stepEpoch(first.epochs, by)),
      })}
      legend={legendOf(view, "accuracy")}
      badge={loggedOn(view, accuracy ? [] : splits).join(", ")}
      snippet={{
        requests: lines.map(({ run, curves }) => ({
          path: `/runs/${run.id}/metrics${curves.seeds > 1 ? "?merge=seeds" : ""}`,
        })),
        draw: copyScalars(stored, axis.unit, axis.title),
      }}
      height="short"
      {...([...rowsOf(chart)].some(([, , y]) => Number.isFinite(y) && Number(y) > least)
        ? {}
        : { instead: <p>{empty}</p> })}
    />
  );
}

/** The numbers of the whole network where there is one epoch only. */
export function OneEpoch({ view }: { view: View }): JSX.Element {
  const { curves } = view.lines[0]!;
  const facts = (["train", "validation"] as const).flatMap((split) => {
    const [accuracy, ratio] = [accuracyName(curves, split), gradientName(curves, split)];
    return [
      ...(accuracy ? [[`${split} accuracy`, percent(curves.scalars.get(accuracy)!.values.at(-1))]] : []),
      ...(ratio ? [[`gradient norm ratio, ${split}`, signed(curves.scalars.get(ratio)!.values.at(-1), 3)]] : []),
    ];
  });
  return (
    <section class="panel">
      <h2 class="panel-title">The whole network</h2>
      <dl class="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="hint">
        {curves.header.imported
          ? "This network was imported already trained, so it has no curves over epochs. All values are measured on the imported weights."
          : `Only epoch ${curves.first} is logged: curves over epochs and the block × epoch map appear with the second epoch.`}
      </p>
    </section>
  );
}

function StagesChoice({ view }: { view: View }): JSX.Element {
  const { state, store } = view.context;
  return (
    <Select
      label="All blocks in one plot, or one plot per stage"
      hidden
      value={state.stages ? "stages" : "all"}
      options={[
        { value: "all", label: "All blocks" },
        { value: "stages", label: "Per stage" },
      ]}
      onChoose={(value) => store.do(set({ stages: value === "stages" }))}
    />
  );
}
