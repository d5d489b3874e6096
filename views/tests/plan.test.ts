import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  amend,
  type Block,
  itemsOf,
  MAX_STEPS,
  PlanTextError,
  parse,
  positions,
  readPlan,
  repeat,
  type Step,
  swap,
  toggle,
  unrollOf,
  whole,
  without,
  write,
} from "../src/plan";

/** The table that the library and the command are tested on, too. */
const table = JSON.parse(readFileSync(new URL("../../tests/plan_notation.json", import.meta.url), "utf8")) as {
  length: number;
  read: Record<string, [number, number][]>;
  refused: string[];
};
const blocks: Block[] = Array.from({ length: 9 }, (_, index) => ({
  index,
  stage: Math.floor(index / 3),
  is_projection: index === 3 || index === 6,
}));
const flat = (steps: Step[]) => steps.flatMap(({ block, scale, times }) => Array(times).fill([block, scale]));

describe("the notation", () => {
  it.each(Object.entries(table.read))("reads %j as the library does", (text, steps) => {
    expect(flat(parse(text, table.length))).toEqual(steps);
  });
  it.each(table.refused)("refuses %j with a sentence", (text) => {
    expect(() => parse(text, table.length)).toThrow(PlanTextError);
  });
  it.each(Object.keys(table.read))("writes %j so that it reads the same", (text) => {
    const steps = parse(text, table.length);
    expect(flat(parse(write(steps), table.length))).toEqual(flat(steps));
  });
  it("has one step whose scale is chosen", () => {
    expect(parse("0..8 8@auto", 9).at(-1)).toEqual({ block: 8, scale: null, times: 1 });
    expect(() => parse("0@auto 1@auto", 9)).toThrow("only once");
  });
  it("names the token and the remedy", () => {
    expect(() => parse("0..2 9", 9)).toThrow(
      "“9” contains a block that this network does not have: its blocks are 0 to 8.",
    );
  });
  it("reads the links of earlier versions", () => {
    expect(write(readPlan("drop=4.5 unroll=8x20@0.1", blocks))).toBe("0..3 6..8 8@0.1x20");
    expect(write(readPlan("drop=none unroll=none", blocks))).toBe("0..8");
    expect(() => readPlan("drop=99", blocks)).toThrow(PlanTextError);
    expect(write(readPlan(null, blocks))).toBe("0..8");
  });
});

describe("edits", () => {
  const items = (text: string) => itemsOf(parse(text, 9), 9);

  it("shows every block, and those that don't run behind the block before them", () => {
    expect(items("0..2 4..8").map((item) => [item.block, item.times])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 0],
      [4, 1],
      [5, 1],
      [6, 1],
      [7, 1],
      [8, 1],
    ]);
  });
  it("drops a block, and keeps the shortcut that later blocks need", () => {
    expect(write(without(blocks, 4))).toBe("0..3 5..8");
    expect(write(without(blocks, 3))).toBe("0..2 3@0 4..8");
  });
  it("undoes a drop by the same key", () => {
    const dropped = without(blocks, 4);
    expect(write(toggle(itemsOf(dropped, 9), new Set(["4.0"]), blocks))).toBe("0..8");
  });
  it("always leaves a step", () => {
    const all = new Set(whole(9).map((_, block) => `${block}.0`));
    expect(flat(toggle(items("0..8"), all, blocks)).length).toBeGreaterThan(0);
  });
  it("swaps two blocks", () => {
    const shown = items("0..8");
    expect(write(swap(shown, shown[1]!, shown[2]!))).toBe("0 2 1 3..8");
  });
  it("puts a repetition behind a step, and takes it away again", () => {
    const more = repeat(whole(9), 8);
    expect(write(more)).toBe("0..8 8@0.1x20");
    expect(write(repeat(more, 8))).toBe("0..8");
  });
  it("keeps a plan within its limits", () => {
    expect(amend(whole(9), 0, { times: 1e9 })[0]!.times).toBe(MAX_STEPS - 8);
    expect(amend(whole(9), 0, { times: -3 })[0]!.times).toBe(1);
    expect(amend(whole(9), 0, { scale: 1e9 })[0]!.scale).toBe(1e6);
  });
});

describe("a repeated block", () => {
  it("is found at the plan's end, or where it is the only one", () => {
    expect(unrollOf(parse("0..8 8@0.1x20", 9))).toEqual({ block: 8, steps: 20, scale: 0.1 });
    expect(unrollOf(parse("0..4 4@0.5x3 5..8", 9))).toEqual({ block: 4, steps: 3, scale: 0.5 });
    expect(unrollOf(parse("0..8 8@autox20", 9))).toEqual({ block: 8, steps: 20, scale: null });
  });
  it("is none where nothing repeats, or several do before the end", () => {
    expect(unrollOf(whole(9))).toBeNull();
    expect(unrollOf(parse("0x2 1x2 2..8", 9))).toBeNull();
  });
  it("stands to the right of the last block, and inside an earlier block's room", () => {
    expect(positions([0, 1, 2, 2, 2], 3)).toEqual([0, 1, 2, 3, 4]);
    expect(positions([0, 1, 1, 2], 3)).toEqual([0, 1, 1.5, 2]);
  });
});
