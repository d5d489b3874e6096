/** Which images a split has. Numbers in an address are checked before anything is asked about them. */

import type { Split } from "./curves";
import type { Ask } from "./loader";
import { pinKey, pinsOf } from "./pins";
import { datasets } from "./resources";
import type { Checkpoint } from "./sources/source";
import type { Place } from "./state";

/** How many images a split has; null: that is being asked; infinite: nobody knows it here. */
export function sizeOf(ask: Ask, checkpoint: Checkpoint, split: Split): number | null {
  const found = ask(datasets);
  if (found.state === "waiting") return null;
  const data = found.value?.find(({ name }) => name === checkpoint.dataset?.name);
  return data?.[`${split}_size`] ?? Number.POSITIVE_INFINITY;
}

/** "index “999”: the validation images of digits are 0 to 358." */
export const noSuchImage = (what: string, { dataset }: Checkpoint, split: Split, size: number): string =>
  `${what}: the ${split} images of ${dataset?.name} are 0 to ${size - 1}.`;

/** The pinned images that there are, and what is said of the others. */
export interface Pins {
  readonly key: string; // where they are kept
  readonly shown: readonly number[];
  /** Those of which nobody knows yet whether they are there: they have their place already. */
  readonly unchecked: readonly number[];
  readonly notices: readonly string[];
}

export function pinsIn(ask: Ask, place: Pick<Place, "images">, checkpoint: Checkpoint, split: Split): Pins {
  const key = pinKey(checkpoint, split);
  const all = pinsOf(place, key);
  const size = sizeOf(ask, checkpoint, split);
  const missing = size === null ? [] : all.filter((index) => index >= size);
  if (size === null) return { key, shown: [], unchecked: all, notices: [] };
  if (!missing.length) return { key, shown: all, unchecked: [], notices: [] };
  const notice = noSuchImage(`images “${missing.join(", ")}”`, checkpoint, split, size);
  return { key, shown: all.filter((index) => index < size), unchecked: [], notices: [notice] };
}
