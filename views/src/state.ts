/** What a view shows. Every interaction is a function from one state to the next; nothing else changes it. */

import type { Split } from "./curves";

export type Page = "blocks" | "interventions" | "examples";
export type SplitChoice = Split | "both";
export const METRICS = [
  "cosine_loss",
  "l2_ratio",
  "early_exit_accuracy",
  "activation_norm",
  "cosine_loss_plugged",
  "drop_damage",
] as const;
export type Metric = (typeof METRICS)[number];
export const COLOURS = ["cosine", "ratio", "drop"] as const;
export type Colour = (typeof COLOURS)[number];
export const GROUPS = [
  "borderline",
  "corrected",
  "overthought",
  "misclassified",
  "settled-late",
  "spoiled",
  "all",
] as const;
export type Group = (typeof GROUPS)[number];
/** The groups of which the images of one block may be listed. */
export const BY_BLOCK: readonly Group[] = ["corrected", "spoiled"];
export const SORTS = ["margin", "-margin", "-loss", "loss", "index", "-depth", "depth", "-confusion"] as const;
export type Sort = (typeof SORTS)[number];
export const SAMPLES = ["500", "2000", "all"] as const;
export const MOST_RUNS = 4;
export const MOST_PINS = 24;

/** A run at an epoch, kept as a reference curve. */
export interface Reference {
  readonly run: string;
  readonly epoch: number;
}

/** Everything that an address holds. Values are checked for their form only: whether a run exists, its data tell. */
export interface Place {
  readonly page: Page;
  readonly run: string | null; // null: the newest
  readonly others: readonly string[]; // runs drawn over it
  readonly merged: boolean; // means over seeds
  readonly checkpoint: string | null; // null: that of `epoch`, or the newest
  readonly epoch: number | null; // null: the last
  readonly split: SplitChoice | null;
  readonly block: number | null; // the marked one
  readonly chosen: readonly number[]; // a set of blocks
  readonly reference: Reference | null;
  readonly difference: boolean;
  readonly metric: Metric;
  readonly by: Metric;
  readonly stages: boolean; // one plot for each stage
  readonly effective: boolean; // hᵢ₊₁ − hᵢ instead of Fᵢ
  readonly plan: string | null; // null: the untouched network
  readonly against: string | null; // the plan to compare with
  readonly colour: Colour;
  readonly borderlineAt: "last5" | "output";
  readonly group: Group;
  readonly by_block: number | null; // that corrected or spoiled the image
  readonly class: number | null;
  readonly sort: Sort;
  readonly depth: boolean; // prediction depth and probes are shown
  readonly samples: (typeof SAMPLES)[number];
  readonly index: number | null; // the image whose story is told
  readonly images: readonly number[] | null; // pinned ones; null: one's own
}

/** What is pointed at or under way: it is in no address. */
export interface Moment {
  readonly hover: number | null; // a block
  readonly pointed: { readonly key: string; readonly step: number | null } | null; // an item of the strip
  readonly selected: readonly string[]; // items of the strip
  readonly focus: string | null; // the item in the inspector
  readonly playing: boolean;
  readonly brushing: boolean; // dragging in a chart selects blocks instead of zooming
  readonly zoom: readonly [number, number] | null; // blocks
  readonly epochZoom: readonly [number, number] | null;
  readonly stopped: boolean; // the reader cancelled what was running
  readonly said: string | null; // what can't be done, said where it was tried
  readonly kept: number | null; // the image that stays chosen if the new list has it
  readonly sight: readonly [number, number] | null; // positions of the list that are in sight, first and last
}

export type State = Place & Moment;
/** A state and what came before it, for undo and redo. */
export interface History {
  readonly now: State;
  readonly past: readonly string[]; // plans
  readonly future: readonly string[];
}

export const HOME: Place = {
  page: "blocks",
  run: null,
  others: [],
  merged: false,
  checkpoint: null,
  epoch: null,
  split: null,
  block: null,
  chosen: [],
  reference: null,
  difference: false,
  metric: "cosine_loss",
  by: "early_exit_accuracy",
  stages: false,
  effective: false,
  plan: null,
  against: null,
  colour: "cosine",
  borderlineAt: "last5",
  group: "borderline",
  by_block: null,
  class: null,
  sort: "margin",
  depth: false,
  samples: "500",
  index: null,
  images: null,
};

export const STILL: Moment = {
  hover: null,
  pointed: null,
  selected: [],
  focus: null,
  playing: false,
  brushing: false,
  zoom: null,
  epochZoom: null,
  stopped: false,
  said: null,
  kept: null,
  sight: null,
};

export const begin = (place: Place): History => ({ now: { ...STILL, ...place }, past: [], future: [] });

/** An interaction. */
export type Action = (state: State) => State;

const UNDOABLE = 200;
const planOf = (state: State): string => state.plan ?? "";

/** The next history: a changed plan can be undone. */
export function step(history: History, action: Action): History {
  const now = action(history.now);
  if (now === history.now) return history;
  const before = planOf(history.now);
  if (now.run !== history.now.run) return { now, past: planOf(now) === before ? history.past : [], future: [] };
  return remember({ ...history, now }, before);
}

/** Make it possible to return to the plan `before`. */
export function remember(history: History, before: string): History {
  if (planOf(history.now) === before) return history;
  return { now: history.now, past: [...history.past, before].slice(-UNDOABLE), future: [] };
}

/** A change that is not remembered, such as each step of a drag. */
export const pass = (history: History, action: Action): History => ({ ...history, now: action(history.now) });

export function undo(history: History): History {
  const plan = history.past.at(-1);
  if (plan === undefined) return history;
  const now = { ...history.now, plan: plan || null, stopped: false, said: null };
  return { now, past: history.past.slice(0, -1), future: [...history.future, planOf(history.now)] };
}

export function redo(history: History): History {
  const plan = history.future.at(-1);
  if (plan === undefined) return history;
  const now = { ...history.now, plan: plan || null, stopped: false, said: null };
  return { now, past: [...history.past, planOf(history.now)], future: history.future.slice(0, -1) };
}

/* ---- interactions that several pages have ---- */

export const set =
  (changes: Partial<State>): Action =>
  (state) => ({ ...state, ...changes });

export const hover =
  (block: number | null): Action =>
  (state) =>
    state.hover === block ? state : { ...state, hover: block };

export const pick =
  (block: number | null): Action =>
  (state) => ({ ...state, block });

/** A click marks a block; with Shift or Ctrl it joins the chosen set, or leaves it. */
export const press =
  (block: number, more: boolean): Action =>
  (state) => {
    if (!more) return { ...state, block: state.block === block ? null : block };
    const chosen = new Set(state.chosen);
    if (!chosen.delete(block)) chosen.add(block);
    return { ...state, chosen: [...chosen].sort((a, b) => a - b) };
  };

/** Escape lets go of the marked block, then of the chosen set, then of the zoom. */
export const letGo: Action = (state) => {
  if (state.block !== null) return { ...state, block: null };
  if (state.chosen.length) return { ...state, chosen: [] };
  return { ...state, zoom: null, epochZoom: null };
};

/** Another run: what belongs to the old one goes with it. A plan fits networks with as many blocks. */
export const chooseRun =
  (run: string, fits: boolean): Action =>
  (state) => ({
    ...state,
    ...STILL,
    run,
    others: state.others.filter((other) => other !== run),
    merged: false,
    effective: false,
    checkpoint: null,
    epoch: null,
    index: null,
    images: null,
    class: null,
    by_block: null,
    ...(fits ? {} : { plan: null, against: null, block: null, chosen: [] }),
  });

/** Another checkpoint of the run: its groups hold other images, and the chosen one stays only where it is in its group. */
export const chooseCheckpoint =
  (checkpoint: string, epoch: number | null): Action =>
  (state) => ({ ...state, checkpoint, epoch, index: null, kept: state.index, sight: null, stopped: false });

/** Pins belong to the images of one split. */
export const chooseSplit =
  (split: SplitChoice): Action =>
  (state) => ({ ...state, split, index: null, kept: null, sight: null, images: null, stopped: false, said: null });

/** The split that is measured. */
export const measuredSplit = (state: Place): Split => (state.split === "train" ? "train" : "validation");
