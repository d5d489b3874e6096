import { describe, expect, it, vi } from "vitest";
import { memoryHome } from "../src/homes/memory";
import type { Source } from "../src/sources/source";
import { begin, chooseRun, HOME, letGo, pass, press, redo, remember, set, step, undo } from "../src/state";
import { type Bar, Store } from "../src/store";

const start = () => begin({ ...HOME, page: "interventions", run: "r1" });

describe("undo", () => {
  it("takes back each changed plan, and redo brings it again", () => {
    let history = start();
    for (const plan of ["0..2", "0..3", "0..4"]) history = step(history, set({ plan }));
    history = undo(undo(history));
    expect(history.now.plan).toBe("0..2");
    history = redo(history);
    expect(history.now.plan).toBe("0..3");
    expect(undo(undo(undo(undo(history)))).now.plan).toBeNull();
  });
  it("forgets what was taken back when something else is done", () => {
    let history = step(start(), set({ plan: "0..2" }));
    history = step(undo(history), set({ plan: "0..9" }));
    expect(redo(history)).toBe(history);
  });
  it("takes back a whole drag at once", () => {
    let history = step(start(), set({ plan: "0..2" }));
    for (const times of [1, 2, 3]) history = pass(history, set({ plan: `0..2 2x${times}` }));
    history = remember(history, "0..2");
    expect(history.now.plan).toBe("0..2 2x3");
    expect(undo(history).now.plan).toBe("0..2");
  });
  it("leaves alone what is no plan", () => {
    const history = step(step(start(), set({ plan: "0..2" })), set({ block: 2 }));
    expect(undo(history).now).toMatchObject({ plan: null, block: 2 });
  });
  it("ends with another network", () => {
    const history = step(step(start(), set({ plan: "0..2" })), chooseRun("r2", false));
    expect(history.now.plan).toBeNull();
    expect(undo(history)).toBe(history);
  });
});

describe("interactions", () => {
  const state = start().now;
  it("marks a block by a press, and lets it go by another", () => {
    expect(press(3, false)(state).block).toBe(3);
    expect(press(3, false)({ ...state, block: 3 }).block).toBeNull();
  });
  it("chooses several with Shift", () => {
    expect(press(2, true)(press(5, true)(state)).chosen).toEqual([2, 5]);
    expect(press(5, true)({ ...state, chosen: [2, 5] }).chosen).toEqual([2]);
  });
  it("lets go of the mark, then of the chosen set, then of the zoom", () => {
    let now = { ...state, block: 1, chosen: [2], zoom: [0, 3] as const };
    now = letGo(now) as typeof now;
    expect([now.block, now.chosen.length]).toEqual([null, 1]);
    now = letGo(now) as typeof now;
    expect(now.chosen).toEqual([]);
    expect(letGo(now).zoom).toBeNull();
  });
  it("keeps a plan for a network with as many blocks", () => {
    expect(chooseRun("r2", true)({ ...state, plan: "0..2" }).plan).toBe("0..2");
    expect(chooseRun("r2", true)({ ...state, epoch: 4, checkpoint: "c" })).toMatchObject({
      epoch: null,
      checkpoint: null,
    });
  });
});

/** An address bar without a browser. */
class Address implements Bar {
  readonly entries = [""];
  private heard = () => {};
  search = () => this.entries.at(-1)!;
  write(search: string, entry: boolean) {
    if (entry) this.entries.push(search);
    else this.entries[this.entries.length - 1] = search;
  }
  listen(changed: () => void) {
    this.heard = changed;
    return () => {
      this.heard = () => {};
    };
  }
  back() {
    this.entries.pop();
    this.heard();
  }
}

describe("the store", () => {
  it("writes the address after a pause, and at once when it is copied", () => {
    vi.useFakeTimers();
    const bar = new Address();
    const store = new Store("blocks", bar, () => {});
    store.do(set({ run: "r1" }));
    store.do(set({ epoch: 3 }));
    store.do(set({ epoch: 4 }));
    expect(bar.search()).toBe("");
    store.write();
    expect(bar.search()).toBe("?run=r1&epoch=4");
    store.do(set({ epoch: 5 }));
    vi.runAllTimers();
    expect(bar.search()).toBe("?run=r1&epoch=5");
    vi.useRealTimers();
  });
  it("makes another run an entry of its own, to which Back returns", () => {
    const bar = new Address();
    const drawn = vi.fn();
    const store = new Store("blocks", bar, drawn);
    store.do(set({ run: "r1" }));
    store.write();
    store.do(chooseRun("r2", true));
    expect(bar.entries).toEqual(["?run=r1", "?run=r2"]);
    bar.back();
    expect(store.state.run).toBe("r1");
    expect(drawn).toHaveBeenCalled();
  });
  it("of another page of the same box is not read by a view that is just being closed", () => {
    let old: Store | null = null;
    const home = memoryHome({} as Source, {
      version: "",
      font: async () => "",
      leaving: () => old?.flush(),
      shown: () => {},
    });
    home.show("blocks?run=a");
    const bar = home.bar();
    old = new Store("blocks", bar, () => {});
    home.go({ ...HOME, page: "interventions", run: "a", epoch: 3, checkpoint: "c3" });
    expect(old.state.epoch).toBeNull();
    old.close();
    expect(bar.search()).toBe("?run=a&checkpoint=c3&epoch=3");
  });
  it("writes what is left when it is closed, and hears nothing afterwards", () => {
    const bar = new Address();
    const store = new Store("blocks", bar, () => {});
    store.do(set({ run: "r1" }));
    store.do(set({ block: 4 }));
    store.close();
    expect(bar.search()).toBe("?run=r1&block=4");
    bar.entries.push("?run=r9");
    bar.back();
    expect(store.state.run).toBe("r1");
  });
});
