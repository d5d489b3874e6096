/** What can be done to a network's plan and to what is selected of it: functions from one state to the next. */

import {
  amend,
  type Block,
  type Item,
  itemsOf,
  MAX_STEPS,
  PlanTextError,
  readPlan,
  repeat,
  type Step,
  swap,
  toggle,
  whole,
  without,
  write,
} from "../../plan";
import type { Action, State } from "../../state";
import type { Network } from "./network";

/** The plan of an address; one that can't be read is the untouched network, and `error` says why. */
export function planned(
  text: string | null,
  blocks: readonly Block[],
): { steps: readonly Step[]; error: string | null } {
  try {
    return { steps: readPlan(text, blocks), error: null };
  } catch (error) {
    if (!(error instanceof PlanTextError)) throw error;
    return { steps: whole(blocks.length), error: error.message };
  }
}

/** A plan as the state holds it: null for the untouched network. */
export function planText(steps: readonly Step[], length: number): string | null {
  const text = write(steps);
  return text === write(whole(length)) ? null : text;
}

const WITHIN = "Blocks can be moved and repeated only within their stage.";

/** Why no network can run these steps: the first block to meet a hidden state of another shape; null: they may run. */
export function refusal(steps: readonly Step[], { blocks, kinds }: Network): string | null {
  if (steps.reduce((sum, step) => sum + step.times, 0) > MAX_STEPS) return `A plan has at most ${MAX_STEPS} steps.`;
  let now = kinds[0];
  for (const { block, times } of steps) {
    const [needed, left] = [kinds[Math.max(0, block - 1)], kinds[block]];
    const begins = needed !== left;
    const stage = `stage ${blocks[block]!.stage + 1}`;
    if (now !== needed) {
      return begins
        ? `Block ${block} can’t run there: it begins ${stage} and needs the output of block ${block - 1}.`
        : `Block ${block} can’t run there: the hidden state has another shape than in ${stage}. ${WITHIN}`;
    }
    if (begins && times > 1) {
      return `Block ${block} can’t be repeated: it begins ${stage} and changes the shape of the hidden state.`;
    }
    now = left;
  }
  return now === kinds.at(-1) ? null : "The plan ends too early: the head needs the output of the last stage.";
}

/** Why two items can't change places. */
export function swapRefusal(items: readonly Item[], one: Item, other: Item, network: Network): string | null {
  const next = refusal(swap(items, one, other), network);
  if (
    next === null ||
    refusal(
      items.filter((item) => item.times),
      network,
    ) !== null
  )
    return null;
  const { blocks, kinds } = network;
  const [a, b] = [one.block, other.block];
  if (kinds[a] !== kinds[b]) {
    const stages = `stages ${blocks[a]!.stage + 1} and ${blocks[b]!.stage + 1}`;
    return `Blocks ${a} and ${b} can’t be swapped: they are in ${stages}, whose hidden states have different shapes.`;
  }
  const begins = [a, b].find((block) => block > 0 && kinds[block - 1] !== kinds[block]);
  if (begins === undefined) return next;
  const why = `block ${begins} begins stage ${blocks[begins]!.stage + 1} and changes the shape of the hidden state`;
  return `Blocks ${a} and ${b} can’t be swapped: ${why}.`;
}

/** The next steps; a sentence says why there are none; null: nothing to do. */
type Change = (items: readonly Item[], steps: readonly Step[]) => readonly Step[] | string | null;

/** A change of the plan. What no network can run is said instead; a plan that couldn't run may be mended step by step. */
export const edit =
  (network: Network, change: Change): Action =>
  (state) => {
    const { length } = network.blocks;
    const { steps } = planned(state.plan, network.blocks);
    const next = change(itemsOf(steps, length), steps);
    if (next === null) return state;
    const said = typeof next === "string" ? next : refusal(steps, network) === null ? refusal(next, network) : null;
    if (said !== null || typeof next === "string") return { ...state, said };
    return known({ ...state, plan: planText(next, length), stopped: false, said: null }, network.blocks);
  };

/** Without what is no longer on the strip. An item that is gone leaves the inspector to its block. */
function known(state: State, blocks: readonly Block[]): State {
  const keys = keysOf(state, blocks);
  const { focus } = state;
  const left = focus === null || keys.includes(focus) ? focus : `${focus.split(".")[0]}.0`;
  return { ...state, focus: left, selected: state.selected.filter((key) => keys.includes(key)) };
}

const keysOf = (state: State, blocks: readonly Block[]): string[] =>
  itemsOf(planned(state.plan, blocks).steps, blocks.length).map((item) => item.key);
const find = (items: readonly Item[], key: string) => items.find((item) => item.key === key);

/** Drop items, or restore them if all of them are dropped. */
export const drop = (network: Network, keys: readonly string[]): Action =>
  edit(network, (items) => toggle(items, new Set(keys), network.blocks));

export const swapItems = (network: Network, one: string, other: string): Action =>
  edit(network, (items) => {
    const [a, b] = [find(items, one), find(items, other)];
    return a?.times && b ? (swapRefusal(items, a, b, network) ?? swap(items, a, b)) : null;
  });

/** Swap with a neighbour; blocks that don't run have no place of their own. */
export const moveItem = (network: Network, key: string, by: number): Action =>
  edit(network, (items) => {
    const at = items.findIndex((item) => item.key === key);
    let to = at + by;
    while (items[to]?.times === 0) to += by;
    const [one, other] = [items[at], items[to]];
    return one?.times && other ? (swapRefusal(items, one, other, network) ?? swap(items, one, other)) : null;
  });

/** A scaled repetition behind an item, or none. */
export const repeatItem = (network: Network, key: string): Action =>
  edit(network, (items, steps) => {
    const at = find(items, key)?.at ?? null;
    return at === null ? null : repeat(steps, at);
  });

interface Amount {
  readonly times?: number;
  readonly scale?: number;
}
/** The values of an item, changed by as much. */
export const alter = (network: Network, key: string, by: Amount): Action =>
  edit(network, (items, steps) => {
    const item = find(items, key);
    if (!item || item.at === null) return null;
    return amend(steps, item.at, {
      ...(by.times === undefined ? {} : { times: item.times + by.times }),
      ...(by.scale === undefined ? {} : { scale: (item.scale ?? 1) + by.scale }),
    });
  });
/** The values of an item. */
export const give = (network: Network, key: string, values: Amount): Action =>
  edit(network, (items, steps) => {
    const at = find(items, key)?.at ?? null;
    return at === null ? null : amend(steps, at, values);
  });

/** The values of a step as a drag of its handle leaves them, counted from the steps at its beginning. */
export const dragHandle = (network: Network, from: readonly Step[], at: number, values: Amount): Action =>
  edit(network, () => amend(from, at, values));

/** A plan that was written or chosen. Whether it can run, the service decides. */
export const replan =
  (blocks: readonly Block[], steps: readonly Step[]): Action =>
  (state) =>
    known({ ...state, plan: planText(steps, blocks.length), stopped: false, said: null }, blocks);

/* ---- what is looked at and selected ---- */

/** Show an item in the inspector. */
export const look =
  (key: string | null): Action =>
  (state) => ({
    ...state,
    focus: key,
    block: key === null ? null : Number.parseInt(key, 10),
    selected: [],
    said: null,
  });

/** The item in the inspector: the one that was chosen, else the block of the address. */
export function focused(state: State, items: readonly Item[]): Item | null {
  const key = state.focus ?? (state.block === null ? null : `${state.block}.0`);
  return key === null ? null : (find(items, key) ?? null);
}

/** Select everything from the item where the selection began, or else the one in the inspector, to this one. */
export const extend =
  (blocks: readonly Block[], key: string, from: string | null = null): Action =>
  (state) => {
    const keys = keysOf(state, blocks);
    const began = state.selected[0] ?? from ?? state.focus ?? key;
    const [start, stop] = [keys.indexOf(began), keys.indexOf(key)];
    if (stop < 0) return state;
    const low = start < 0 ? stop : Math.min(start, stop);
    const between = keys.slice(low, Math.max(start, stop) + 1);
    return { ...look(key)(state), selected: start > stop ? between.reverse() : between };
  };

/** A change of everything that a brush went over. It stays selected, so that a key takes it back. */
export const brush =
  (network: Network, keys: readonly string[]): Action =>
  (state) => {
    const next = drop(network, keys)(state);
    return known({ ...next, selected: keys }, network.blocks);
  };

/** Escape lets go of the selection, then of the inspector. */
export const release: Action = (state) => {
  if (state.said !== null || state.selected.length) return { ...state, said: null, selected: [] };
  return { ...state, focus: null, block: null };
};

export const point =
  (pointed: State["pointed"]): Action =>
  (state) => {
    const { pointed: old } = state;
    return old?.key === pointed?.key && old?.step === pointed?.step ? state : { ...state, pointed };
  };

/* ---- predefined plans ---- */

export const PRESETS = {
  first: "Drop block 0",
  late: "Drop a late block",
  scaled: "Repeat last ×20, α = 0.1",
  auto: "α with lowest training loss",
  unscaled: "Repeat last ×20, unscaled",
  untouched: "Untouched",
} as const;
export type Preset = keyof typeof PRESETS;

export function presetSteps(name: Preset, blocks: readonly Block[]): Step[] {
  const last = blocks.length - 1;
  const all = whole(blocks.length);
  const repeated = (scale: number | null): Step[] => [...all, { block: last, scale, times: 20 }];
  switch (name) {
    case "first":
      return without(blocks, 0);
    case "late": {
      const plain = blocks.filter((block) => !block.is_projection && block.index < last);
      return without(blocks, plain.at(-Math.min(4, plain.length))?.index ?? last);
    }
    case "scaled":
      return repeated(0.1);
    case "auto":
      return repeated(null);
    case "unscaled":
      return repeated(1);
    case "untouched":
      return all;
  }
}

/* ---- keys on an item of the strip ---- */

const STEP = 0.05; // of the scale, for one press of a key

/** What a key does where an item has the focus; null: nothing. */
export function stripKey(
  event: Pick<KeyboardEvent, "key" | "altKey" | "shiftKey">,
  key: string,
  network: Network,
  state: State,
): Action | null {
  const keys = keysOf(state, network.blocks);
  const at = keys.indexOf(key);
  const target = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: keys.length - 1 }[event.key];
  if (target !== undefined) {
    if (event.altKey) {
      if (!event.key.startsWith("Arrow")) return null;
      return (now) => moveItem(network, key, target - at)({ ...look(key)(now), selected: now.selected });
    }
    const next = keys[target];
    if (next === undefined) return (now) => now;
    return event.shiftKey ? extend(network.blocks, next, key) : look(next);
  }
  if (event.altKey) return null;
  const selected = state.selected.length > 1 ? state.selected : [key];
  switch (event.key.length === 1 ? event.key.toLowerCase() : event.key) {
    case "d":
    case "Delete":
    case "Backspace":
      return drop(network, selected);
    case "r":
      return repeatItem(network, key);
    case "+":
    case "=":
      return alter(network, key, { times: 1 });
    case "-":
    case "−":
      return alter(network, key, { times: -1 });
    case "]":
      return alter(network, key, { scale: STEP });
    case "[":
      return alter(network, key, { scale: -STEP });
    case "Escape":
      return release;
    default:
      return null;
  }
}
