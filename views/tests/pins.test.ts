import type { VNode } from "preact";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { pinsIn } from "../src/images";
import { type Answer, type Ask, WAITING } from "../src/loader";
import type { View } from "../src/pages/interventions/data";
import { Pinned } from "../src/pages/interventions/pinned";
import { Memory } from "../src/parts/memo";
import { alsoPinned, pinKey, pinsOf, togglePin, unpinAll } from "../src/pins";
import type { Checkpoint } from "../src/sources/source";
import { chooseSplit, HOME, MOST_PINS, STILL, type State } from "../src/state";

class MemoryStorage implements Storage {
  private readonly kept = new Map<string, string>();
  get length(): number {
    return this.kept.size;
  }
  key(at: number): string | null {
    return [...this.kept.keys()][at] ?? null;
  }
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
  clear(): void {
    this.kept.clear();
  }
}

class Full extends MemoryStorage {
  override setItem(): void {
    throw new DOMException("no room", "QuotaExceededError");
  }
}

const KEY = "iterscope.pins.digits.validation";
const TRAIN = "iterscope.pins.digits.train";
const home: State = { ...HOME, ...STILL, page: "examples" };
const stored = (key = KEY) => JSON.parse(localStorage.getItem(key) ?? "[]");
const many = (length: number) => Array.from({ length }, (_, i) => i);

beforeEach(() => void vi.stubGlobal("localStorage", new MemoryStorage()));

describe("pins", () => {
  it("belong to a data set and a split", () => {
    const checkpoint = { dataset: { name: "digits" } } as unknown as Checkpoint;
    expect(pinKey(checkpoint, "train")).toBe(TRAIN);
    const pinned = togglePin(3, KEY)(home);
    expect(pinsOf(pinned, KEY)).toEqual([3]);
    expect(pinsOf(chooseSplit("train")(pinned), TRAIN)).toEqual([]);
    expect(pinsOf(chooseSplit("validation")(chooseSplit("train")(pinned)), KEY)).toEqual([3]);
  });

  it("are pinned and unpinned, in the address and in the browser", () => {
    const both = togglePin(17, KEY)(togglePin(3, KEY)(home));
    expect(both.images).toEqual([3, 17]);
    expect(stored()).toEqual([3, 17]);
    const one = togglePin(3, KEY)(both);
    expect(one.images).toEqual([17]);
    expect(stored()).toEqual([17]);
  });

  it("are the same array while they are the same, so that nothing is drawn again", () => {
    togglePin(3, KEY)(home);
    expect(pinsOf(home, KEY)).toBe(pinsOf(home, KEY));
  });

  it("of a link are shown and leave one's own as they are", () => {
    togglePin(99, KEY)(home);
    const link = { ...home, images: [3, 17] };
    expect(pinsOf(link, KEY)).toEqual([3, 17]);
    expect(stored()).toEqual([99]);
    const more = togglePin(5, KEY)(link);
    expect(more.images).toEqual([3, 17, 5]);
    expect(stored()).toEqual([99, 5]);
    const less = togglePin(3, KEY)(more);
    expect(less.images).toEqual([17, 5]);
    expect(stored()).toEqual([99, 5]);
  });

  it("of two tabs are both kept", () => {
    const [one, other] = [home, home];
    togglePin(3, KEY)(one);
    togglePin(5, KEY)(other); // opened before, with a state of its own
    expect(stored()).toEqual([3, 5]);
    const first = togglePin(3, KEY)({ ...one, images: [3] });
    expect(first.images).toEqual([]);
    expect(stored()).toEqual([5]);
  });

  it("are all unpinned, those that are shown", () => {
    togglePin(3, KEY)(home);
    const state = togglePin(4, KEY)(home);
    togglePin(9, KEY)(home); // another tab's
    expect(unpinAll(KEY)(state).images).toEqual([]);
    expect(stored()).toEqual([9]);
    const none = { ...home, images: [] };
    expect(unpinAll(KEY)(none)).toBe(none);
  });

  it("are one's own again where none are left and one has none, so that the address is as on a first visit", () => {
    const pinned = togglePin(3, KEY)(home);
    expect([togglePin(3, KEY)(pinned).images, stored()]).toEqual([null, []]);
    expect(unpinAll(KEY)(togglePin(3, KEY)(home)).images).toBeNull();
    expect(togglePin(17, KEY)({ ...home, images: [17] }).images).toBeNull();
  });

  it("are at most so many", () => {
    const full = { ...home, images: many(MOST_PINS) };
    const next = togglePin(500, KEY)(full);
    expect(next.images).toBe(full.images);
    expect(next.said).toContain("maximum");
    expect(stored()).toEqual([]);
    expect(togglePin(0, KEY)(next).said).toBeNull();
    expect(alsoPinned(many(MOST_PINS), 500)).toHaveLength(MOST_PINS);
    expect(alsoPinned(many(MOST_PINS), 500)).toContain(500);
    expect(alsoPinned([3, 5], 3)).toEqual([3, 5]);
  });

  it("don't overflow one's own, when a link has room and one's own have none", () => {
    localStorage.setItem(KEY, JSON.stringify(many(MOST_PINS)));
    expect(togglePin(500, KEY)({ ...home, images: [1] }).images).toEqual([1, 500]);
    expect(stored()).toEqual(many(MOST_PINS));
  });

  it("are read past what is no pin", () => {
    for (const text of ["{", "null", '{"a":1}', '["3",-1,2.5,null]']) {
      localStorage.setItem(KEY, text);
      expect(pinsOf(home, KEY)).toEqual([]);
    }
    localStorage.setItem(KEY, JSON.stringify([3, "x", 3, ...many(40)]));
    expect(pinsOf(home, KEY)).toHaveLength(MOST_PINS);
  });

  it("work without a storage, and with one that refuses to write", () => {
    for (const storage of [undefined, new Full()]) {
      vi.stubGlobal("localStorage", storage);
      const key = `${KEY}.${storage ? "full" : "none"}`;
      togglePin(3, key)(home);
      togglePin(5, key)(home);
      expect(pinsOf(home, key)).toEqual([3, 5]);
      expect(togglePin(3, key)(home).images).toEqual([5]);
    }
  });
});

describe("the images of a split", () => {
  const digits = { id: "c1", dataset: { name: "digits" } } as unknown as Checkpoint;
  const answering = (answer: unknown): Ask => (() => answer as Answer<never>) as unknown as Ask;
  const known = answering({ state: "done", value: [{ name: "digits", train_size: 1438, validation_size: 359 }] });
  const place = { images: [3, 358, 359] };
  it("leave out of a link's pins what is not there, and say so", () => {
    const { shown, notices } = pinsIn(known, place, digits, "validation");
    expect(shown).toEqual([3, 358]);
    expect(notices).toEqual(["images “359”: the validation images of digits are 0 to 358."]);
    expect(pinsIn(known, place, digits, "train")).toMatchObject({ shown: [3, 358, 359], notices: [] });
  });
  it("may be any number where nobody knows how many there are, and none until that is known", () => {
    const failed = answering({ state: "failed", error: new Error("no") });
    expect(pinsIn(failed, place, digits, "validation").shown).toEqual([3, 358, 359]);
    const waiting = answering({ state: "waiting", progress: 0, away: false });
    expect(pinsIn(waiting, place, digits, "validation")).toMatchObject({ shown: [], notices: [] });
  });
});

describe("pinned images beside a plan", () => {
  it("are compared with the plan that their answer is of, until there is another answer", () => {
    const memory = new Memory();
    const card = (against: string | null, answer: Answer<unknown>) => {
      const context = { state: home, memory, ask: () => answer };
      const pins = { key: KEY, shown: [3], unchecked: [] };
      const made = Pinned({
        view: { context, checkpoint: { id: "c1" }, split: "train", definite: "0", against, pins } as unknown as View,
      });
      const found: VNode<{ last: { against: string | null } }>[] = [];
      const walk = (node: unknown): void => {
        if (Array.isArray(node)) for (const each of node) walk(each);
        else if (node && typeof node === "object") {
          const { props } = node as VNode<{ children: unknown }>;
          if ("last" in props) found.push(node as (typeof found)[0]);
          walk(props.children);
        }
      };
      walk(made);
      return found[0]!.props.last;
    };
    expect(card(null, { state: "done", value: { indices: [3] } }).against).toBeNull();
    expect(card("0..2", WAITING)).toEqual({ value: { indices: [3] }, against: null });
    expect(card("0..2", { state: "done", value: {} }).against).toBe("0..2");
  });
});
