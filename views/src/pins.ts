/**
 * Pinned images: positions in one split of one data set. One's own are kept in the browser. A link's pins are shown
 * instead of them and never replace them: a change adds to one's own, or takes from them, only the image that it is
 * about. So two tabs don't overwrite each other's pins either.
 */

import type { Split } from "./curves";
import type { Checkpoint } from "./sources/source";
import { type Action, MOST_PINS, type Place } from "./state";

/** Where pins are kept: a name for the images of one split. */
export const pinKey = (checkpoint: Checkpoint, split: Split): string =>
  `iterscope.pins.${String(checkpoint.dataset?.name ?? "")}.${split}`;

/** The pins shown: those of the address, else one's own. The same array while they are the same. */
export const pinsOf = (place: Pick<Place, "images">, key: string): readonly number[] => place.images ?? own(key);

/** Pin an image, or unpin it. Where as many are pinned as can be, say so. */
export const togglePin =
  (index: number, key: string): Action =>
  (state) => {
    const shown = pinsOf(state, key);
    if (shown.includes(index)) {
      keep(key, without(own(key), [index]));
      return { ...state, images: orOwn(without(shown, [index]), key), said: null };
    }
    if (shown.length >= MOST_PINS)
      return { ...state, said: `${MOST_PINS} images are pinned, the maximum: unpin one first.` };
    keep(key, withImage(own(key), index));
    return { ...state, images: [...shown, index], said: null };
  };

/** No pins are one's own where one has none: the address then needn't say so. */
const orOwn = (pins: readonly number[], key: string) => (pins.length || own(key).length ? pins : null);

/** Unpin every image that is shown as pinned. */
export const unpinAll =
  (key: string): Action =>
  (state) => {
    const shown = pinsOf(state, key);
    if (!shown.length) return state;
    keep(key, without(own(key), shown));
    return { ...state, images: orOwn([], key), said: null };
  };

/** These pins with one more image; the last one makes room where there is none. */
export const alsoPinned = (pins: readonly number[], index: number): readonly number[] =>
  pins.includes(index) ? pins : [...pins.slice(0, MOST_PINS - 1), index];

const without = (pins: readonly number[], left: readonly number[]) => pins.filter((index) => !left.includes(index));
const withImage = (pins: readonly number[], index: number) =>
  pins.includes(index) || pins.length >= MOST_PINS ? pins : [...pins, index];

/* ---- storage: read anew each time, since other tabs write it too ---- */

const NONE: readonly number[] = [];
/** Stands in for the storage where the browser has none or refuses to write, as in private windows. */
const spare = new Map<string, string>();
const read = new Map<string, { text: string; pins: readonly number[] }>();

function own(key: string): readonly number[] {
  const text = stored(key);
  if (text === null) return NONE;
  const known = read.get(key);
  if (known?.text === text) return known.pins;
  const pins = parsed(text);
  read.set(key, { text, pins });
  return pins;
}

function stored(key: string): string | null {
  const held = spare.get(key);
  if (held !== undefined) return held;
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, pins: readonly number[]): void {
  const text = JSON.stringify(pins);
  try {
    localStorage.setItem(key, text);
    spare.delete(key);
  } catch {
    spare.set(key, text);
  }
}

/** What another program or an older version may have written there is left out. */
function parsed(text: string): readonly number[] {
  try {
    const found: unknown = JSON.parse(text);
    const whole = Array.isArray(found) ? found.filter((each) => Number.isInteger(each) && each >= 0) : [];
    return [...new Set<number>(whole)].slice(0, MOST_PINS);
  } catch {
    return NONE;
  }
}
