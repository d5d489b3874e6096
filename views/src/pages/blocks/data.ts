/** The runs that the Blocks page shows, with everything that is known of them. */

import type { Context } from "../../context";
import { type Curves, position, SPLITS, type Split } from "../../curves";
import { type Answer, soFar } from "../../loader";
import { active, checkpoints, curves, datasets, MORE, probe } from "../../resources";
import type { Checkpoint, Run, Schemas } from "../../sources/source";
import { type Metric, measuredSplit, type State } from "../../state";
import { count, number } from "../../text";
import { checkpointAt, seedGroup } from "../runs";

export const REST = 300; // ms that the slider rests before something is measured
const EFFECTIVE: readonly string[] = ["cosine_loss", "l2_ratio"];

/** One run, or the mean over its seeds. */
export interface Line {
  readonly run: Run;
  readonly name: string;
  readonly curves: Curves;
  readonly checkpoints: readonly Checkpoint[];
  readonly saved: Answer<unknown>; // of the question for checkpoints
  readonly drop: Measured<Schemas["DropResult"]>;
  readonly effective: Measured<Schemas["BlockMetricsResult"]>;
}

/** A measurement of the newest checkpoint at or before the epoch. */
export interface Measured<T> {
  readonly checkpoint: Checkpoint | null;
  readonly answer: Answer<T> | null;
}

/** A value for each block, with the edges of its band. */
export interface Row {
  readonly mean: Float32Array;
  readonly low: Float32Array | null;
  readonly high: Float32Array | null;
}

const needsMore = (state: State): boolean => isMore(state.metric) || isMore(state.by);

/** The name of a run in a legend; for several seeds without the seed, and with their number. */
export function lineName(run: Run, seeds: number): string {
  const name = run.name.replace(`, seed ${run.seed}`, "");
  return seeds > 1 ? `${name}, mean of ${seeds} seeds` : run.name;
}

export const isMore = (metric: string) => (MORE as readonly string[]).includes(metric);
const groupOf = (state: State, run: Run, all: readonly Run[]) => (state.merged ? seedGroup(run, all) : [run]);
/** The curves that the first view doesn't need. */
export const moreOf = ({ state, ask }: Context, run: Run, all: readonly Run[]): Answer<Curves> =>
  ask(curves(groupOf(state, run, all), true));

/** A run's curves, once they are there. */
export function curvesOf(context: Context, run: Run, all: readonly Run[]): Answer<Curves> {
  const { state, ask, memory } = context;
  const first = ask(curves(groupOf(state, run, all), false));
  if (first.state !== "done" || !needsMore(state)) return first;
  const more = moreOf(context, run, all);
  if (more.state !== "done") return first;
  const both = memory.keep(`curves ${run.id}`, [first.value, more.value], () => first.value.with(more.value));
  return { state: "done", value: both };
}

export function lineOf(context: Context, run: Run, found: Curves, epoch: number): Line {
  const { state, ask } = context;
  const saved = ask(checkpoints(run.id, active(run)));
  const all = saved.state === "done" ? saved.value : [];
  const checkpoint = checkpointAt(all, epoch);
  const measure = <T>(answer: () => Answer<T>): Measured<T> => ({ checkpoint, answer: checkpoint && answer() });
  return {
    run,
    name: lineName(run, found.seeds),
    curves: found,
    checkpoints: all,
    saved,
    drop: measure(() => ask(dropOf(checkpoint!))),
    effective: state.effective
      ? measure(() =>
          ask(
            probe(
              "block-metrics",
              { checkpoint: checkpoint!.id, split: measuredSplit(state), update: "effective" },
              REST,
            ),
          ),
        )
      : { checkpoint, answer: null },
  };
}

export const dropOf = (checkpoint: Checkpoint) =>
  probe("drop", { checkpoint: checkpoint.id, split: "validation", blocks: "each" }, REST);

/** The metric that is drawn where this one is asked for. */
export const asked = (state: State, metric: string): string =>
  state.effective && EFFECTIVE.includes(metric) ? `${metric}_effective` : metric;

interface Dropped {
  readonly accuracy: Row;
  readonly damage: Row;
  readonly baseline: number;
}
const dropped = new WeakMap<Schemas["DropResult"], Dropped>();

/** Accuracy without each block, and the accuracy that this costs. */
export function dropRows(result: Schemas["DropResult"]): Dropped {
  const known = dropped.get(result) ?? readDrop(result);
  dropped.set(result, known);
  return known;
}

function readDrop(result: Schemas["DropResult"]): Dropped {
  const make = () => new Float32Array(result.blocks.length).fill(Number.NaN);
  const [accuracy, low, high, damage, damageLow, damageHigh] = [make(), make(), make(), make(), make(), make()];
  const baseline = number(result.baseline.accuracy);
  for (const plan of result.plans) {
    const [block, ...others] = plan.blocks;
    if (block === undefined || others.length) continue;
    const [from, to] = plan.accuracy_interval ?? [null, null];
    accuracy[block] = number(plan.accuracy);
    low[block] = number(from);
    high[block] = number(to);
    damage[block] = baseline - accuracy[block]!;
    damageLow[block] = baseline - high[block]!;
    damageHigh[block] = baseline - low[block]!;
  }
  return {
    accuracy: { mean: accuracy, low, high },
    damage: { mean: damage, low: damageLow, high: damageHigh },
    baseline,
  };
}

/** A metric's values at an epoch, as they are shown; null where there are none. */
export function rowOf(line: Line, metric: string, split: Split, epoch: number): Row | null {
  if (metric === "drop_accuracy" || metric === "drop_damage") {
    const result = soFar(line.drop.answer);
    if (!result || split !== "validation") return null;
    const { accuracy, damage } = dropRows(result);
    return metric === "drop_accuracy" ? accuracy : damage;
  }
  if (metric.endsWith("_effective")) {
    const result = soFar(line.effective.answer);
    if (!result || result.split !== split) return null;
    const summary = metric.startsWith("cosine") ? result.cosine_loss : result.l2_ratio;
    return banded(Float32Array.from(summary.mean, number), Float32Array.from(summary.std, number), null);
  }
  const mean = line.curves.row(metric, split, epoch);
  return mean && banded(mean, line.curves.row(`${metric}_std`, split, epoch), line.curves.metric(metric).bounds);
}

function banded(mean: Float32Array, std: Float32Array | null, bounds: readonly [number, number] | null): Row {
  if (!std) return { mean, low: null, high: null };
  const [low, high] = bounds ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  return {
    mean,
    low: mean.map((value, i) => Math.max(low, value - std[i]!)),
    high: mean.map((value, i) => Math.min(high, value + std[i]!)),
  };
}

/** The splits that are shown of a metric. */
export function splitsOf(metric: string, state: State): readonly Split[] {
  if (metric.startsWith("drop")) return ["validation"];
  if (metric.endsWith("_effective")) return [measuredSplit(state)];
  return SPLITS.filter((split) => shownSplit(state) === "both" || shownSplit(state) === split);
}

/** Both splits for one run; of several runs, the validation curves. */
export const shownSplit = (state: State) => state.split ?? (state.others.length ? "validation" : "both");

/** How many images of these splits the logged values of lines are of: "64 images"; "" where that isn't known. */
export function loggedImages({ ask }: Context, all: readonly Run[], lines: readonly Line[], splits: readonly Split[]) {
  const found = new Set<number>();
  let most = "";
  for (const { run, curves } of lines) {
    const { merged } = curves.header;
    for (const { configuration, dataset } of merged ? all.filter(({ id }) => merged.runs.includes(id)) : [run]) {
      const exact = configuration.logged_images as Readonly<Record<string, number>> | undefined;
      if (exact) {
        for (const split of splits) found.add(exact[split]!);
        continue;
      }
      const asked = configuration.log_samples;
      if (typeof asked !== "number") return "";
      const known = ask(datasets);
      if (known.state === "waiting") return "";
      const data = known.value?.find(({ name }) => name === dataset);
      for (const split of splits) {
        const size = data?.[`${split}_size`];
        if (!size) most = "at most ";
        found.add(Math.min(asked, size ?? asked));
      }
    }
  }
  const numbers = [...found].sort((a, b) => a - b).map(count);
  return numbers.length ? `${most}${numbers.join(" or ")} ${numbers.join() === "1" ? "image" : "images"}` : "";
}

/** A metric over the epochs: what was logged, or what was measured at checkpoints. */
export interface Over {
  readonly epochs: readonly number[];
  readonly rows: readonly Float32Array[];
  readonly measured: string | null; // "3 of 12 checkpoints measured"
}

export function overEpochs(context: Context, line: Line, metric: Metric): Over {
  const { state, ask, memory } = context;
  if (metric !== "drop_damage") {
    const series = line.curves.series.get(`${metric}/${measuredSplit(state)}`);
    return { epochs: series?.epochs ?? [], rows: series?.rows ?? [], measured: null };
  }
  const saved = line.checkpoints.filter((one) => one.epoch !== null).toSorted((a, b) => a.epoch! - b.epoch!);
  const answers = saved.map((one) => ask(dropOf(one)).value);
  return memory.keep("damage over epochs", [line.checkpoints, ...answers], () => {
    const known = saved.filter((_, i) => answers[i]);
    return {
      epochs: known.map((one) => one.epoch!),
      rows: answers.filter((each) => each !== undefined).map((each) => dropRows(each).damage.mean),
      measured: `${known.length} of ${saved.length} checkpoints measured`,
    };
  });
}

/** The epoch that is shown: the one of the address, within what was logged. */
export const shownEpoch = (state: { readonly epoch: number | null }, found: Curves): number =>
  Math.min(found.last, Math.max(found.first, state.epoch ?? found.last));

/** The epoch that a curve's value at `epoch` is from; of a metric, where it has epochs of its own. */
export function loggedAt(found: Curves, epoch: number, metric?: string, split?: Split): number {
  const { epochs } = found.series.get(`${metric}/${split}`) ?? found;
  return epochs[position(epochs, epoch)] ?? epoch;
}
