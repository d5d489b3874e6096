/** Keys of the Blocks page where no control wants them, and the steps of a play through the epochs. */

import type { Curves } from "../../curves";
import { type Action, letGo, pick, type State } from "../../state";

const STEPS = 100; // of a play through all epochs

/** One epoch further: to the next that was logged. At the last one, the state follows what is logged later. */
export const stepEpoch =
  (epochs: readonly number[], by: number): Action =>
  (state) => {
    const now = state.epoch ?? epochs.at(-1) ?? 0;
    const from = epochs.findLastIndex((each) => each <= now);
    const at = Math.min(epochs.length - 1, Math.max(0, from + by));
    return { ...state, epoch: at === epochs.length - 1 ? null : (epochs[at] ?? null) };
  };

/** The logged epoch next to a place. */
export const goToEpoch =
  (epochs: readonly number[], x: number): Action =>
  (state) => {
    const near = epochs.reduce((best, each) => (Math.abs(each - x) < Math.abs(best - x) ? each : best), epochs[0] ?? 0);
    return { ...state, epoch: near === epochs.at(-1) ? null : near, playing: false };
  };

/** Start or stop; from the last epoch it starts at the first. */
export const play =
  ({ first, last }: Curves): Action =>
  (state) => {
    if (state.playing) return { ...state, playing: false };
    return { ...state, playing: true, epoch: state.epoch === null || state.epoch >= last ? first : state.epoch };
  };

/** The next step of a play. */
export function tick(state: State, { epochs }: Curves): Action | null {
  if (!state.playing) return null;
  const next = stepEpoch(epochs, Math.max(1, Math.round(epochs.length / STEPS)))(state);
  return () => ({ ...next, playing: next.epoch !== null });
}

export function blocksKey(key: string, state: State, curves: Curves): Action | null {
  const end = curves.blocks.length - 1;
  const { block } = state;
  switch (key) {
    case "ArrowLeft":
      return stepEpoch(curves.epochs, -1);
    case "ArrowRight":
      return stepEpoch(curves.epochs, 1);
    case "ArrowUp":
      return pick(block === null ? 0 : Math.min(end, block + 1));
    case "ArrowDown":
      return pick(block === null ? end : Math.max(0, block - 1));
    case "Escape":
      return letGo;
    case " ":
      return play(curves);
    default:
      return null;
  }
}
