import { describe, expect, it } from "vitest";
import {
  alter,
  brush,
  dragHandle,
  drop,
  edit,
  extend,
  focused,
  give,
  look,
  moveItem,
  planned,
  planText,
  point,
  presetSteps,
  refusal,
  release,
  repeatItem,
  replan,
  stripKey,
  swapItems,
} from "../src/pages/interventions/edits";
import { networkOf } from "../src/pages/interventions/network";
import { itemsOf, parse, write } from "../src/plan";
import type { Action, State } from "../src/state";
import { begin, HOME, pass, remember, undo } from "../src/state";
import { BLOCKS, NETWORK, stateWith } from "./interventions-sample";

const plan = (state: State) => state.plan ?? "0..8";
const edited = (from: string | null, ...actions: Action[]) =>
  plan(actions.reduce((state, action) => action(state), stateWith(from)));
const press = (state: State, key: string, on: string, held: { altKey?: boolean; shiftKey?: boolean } = {}) =>
  stripKey({ key, altKey: false, shiftKey: false, ...held }, on, NETWORK, state)?.(state) ?? state;

describe("what can't be run", () => {
  const why = (text: string) => refusal(parse(text, 9), NETWORK);

  it.each(["0..8", "1 0 2..8", "0..2 2@0.1x20 3..8", "0..8 8x5", "0 3@0 4..6 8", "0 1 0 1 3..8"])("%s can", (text) => {
    expect(why(text)).toBeNull();
  });
  it.each([
    ["0..2 4..8", "Block 4"], // without the shape that block 3 makes
    ["0 4 2 3 1 5..8", "Block 4"],
    ["0..3 3 4..8", "Block 3"],
    ["0..2 3x2 4..8", "can’t be repeated"],
    ["0..8 2", "Block 2"],
    ["0..5", "too early"],
  ])("%s can't: %s", (text, part) => {
    expect(why(text)).toContain(part);
  });

  it("a plan that is too long can't", () => {
    expect(refusal([...parse("0..8", 9), { block: 8, scale: 1, times: 1992 }], NETWORK)).toContain("at most 2000");
  });

  it("goes by the shapes where they are known: stages of one shape are one", () => {
    const same = networkOf(
      BLOCKS,
      BLOCKS.map(() => [16, 8, 8]),
    );
    expect(refusal(parse("0 4 2 3 1 5..8", 9), same)).toBeNull();
    expect(
      refusal(
        parse("0..2 4..8", 9),
        networkOf(
          BLOCKS,
          BLOCKS.map(({ stage }) => [16 << stage, 8, 8]),
        ),
      ),
    ).not.toBeNull();
  });
});

describe("edits", () => {
  it("drop and restore, and keep the shortcut of a projection", () => {
    expect(edited(null, drop(NETWORK, ["1.0"]))).toBe("0 2..8");
    expect(edited(null, drop(NETWORK, ["1.0"]), drop(NETWORK, ["1.0"]))).toBe("0..8");
    expect(edited(null, drop(NETWORK, ["3.0"]))).toBe("0..2 3@0 4..8");
    expect(edited(null, drop(NETWORK, ["1.0", "4.0"]))).toBe("0 2..3 5..8");
  });

  it("the untouched network has no plan", () => {
    expect(replan(BLOCKS, parse("0..8", 9))(stateWith("0 2..8")).plan).toBeNull();
    expect(planText(parse("0 1 2 3..8", 9), 9)).toBeNull();
  });

  it("swap within a stage; across stages that is said, and nothing else changes", () => {
    expect(edited(null, swapItems(NETWORK, "1.0", "2.0"))).toBe("0 2 1 3..8");
    const state = swapItems(NETWORK, "1.0", "4.0")(stateWith(null));
    expect(state.plan).toBeNull();
    expect(state.said).toContain("stages 1 and 2");
    expect(swapItems(NETWORK, "3.0", "4.0")(stateWith(null)).said).toContain("block 3 begins stage 2");
    expect(drop(NETWORK, ["1.0"])(state).said).toBeNull();
  });

  it("move past blocks that don't run, and not off the ends", () => {
    expect(edited("0 2..8", moveItem(NETWORK, "0.0", 1))).toBe("2 0 3..8");
    expect(edited(null, moveItem(NETWORK, "0.0", -1))).toBe("0..8");
  });

  it("repeat, and take the repetition away; a block that changes the shape says why not", () => {
    expect(edited(null, repeatItem(NETWORK, "8.0"))).toBe("0..8 8@0.1x20");
    expect(edited("0..8 8@0.1x20", repeatItem(NETWORK, "8.0"))).toBe("0..8");
    expect(repeatItem(NETWORK, "3.0")(stateWith(null)).said).toContain("Block 3");
    expect(give(NETWORK, "6.0", { times: 3 })(stateWith(null)).said).toContain("can’t be repeated");
  });

  it("change the times and the scale, within limits", () => {
    expect(edited(null, alter(NETWORK, "8.0", { times: 1 }), alter(NETWORK, "8.0", { scale: -0.05 }))).toBe(
      "0..7 8@0.95x2",
    );
    expect(edited(null, alter(NETWORK, "8.0", { times: -1 }))).toBe("0..8");
    expect(edited("0..8 8@autox20", alter(NETWORK, "8.1", { scale: 0.05 }))).toBe("0..8 8@1.05x20");
    expect(edited(null, give(NETWORK, "8.0", { times: 5000 }))).toBe("0..7 8x1992");
  });

  it("a plan that can't run may be mended step by step", () => {
    const broken = "0 4 2 3 1 5..8";
    expect(edited(broken, drop(NETWORK, ["8.0"]))).toBe("0 4 2..3 1 5..7");
    expect(edited(broken, swapItems(NETWORK, "4.0", "1.0"))).toBe("0..8");
  });

  it("a drag of the handle counts from its beginning, and is one step back", () => {
    const from = parse("0..8", 9);
    let history = begin({ ...HOME, page: "interventions" });
    for (const times of [2, 3, 5]) history = pass(history, dragHandle(NETWORK, from, 8, { times }));
    history = remember(history, "");
    expect(history.now.plan).toBe("0..7 8x5");
    expect(undo(history).now.plan).toBeNull();
  });

  it("what was stopped goes on with the next edit", () => {
    expect(drop(NETWORK, ["1.0"])(stateWith(null, { stopped: true })).stopped).toBe(false);
  });

  it("an edit that changes nothing leaves the state as it is", () => {
    const state = stateWith(null);
    expect(edit(NETWORK, () => null)(state)).toBe(state);
  });
});

describe("what is looked at", () => {
  const items = itemsOf(parse("0..8 8@0.1x20", 9), 9);

  it("is the chosen item, else the block of the address", () => {
    expect(focused(stateWith(null, { block: 4 }), items)?.key).toBe("4.0");
    expect(focused(look("8.1")(stateWith(null)), items)?.key).toBe("8.1");
    expect(look("8.1")(stateWith(null)).block).toBe(8);
    expect(focused(stateWith(null, { block: 40 }), items)).toBeNull();
  });

  it("goes on to the block where an item is dropped for good", () => {
    const state = drop(NETWORK, ["8.1"])(look("8.1")(stateWith("0..8 8@0.1x20")));
    expect([plan(state), state.focus]).toEqual(["0..8", "8.0"]);
  });

  it("a selection grows and shrinks from where it began", () => {
    const first = look("4.0")(stateWith(null));
    const right = extend(BLOCKS, "6.0")(first);
    expect(right.selected).toEqual(["4.0", "5.0", "6.0"]);
    expect(extend(BLOCKS, "3.0")(right).selected).toEqual(["4.0", "3.0"]);
    expect(look("2.0")(right).selected).toEqual([]);
  });

  it("a brush leaves selected what it dropped", () => {
    const state = brush(NETWORK, ["4.0", "5.0"])(stateWith(null));
    expect([plan(state), state.selected]).toEqual(["0..3 6..8", ["4.0", "5.0"]]);
  });

  it("Escape lets go of what was said and selected first", () => {
    const state = extend(BLOCKS, "6.0")(look("4.0")(stateWith(null)));
    expect(release(state).focus).toBe("6.0");
    expect(release(release(state)).focus).toBeNull();
  });

  it("pointing at the same again is no change", () => {
    const state = point({ key: "1.0", step: null })(stateWith(null));
    expect(point({ key: "1.0", step: null })(state)).toBe(state);
    expect(point({ key: "1.0", step: 1 })(state)).not.toBe(state);
  });
});

describe("keys", () => {
  it("move along the strip, select with Shift, and swap with Alt", () => {
    const start = look("0.0")(stateWith(null));
    expect(press(start, "ArrowRight", "0.0").focus).toBe("1.0");
    expect(press(start, "End", "0.0").focus).toBe("8.0");
    expect(press(start, "ArrowLeft", "0.0").focus).toBe("0.0");
    const selected = press(start, "ArrowRight", "0.0", { shiftKey: true });
    expect(selected.selected).toEqual(["0.0", "1.0"]);
    expect(plan(press(selected, "d", "1.0"))).toBe("2..8");
    const moved = press(look("1.0")(start), "ArrowRight", "1.0", { altKey: true });
    expect([plan(moved), moved.focus]).toEqual(["0 2 1 3..8", "1.0"]);
  });

  it("drop, repeat, and change times and scale", () => {
    let state = press(stateWith(null), "r", "8.0");
    state = press(press(state, "+", "8.1"), "]", "8.1");
    expect(plan(state)).toBe("0..8 8@0.15x21");
    state = press(press(press(state, "-", "8.1"), "[", "8.1"), "[", "8.1");
    expect(plan(state)).toBe("0..8 8@0.05x20");
    expect(plan(press(state, "Delete", "8.1"))).toBe("0..8");
  });

  it("others are left to the browser", () => {
    const event = { key: "x", altKey: false, shiftKey: false };
    expect(stripKey(event, "1.0", NETWORK, stateWith(null))).toBeNull();
    expect(stripKey({ ...event, key: "Home", altKey: true }, "1.0", NETWORK, stateWith(null))).toBeNull();
  });
});

describe("plans of an address", () => {
  it("are read, or are the untouched network with a reason", () => {
    expect(planned("0 2..8", BLOCKS).error).toBeNull();
    const { steps, error } = planned("0..9", BLOCKS);
    expect(write(steps)).toBe("0..8");
    expect(error).toContain("“0..9”");
    expect(write(planned("drop=1.3 unroll=8x20@0.1", BLOCKS).steps)).toBe("0 2 3@0 4..8 8@0.1x20");
  });

  it("predefined ones fit every network", () => {
    const texts = (["first", "late", "scaled", "auto", "unscaled", "untouched"] as const).map((name) =>
      write(presetSteps(name, BLOCKS)),
    );
    expect(texts).toEqual(["1..8", "0..1 3..8", "0..8 8@0.1x20", "0..8 8@autox20", "0..8 8x20", "0..8"]);
    const one = [{ index: 0, stage: 0, is_projection: false }];
    expect(write(presetSteps("late", one))).toBe("0@0");
  });
});
