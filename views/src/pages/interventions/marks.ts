/** What is pointed at on the strip is marked in the charts, and the other way round. */

import type { Item } from "../../plan";
import type { State } from "../../state";

export type Pointed = NonNullable<State["pointed"]>;

/** The applications to mark for an item: the one that is pointed at, its only one, or the ends of a repetition. */
export function stepsAt({ key, step }: Pointed, items: readonly Item[]): number[] {
  if (step !== null) return [step];
  const item = items.find((each) => each.key === key);
  if (!item?.times) return [];
  return item.times > 1 ? [item.first, item.first + item.times - 1] : [item.first];
}

export const itemAt = (step: number, items: readonly Item[]): Item | undefined =>
  items.find((item) => step >= item.first && step < item.first + item.times);

const pointedAt = (step: number, items: readonly Item[]): Pointed | null => {
  const item = itemAt(step, items);
  return item ? { key: item.key, step } : null;
};

/** Where an item is on the axis of blocks, where applications are at `x`. One that doesn't run is at its index. */
export function placesOf(pointed: Pointed, items: readonly Item[], x: readonly number[]): number[] {
  const found = stepsAt(pointed, items).flatMap((step) => x[step] ?? []);
  const item = items.find((each) => each.key === pointed.key);
  return found.length || !item || item.times ? found : [item.block];
}

/** What is at a position on the axis of blocks: the nearest application, or a block that doesn't run. */
export function pointedFrom(at: number, items: readonly Item[], x: readonly number[]): Pointed | null {
  let best = -1;
  x.forEach((value, i) => {
    if (best < 0 || Math.abs(value - at) < Math.abs(x[best]! - at)) best = i;
  });
  if (best >= 0 && Math.abs(x[best]! - at) < 0.5) return pointedAt(best, items);
  const ghost = items.find((item) => !item.times && item.block === Math.round(at));
  return ghost ? { key: ghost.key, step: null } : null;
}

/** The last repetition of a block: the step-by-step charts show the applications behind its first. */
export function repetition(items: readonly Item[], block: number): { first: number; last: number } | null {
  const run = items.filter((item) => item.times);
  let found: { first: number; last: number } | null = null;
  for (let start = 0; start < run.length; start += 1) {
    let stop = start;
    while (run[stop + 1]?.block === run[start]!.block) stop += 1;
    const last = run[stop]!.first + run[stop]!.times - 1;
    if (run[start]!.block === block && last > run[start]!.first) found = { first: run[start]!.first, last };
    start = stop;
  }
  return found;
}

/** The further steps to mark for an item. */
export const furtherSteps = (pointed: Pointed, items: readonly Item[], block: number): number[] => {
  const range = repetition(items, block);
  return range
    ? stepsAt(pointed, items)
        .filter((step) => step >= range.first && step <= range.last)
        .map((step) => step - range.first)
    : [];
};

/** What the further step `at` is on the strip. */
export function pointedFurther(at: number, items: readonly Item[], block: number): Pointed | null {
  const range = repetition(items, block);
  const step = range ? range.first + Math.round(at) : -1;
  return range && step >= range.first && step <= range.last ? pointedAt(step, items) : null;
}

/** One application further than what is pointed at, or than what is in the inspector. */
export function pointedNext(
  by: number,
  pointed: Pointed | null,
  focus: string | null,
  items: readonly Item[],
): Pointed | null {
  const total = items.reduce((sum, item) => sum + item.times, 0);
  const from = pointed ?? (focus === null ? null : { key: focus, step: null });
  const known = from ? stepsAt(from, items)[0] : undefined;
  const step = known === undefined ? (by > 0 ? 0 : total - 1) : Math.min(total - 1, Math.max(0, known + by));
  return pointedAt(step, items);
}
