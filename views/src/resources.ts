/** What a view may ask for. A resource's key names it: the same question twice is one request. */

import { Curves } from "./curves";
import type { Checkpoint, Probe, Probes, Run, Schemas, Source, Waiting } from "./sources/source";
import { visible } from "./text";

export interface Resource<T> {
  readonly key: string;
  /** ms that it has to be wanted before it is asked for, unless it is the first change for as long: what flies past is not computed. */
  readonly rest?: number;
  /** Whether it is computed ahead of the reader: it gives way to whatever else is asked for. */
  readonly ahead?: boolean;
  /** Whether it is a computation, which stops when nobody wants it. */
  readonly computed: boolean;
  ask(source: Source, waiting: Waiting): Promise<T>;
  /** How a value that may change is brought up to date, and after how many ms. */
  renew?(value: T): { after: number; ask(source: Source): Promise<T> } | null;
}

const FIRST = ["cosine_loss", "cosine_loss_std", "l2_ratio", "l2_ratio_std", "early_exit_accuracy"];
export const MORE = ["activation_norm", "cosine_loss_plugged"] as const;
const LIVE = 1000; // ms, of a run that is training
const IDLE = 5000;

export const active = (run: { status: string }) => run.status === "running" || run.status === "queued";

/** Names may come from files. */
const shownRun = (run: Run): Run => ({
  ...run,
  name: visible(run.name),
  dataset: visible(run.dataset),
  architecture: visible(run.architecture),
  notes: visible(run.notes),
});
/** Runs with the same name show their seeds. */
function toldApart(all: readonly Run[]): Run[] {
  const names = new Map<string, number>();
  for (const { name } of all) names.set(name, (names.get(name) ?? 0) + 1);
  return all.map((run) =>
    names.get(run.name)! > 1 && run.seed !== null ? { ...run, name: `${run.name}, seed ${run.seed}` } : run,
  );
}
const newest = (a: Run, b: Run) => (a.created_at < b.created_at ? 1 : -1);
/** The same object where nothing has changed, so that nothing is drawn again. */
const unlessSame =
  <T>(read: (source: Source) => Promise<T>, old: T) =>
  async (source: Source) => {
    const next = await read(source);
    return JSON.stringify(next) === JSON.stringify(old) ? old : next;
  };
const readRuns = async (source: Source) =>
  toldApart((await source.get<{ runs: Run[] }>("/runs")).runs.map(shownRun)).sort(newest);

export const runs: Resource<Run[]> = {
  key: "runs",
  computed: false,
  ask: readRuns,
  renew: (found) => ({ after: found.some(active) ? LIVE : IDLE, ask: unlessSame(readRuns, found) }),
};

const readCheckpoints = (run: string) => async (source: Source) =>
  (await source.get<{ checkpoints: Checkpoint[] }>(`/checkpoints?run=${encodeURIComponent(run)}`)).checkpoints.map(
    (one) => ({
      ...one,
      name: visible(one.name),
    }),
  );

export const checkpoints = (run: string, training: boolean): Resource<Checkpoint[]> => ({
  key: `checkpoints ${run}`,
  computed: false,
  ask: readCheckpoints(run),
  renew: (found) => (training ? { after: LIVE, ask: unlessSame(readCheckpoints(run), found) } : null),
});

/** A run's curves, or the mean over it and its repetitions: those of the first view, or the others. */
export function curves(group: readonly Run[], more: boolean): Resource<Curves> {
  const run = group[0]!.id;
  const merged = group.length > 1;
  const metrics = (more ? MORE : FIRST).map((metric) => `metric=${metric}`).join("&");
  const path = `/runs/${encodeURIComponent(run)}/curves?${metrics}`;
  const read = async (source: Source, query: string) => Curves.read(await source.file(path + query));
  const whole = (source: Source) => read(source, merged ? "&merge=seeds" : "");
  return {
    key: `curves ${path} ${merged ? group.map((each) => each.id) : ""}`,
    computed: false,
    ask: whole,
    renew: (found) =>
      merged
        ? group.some(active)
          ? { after: IDLE, ask: whole }
          : null
        : !active(found.header)
          ? null
          : {
              after: LIVE,
              ask: async (source) => {
                const added = await read(source, `&since=${found.header.cursor}`);
                return added.header.cursor === found.header.cursor && added.header.status === found.header.status
                  ? found
                  : found.with(added);
              },
            },
  };
}

export function probe<P extends Probe>(name: P, request: Probes[P][0], rest = 0): Resource<Probes[P][1]> {
  return {
    key: `${name} ${JSON.stringify(request)}`,
    rest,
    computed: true,
    ask: (source, waiting) => source.probe(name, request, waiting),
  };
}

/** The service's home folder, which a command has to name. */
export const homeFolder: Resource<string> = {
  key: "home",
  computed: false,
  ask: async (source) => (await source.get<Schemas["Health"]>("/health")).home,
};

/** The data sets that come with Iterscope. */
export const datasets: Resource<readonly Schemas["DatasetDescription"][]> = {
  key: "datasets",
  computed: false,
  ask: async (source) => (await source.get<Schemas["Datasets"]>("/datasets")).datasets,
};

/** The path of one image of a data set, as a checkpoint's network sees it. */
export function imagePath(checkpoint: Checkpoint, split: string, index: number): string {
  const dataset = String(checkpoint.dataset?.name ?? "");
  return `/datasets/image?${new URLSearchParams({ checkpoint: checkpoint.id, dataset, split, index: String(index) })}`;
}
