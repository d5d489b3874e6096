/** The Blocks page: the metrics of every block at every epoch. */

import type { JSX } from "preact";
import { carried } from "../../address";
import type { Mark } from "../../charts/draw";
import type { LegendEntry, Origin } from "../../charts/export";
import { CATEGORIES, RUN_DASHES, SPLIT_COLOURS, SPLIT_DASHES } from "../../charts/look";
import type { Chart } from "../../charts/spec";
import type { Context } from "../../context";
import { byBlock, overEpochs as copyOver, scalars as copyScalars, type Snippet } from "../../copy";
import type { Split } from "../../curves";
import type { Drawn } from "../../element";
import { Empty, Select } from "../../parts/controls";
import { Link } from "../../parts/link";
import { Panel, type PanelProps } from "../../parts/panel";
import { active } from "../../resources";
import type { Run } from "../../sources/source";
import { hover, measuredSplit, press, type State, set } from "../../state";
import { percent, signed } from "../../text";
import { Failed, Head, isShown, Loading, RunPicker, type Shown, StatusLine, shownRun } from "../runs";
import { byBlockChart, linesCharts, mapChart, scalarsChart } from "./charts";
import { Compare, METRIC_OPTIONS, Said, Scrubber, Seeds } from "./controls";
import {
  asked,
  curvesOf,
  type Line,
  lineOf,
  loggedAt,
  type Over,
  overEpochs,
  rowOf,
  shownEpoch,
  shownSplit,
} from "./data";
import { blocksKey, stepEpoch, tick } from "./keys";
import { ACCURACY, BY, COSINE, DROP, forSeeds, GRADIENT, LINES, MAP, RATIO } from "./words";

/** Everything that the parts of the page are drawn from. */
export interface View {
  readonly context: Context;
  readonly shown: Shown;
  readonly lines: readonly Line[];
  readonly reference: { readonly line: Line; readonly epoch: number; readonly name: string } | null;
  readonly epoch: number;
}

export function blocksPage(context: Context): Drawn {
  const shown = shownRun(context);
  if (!isShown(shown)) return { content: shown };
  const { state } = context;
  const { run, all } = shown;
  const found = curvesOf(context, run, all);
  const head = (
    <Head title="Blocks" context={context} notices={shown.notices}>
      <RunPicker context={context} shown={shown} />
      <Compare context={context} shown={shown} />
      <Seeds context={context} shown={shown} />
      <StatusLine run={run} />
    </Head>
  );
  if (found.state === "waiting") return page(head, <Loading away={found.away} />);
  if (found.state === "failed") return page(head, <Failed context={context} error={found.error} />);
  const curves = found.value;
  if (!curves.epochs.length) return page(head, <NoEpochs context={context} run={run} />);
  const epoch = shownEpoch(state, curves);
  const lines = [lineOf(context, run, curves, epoch)];
  for (const id of state.others) {
    const other = all.find((each) => each.id === id);
    const answer = other && curvesOf(context, other, all);
    if (other && answer?.state === "done") lines.push(lineOf(context, other, answer.value, epoch));
  }
  const view: View = { context, shown, lines, reference: referenceOf(context, shown), epoch };
  return {
    ...page(
      head,
      <>
        <Said view={view} />
        <Scrubber view={view} />
        <Panels view={view} />
      </>,
    ),
    keys: (key, event) => blocksKey(key, event, state, curves),
    tick: tick(state, curves),
  };
}

const page = (head: JSX.Element, content: JSX.Element): Drawn => ({
  content: (
    <div class="page blocks-page">
      {head}
      {content}
    </div>
  ),
});

function referenceOf(context: Context, shown: Shown): View["reference"] {
  const { reference } = context.state;
  const run = reference && shown.all.find((each) => each.id === reference.run);
  const found = run && curvesOf(context, run, shown.all);
  if (!reference || !run || found?.state !== "done") return null;
  const line = lineOf(context, run, found.value, reference.epoch);
  return {
    line,
    epoch: reference.epoch,
    name: run.status === "imported" ? run.name : `epoch ${reference.epoch} of ${run.name}`,
  };
}

/** ---- the panels ---- */

function Panels({ view }: { view: View }): JSX.Element {
  const { lines, context } = view;
  const { state } = context;
  const first = lines[0]!;
  const single = first.curves.epochs.length === 1;
  const seeds = first.curves.seeds;
  const by = (
    <ByBlock
      view={view}
      id="blocks-exit"
      metric={asked(state, state.by)}
      text={BY}
      height="short"
      controls={
        <Select
          label="Metric by block"
          hidden
          value={state.by}
          options={METRIC_OPTIONS}
          onChoose={(metric) => context.store.do(set({ by: metric }))}
        />
      }
    />
  );
  return (
    <>
      <div class="grid three">
        <ByBlock view={view} id="blocks-cosine" metric={asked(state, "cosine_loss")} text={forSeeds(COSINE, seeds)} />
        <ByBlock view={view} id="blocks-ratio" metric={asked(state, "l2_ratio")} text={forSeeds(RATIO, seeds)} />
        <ByBlock view={view} id="blocks-drop" metric="drop_accuracy" text={DROP} />
      </div>
      {single ? (
        <div class="grid two">
          {by}
          <OneEpoch view={view} />
        </div>
      ) : (
        <>
          <div class="grid two">
            <OverEpochs view={view} />
          </div>
          <div class="grid three">
            {by}
            <Scalars view={view} id="blocks-gradient" />
            <Scalars view={view} id="blocks-training" />
          </div>
        </>
      )}
      <p class="hint keys">
        Keys: ← → change the epoch, ↑ ↓ mark a block, Space plays, Esc lets go. In the strip and in a chart, ← → move
        along it. Shift-click chooses several blocks.
      </p>
    </>
  );
}

const legendOf = (view: View): readonly LegendEntry[] =>
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

interface ByBlockProps {
  readonly view: View;
  readonly id: string;
  readonly metric: string;
  readonly text: PanelProps["text"];
  readonly height?: "short";
  readonly controls?: JSX.Element;
}

/** The checkpoint and the state of what is measured on it, for a metric that is not logged. */
function measuredOf(line: Line, metric: string) {
  if (metric.startsWith("drop")) return line.drop;
  return metric.endsWith("_effective") ? line.effective : null;
}

function ByBlock({ view, id, metric, text, height, controls }: ByBlockProps): JSX.Element {
  const { context, lines, reference, epoch } = view;
  const { state, look, home, memory } = context;
  const first = lines[0]!;
  const measured = measuredOf(first, metric);
  const on = [metric, epoch, look, ...whatChanges(view)];
  const chart = memory.keep(id, on, () => byBlockChart({ lines, reference, state, epoch }, metric));
  const block = state.hover ?? state.block;
  return (
    <Panel
      id={id}
      text={text}
      charts={[chart]}
      look={look}
      home={home}
      origin={originOf(view, metric)}
      marks={() => blockMarks(state)}
      handlers={blockHandlers(context, first.curves.blocks.length)}
      legend={metric.startsWith("drop") && lines.length === 1 ? [] : legendOf(view)}
      badge={badgeOf(view, metric)}
      readout={block === null ? "" : readout(view, metric, block)}
      snippet={snippetOf(view, metric)}
      height={height ?? "tall"}
      stale={measured?.answer?.state === "waiting"}
      {...(controls ? { controls } : {})}
      {...insteadOf(measured, chart)}
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
      line.drop.answer?.value,
      line.effective.answer?.value,
    ]),
  ];
}

function insteadOf(measured: ReturnType<typeof measuredOf>, chart: Chart): { instead?: JSX.Element } {
  const answer = measured?.answer;
  if (answer?.state === "failed") return { instead: <p>{answer.error.message}</p> };
  if (measured && !measured.checkpoint) return { instead: <p>No checkpoint is saved at or before this epoch.</p> };
  const empty = chart.layers.every((layer) => layer.kind === "rule");
  if (empty && !measured) return { instead: <p>Not logged for this run.</p> };
  return {};
}

function badgeOf({ lines, epoch, context }: View, metric: string): string {
  const line = lines[0]!;
  const measured = measuredOf(line, metric);
  const seeds = line.curves.seeds > 1 && !measured ? `${line.curves.seeds} seeds` : "";
  const parts: string[] = [];
  if (measured) {
    const { checkpoint, answer } = measured;
    if (answer?.state === "waiting")
      return `measuring ${answer.progress ? `${Math.round(100 * answer.progress)} %` : "…"}`;
    if (checkpoint?.epoch !== null && checkpoint && checkpoint.epoch !== epoch) parts.push(`epoch ${checkpoint.epoch}`);
    const samples = answer?.value?.samples;
    if (samples) parts.push(`${samples} images`);
    if (line.curves.seeds > 1) parts.push("this run");
    if (metric.endsWith("_effective")) parts.push("hᵢ₊₁ − hᵢ");
  } else {
    const at = loggedAt(line.curves, epoch);
    if (at !== epoch) parts.push(`epoch ${at}`);
    if (seeds && context.state.others.length === 0) parts.push(seeds);
  }
  return parts.join(", ");
}

/** "block 5: −0.03 validation, −0.02 train". */
function readout({ lines, reference, epoch, context }: View, metric: string, block: number): string {
  const { state } = context;
  const { unit } = lines[0]!.curves.metric(metric);
  const told: string[] = [];
  for (const split of ["validation", "train"] as Split[]) {
    if (shownSplit(state) !== "both" && shownSplit(state) !== split && !metric.startsWith("drop")) continue;
    const value = rowOf(lines[0]!, metric, split, epoch)?.mean[block];
    if (value === undefined || !Number.isFinite(value)) continue;
    const from =
      state.difference && reference
        ? (rowOf(reference.line, metric, split, reference.epoch)?.mean[block] ?? Number.NaN)
        : 0;
    const text =
      unit === 100
        ? `${signed(unit * (value - from), 1)} ${metric === "drop_damage" ? "points" : "%"}`
        : signed(value - from, 3);
    told.push(metric.startsWith("drop") ? text : `${text} ${split === "validation" ? "val." : "train"}`);
  }
  return told.length ? `block ${block}: ${told.join(" · ")}` : "";
}

function OverEpochs({ view }: { view: View }): JSX.Element {
  const { context, lines, epoch } = view;
  const { state, look, home, memory, store } = context;
  const first = lines[0]!;
  const split = measuredSplit(state);
  const metric = state.metric;
  const over = overEpochs(context, first, metric);
  const on = [over.rows, metric, split, state.stages, state.chosen, state.epochZoom, first.curves, look];
  const charts = memory.keep("lines", on, () => linesCharts(first.curves, over, metric, state));
  const map = memory.keep("map", on, () => [mapChart(first.curves, over, metric, split, state, look)]);
  const badge = [
    lines.length > 1 ? "first run" : "",
    over.measured ?? split,
    first.curves.seeds > 1 && !over.measured ? `${first.curves.seeds} seeds` : "",
  ];
  const block = state.hover ?? state.block;
  const value = block === null ? undefined : valueAt(over, epoch, block);
  const common = {
    look,
    home,
    origin: originOf(view, metric, true),
    badge: badge.filter(Boolean).join(", "),
    readout:
      value === undefined || block === null
        ? ""
        : `block ${block}, epoch ${epoch}: ${signed(value * first.curves.metric(metric).unit, 3)}`,
    stale: over.epochs.length === 0,
  };
  const now: Mark = { kind: "x", at: epoch, as: "now" };
  const step = (by: number) => store.do(stepEpoch(first.curves.epochs, by));
  const choose = (x: number) => store.do(set({ epoch: nearest(first.curves.epochs, x), playing: false }));
  return (
    <>
      <Panel
        id="blocks-lines"
        text={LINES}
        charts={charts}
        {...common}
        snippet={overSnippet(view, over, false)}
        marks={(chart, i) => [now, ...trails(view, chart, i)]}
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
        text={MAP}
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
          onPoint: (_x, y) =>
            store.do(
              hover(Number.isFinite(y) ? Math.min(first.curves.blocks.length - 1, Math.max(0, Math.round(y))) : null),
            ),
          onPress: (x, y, more) => {
            choose(x);
            store.do(more ? press(Math.round(y), true) : set({ block: Math.max(0, Math.round(y)) }));
          },
          onDrag: (range) => store.do(set({ epochZoom: range })),
          onStep: step,
        })}
      />
    </>
  );
}

function valueAt(over: Over, epoch: number, block: number): number | undefined {
  let best = -1;
  over.epochs.forEach((each, i) => {
    if (each <= epoch) best = i;
  });
  const value = over.rows[best]?.[block];
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/** The logged epoch next to a value. */
function nearest(epochs: readonly number[], x: number): number {
  return epochs.reduce((best, each) => (Math.abs(each - x) < Math.abs(best - x) ? each : best), epochs[0] ?? 0);
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
function trails({ context }: View, chart: Chart, _i: number): Mark[] {
  const { state } = context;
  return blockMarks(state).flatMap((mark) => {
    if (mark.kind !== "x" || mark.as === "chosen") return [];
    const line = chart.layers.find((layer) => layer.kind === "line" && layer.name === `block ${mark.at}`);
    return line?.kind === "line"
      ? [{ kind: "trail" as const, x: line.x, y: line.y, as: mark.as, colour: line.colour }]
      : [];
  });
}

const accuracyName = (curves: Line["curves"], split: Split): string | null =>
  (split === "train"
    ? ["accuracy/train", "training_accuracy/train"]
    : ["validation_accuracy/validation", "accuracy/validation"]
  ).find((name) => curves.scalars.has(name)) ?? null;
const gradientName = (curves: Line["curves"], split: Split): string | null =>
  curves.scalars.has(`gradient_norm_ratio/${split}`) ? `gradient_norm_ratio/${split}` : null;

function Scalars({ view, id }: { view: View; id: "blocks-gradient" | "blocks-training" }): JSX.Element {
  const { context, lines, epoch } = view;
  const { state, look, home, memory, store } = context;
  const accuracy = id === "blocks-training";
  const axis = accuracy
    ? ({ title: "accuracy (%)", unit: 100, bounds: [-1, 101] } as const)
    : ({ title: "gradient norm ratio r", unit: 1, log: true } as const);
  const names = accuracy ? accuracyName : gradientName;
  const on = [state.split, state.others, state.epochZoom, look, ...lines.map((line) => line.curves)];
  const chart = memory.keep(id, on, () => scalarsChart(lines, names, axis, state));
  const first = lines[0]!.curves;
  const stored = (["train", "validation"] as const).map((split) => names(first, split)).filter((name) => name !== null);
  const merged = first.seeds > 1 ? "?merge=seeds" : "";
  return (
    <Panel
      id={id}
      text={accuracy ? ACCURACY : GRADIENT}
      charts={[chart]}
      look={look}
      home={home}
      origin={originOf(view, accuracy ? "accuracy" : "gradient_norm_ratio", true)}
      marks={() => [{ kind: "x", at: epoch, as: "now" }]}
      handlers={() => ({
        onPress: (x) => store.do(set({ epoch: nearest(first.epochs, x) })),
        onDrag: (range) => store.do(set({ epochZoom: range })),
        onStep: (by) => store.do(stepEpoch(first.epochs, by)),
      })}
      legend={legendOf(view)}
      badge={first.seeds > 1 && lines.length === 1 ? `${first.seeds} seeds` : ""}
      snippet={{
        requests: lines.map((line) => ({ path: `/runs/${line.run.id}/metrics${merged}` })),
        draw: copyScalars(stored, axis.unit, axis.title),
      }}
      height="short"
      {...(chart.layers.length ? {} : { instead: <p>Not logged for this run.</p> })}
    />
  );
}

/** The numbers of the whole network where there is one epoch only. */
function OneEpoch({ view }: { view: View }): JSX.Element {
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

/** ---- where the numbers come from ---- */

function originOf({ lines, epoch, context }: View, metric: string, overTime = false): Origin {
  const { state, home } = context;
  const line = lines[0]!;
  const measured = measuredOf(line, metric);
  const { seeds } = line.curves;
  const split = metric.startsWith("drop")
    ? "validation"
    : measured || overTime
      ? measuredSplit(state)
      : shownSplit(state);
  const at = measured?.checkpoint ? measured.checkpoint.epoch : loggedAt(line.curves, epoch);
  return {
    run: lines.map((each) => `${each.name} (${each.run.id})`).join(", "),
    split: split === "both" ? "train and validation" : split,
    version: home.version,
    ...(overTime ? {} : { epoch: at === null ? "as imported" : String(at) }),
    ...(measured?.checkpoint
      ? { checkpoint: `${measured.checkpoint.id}, sha256 ${measured.checkpoint.sha256.slice(0, 12)}` }
      : { seeds }),
    ...(measured?.answer?.value ? { images: measured.answer.value.samples } : {}),
    ...(metric.endsWith("_effective") ? { update: "effective update hᵢ₊₁ − hᵢ" } : {}),
  };
}

function snippetOf({ lines, reference, epoch, context }: View, metric: string): Snippet | null {
  const line = lines[0]!;
  if (measuredOf(line, metric)) {
    const requests = lines.flatMap((each) => {
      const found = measuredOf(each, metric);
      const name = metric.startsWith("drop") ? "drop" : "block-metrics";
      if (!found?.checkpoint) return [];
      const more =
        name === "drop"
          ? { split: "validation", blocks: "each" }
          : { split: measuredSplit(context.state), update: "effective" };
      return [{ path: `/probe/${name}`, body: { checkpoint: found.checkpoint.id, ...more, wait: 60 } }];
    });
    return requests.length ? { requests } : null;
  }
  const merge = (each: Line) => (each.curves.seeds > 1 ? "&merge=seeds" : "");
  const shown = [
    ...lines.map((each) => [each, epoch] as const),
    ...(reference ? [[reference.line, reference.epoch] as const] : []),
  ];
  return {
    requests: shown.map(([each]) => ({ path: `/runs/${each.run.id}/metrics?metric=${metric}${merge(each)}` })),
    draw: byBlock(
      metric,
      line.curves.metric(metric).unit,
      shown.map(([, at]) => at),
    ),
  };
}

function overSnippet({ lines, context }: View, over: Over, map: boolean): Snippet {
  const line = lines[0]!;
  const { metric } = context.state;
  if (over.measured) {
    const body = { checkpoints: `run:${line.run.id}/every`, split: "validation", blocks: "each", wait: 60 };
    return { requests: [{ path: "/probe/drop", body }] };
  }
  const merge = line.curves.seeds > 1 ? "&merge=seeds" : "";
  return {
    requests: [{ path: `/runs/${line.run.id}/metrics?metric=${metric}${merge}` }],
    draw: copyOver(metric, measuredSplit(context.state), line.curves.metric(metric).unit, map),
  };
}

function NoEpochs({ context, run }: { context: Context; run: Run }): JSX.Element {
  const { home, state } = context;
  if (run.status === "imported") {
    return (
      <Empty
        title={`“${run.name}” has no curves`}
        actions={
          <>
            <Link home={home} to={carried(state, "interventions")} class="button-link">
              Open in Interventions
            </Link>
            <Link home={home} to={carried(state, "examples")} class="button-link light">
              Open in Examples
            </Link>
          </>
        }
      >
        It was imported as a checkpoint, which holds the network but not the curves of its training. The network can be
        measured.
      </Empty>
    );
  }
  const sentences: Record<string, string> = {
    queued: "It is waiting for a trainer. If nothing happens, start one: python -m iterscope_trainer watch",
    running: "The first curves appear in a few seconds, once the untrained network has been measured.",
    failed: `It failed before its first epoch: ${run.error ?? "no reason was recorded"}.`,
  };
  return (
    <Empty title={`“${run.name}” has no epochs yet`}>
      {sentences[run.status] ?? `Its status is “${run.status}”, and it logged no epochs. Choose another run.`}
      {active(run) ? " This page goes on by itself." : ""}
    </Empty>
  );
}
