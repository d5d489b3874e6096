/** What readers do on the Examples page, as functions from one state to the next. */

import { type Action, HOME, type State, set } from "../../state";
import { type Filter, isDeep } from "./list";

const PACE = 900; // ms that an image stays at a block while it plays
const BEGIN = { block: null, hover: null, playing: false } as const;

/** Another list. The image that was told stays if the new list has it; else the first of the list follows it. */
export const filterBy =
  (changes: Partial<Pick<State, "group" | "by_block" | "class" | "sort" | "samples">>, shown: number | null): Action =>
  (state) => ({ ...state, ...changes, ...BEGIN, index: null, kept: shown, sight: null });

/** Another group; the block that corrected or spoiled belongs to that group alone. */
export const chooseGroup =
  (group: Filter["group"], shown: number | null): Action =>
  (state) =>
    filterBy(group === state.group ? { group } : { group, by_block: null }, shown)(state);

/** Nothing that needs prediction depth or probes: their computation stops. */
export const shallow =
  (shown: number | null): Action =>
  (state) => {
    const now = { ...state, depth: false };
    if (!isDeep(state)) return now;
    const group = isDeep({ ...state, sort: "index" }) ? HOME.group : state.group;
    const sort = isDeep({ ...state, group: "all" }) ? HOME.sort : state.sort;
    return filterBy({ group, sort, by_block: group === state.group ? state.by_block : null }, shown)(now);
  };

export const choose =
  (index: number | null): Action =>
  (state) =>
    index === state.index && state.kept === null ? state : { ...state, ...BEGIN, index, kept: null };

/** The positions of the list that are in sight. */
export const look =
  (first: number, last: number): Action =>
  (state) =>
    state.sight?.[0] === first && state.sight[1] === last ? state : { ...state, sight: [first, last] };

/* ---- on the way through the network ---- */

/** The block that the image is at: the pointed one, else the marked one, else the last. */
export const blockAt = (state: State, exits: readonly number[]): number =>
  (state.playing ? state.block : (state.hover ?? state.block)) ?? exits.at(-1) ?? 0;

export const goTo = (block: number): Action => set({ block, playing: false });

/** One block of the last stage further, or back. From outside of it, to its nearer end. */
export const stepBlock =
  (exits: readonly number[], by: number): Action =>
  (state) => {
    const at = blockAt({ ...state, hover: null }, exits);
    const row = exits.indexOf(at);
    const next = row < 0 ? exits[0] : exits[Math.min(exits.length - 1, Math.max(0, row + by))];
    return { ...state, block: next ?? null, hover: null, playing: false };
  };

/** Start or stop; from the last block it starts at the first. */
export const play =
  (exits: readonly number[]): Action =>
  (state) => {
    if (state.playing) return { ...state, playing: false };
    const at = blockAt({ ...state, hover: null }, exits);
    const begins = !exits.includes(at) || at === exits.at(-1);
    return { ...state, hover: null, playing: true, block: begins ? (exits[0] ?? null) : at };
  };

/** Without motion: each press is one step, from the last block to the first. */
export const next =
  (exits: readonly number[]): Action =>
  (state) => {
    const at = blockAt({ ...state, hover: null }, exits);
    return at === exits.at(-1) ? { ...state, block: exits[0] ?? null, hover: null } : stepBlock(exits, 1)(state);
  };

/** The next moment of a play: one block further once this one was shown for long enough. At the last it ends. */
export const onward =
  (exits: readonly number[], since: number): Action =>
  (state) => {
    if (performance.now() - since < PACE) return state;
    const { block } = stepBlock(exits, 1)(state);
    return { ...state, block, playing: block !== exits.at(-1) };
  };

/** Whether the reader's system asks for no motion. */
export const still = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;
