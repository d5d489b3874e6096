import { describe, expect, it } from "vitest";
import {
  blocksText,
  changesOf,
  changeText,
  destinations,
  groupNames,
  lastFive,
  phrasesOf,
  planSentence,
  trend,
} from "../src/pages/interventions/words";
import { applied, BLOCKS, changedTo, resultOf } from "./interventions-sample";

const NAMES = ["zero", "one", "two", "three"];
const said = (plan: string, automatic = false) => phrasesOf(changesOf(applied(plan), BLOCKS.length), automatic);

describe("what a plan does to a network", () => {
  it.each([
    ["0..8", []],
    ["1..8", ["without block 0"]],
    ["0 3@0 4..8", ["without blocks 1–3"]],
    ["0 2 4 6 8", ["without blocks 1, 3, 5 and 7"]],
    ["0 2 1 3..8", ["with blocks 1 and 2 swapped"]],
    ["2 0 1 3..8", ["with blocks 0–2 in another order"]],
    ["0..8 8", ["with block 8 run once more unscaled"]],
    ["0..7 8x5", ["with block 8 run 4 more times unscaled"]],
    ["0..8 8@0.1x20", ["with block 8 run 20 more times, scaled by α = 0.1"]],
    ["0..7 8@-0.5x5", ["with block 8 run 5 times, each scaled by α = −0.5"]],
    ["0..8 8@0.1 8@0.2", ["with block 8 run 2 more times with several scales"]],
    ["0..4 5@0.5 6..8", ["with block 5 scaled by α = 0.5"]],
    ["0..3 4..5@1 4 6..8", ["with block 4 run again later"]],
    ["0 2..8 8@0.1x20", ["without block 1", "with block 8 run 20 more times, scaled by α = 0.1"]],
  ])("%s", (plan, phrases) => {
    // a range has no scale: the one above is written out
    const text = plan.replace("4..5@1", "4 5");
    expect(said(text)).toEqual(phrases);
  });

  it("says where α comes from if it was looked for", () => {
    expect(said("0..8 8@0.05x20", true)[0]).toBe(
      "with block 8 run 20 more times, scaled by α = 0.05 (of lowest training loss)",
    );
  });

  it("counts blocks instead of listing many", () => {
    expect(blocksText([1, 3, 5, 7, 9, 11])).toBe("6 blocks");
    expect(blocksText([4])).toBe("block 4");
  });
});

describe("where predictions go", () => {
  const to = (classes: number[], count = classes.length) =>
    destinations(resultOf({ plan: "1..8", changed: changedTo(...classes), count }), NAMES);

  it.each([
    [[2], ", to two"],
    [[2, 3], ", to two and three"],
    [[2, 2, 2], ", all to two"],
    [[2, 2, 2, 1, 3], ", mostly to two"],
    [[2, 2, 1, 1, 3, 0], ", mostly to one and two"],
    [[0, 1, 2, 3, 4, 5, 6], ", to 7 different classes"],
  ])("%j", (classes, text) => {
    expect(to(classes)).toBe(text);
  });

  it("says of how many where the list is cut", () => {
    expect(to([2, 2, 2, 1], 264)).toBe(", mostly to two (of the first 4)");
  });
  it("is silent where nothing changed, and names outputs that are not finite", () => {
    expect(to([])).toBe("");
    expect(to([-1, -1])).toContain("not finite");
  });
  it("shows names as text", () => {
    const result = resultOf({ plan: "1..8", changed: changedTo(0) });
    expect(destinations(result, ["a\u202eb"])).toBe(", to a\\u202eb");
  });
});

describe("where blocks push", () => {
  it("names a change of direction, and none", () => {
    expect(trend("later blocks", true, -0.2, 0.1)).toBe(
      "later blocks now push uphill (mean cosine loss −0.20 → +0.10)",
    );
    expect(trend("later blocks", true, -0.2, -0.4)).toContain("push downhill more strongly");
    expect(trend("block 8", false, 0.2, 0.1)).toBe("block 8 pushes uphill less strongly (cosine loss +0.20 → +0.10)");
    expect(trend("block 8", false, -0.201, -0.199)).toBe("block 8 pushes downhill as before (cosine loss −0.20)");
    expect(trend("later blocks", true, -0.2, 0.001)).toContain("now push neither downhill nor uphill");
    expect(trend("later blocks", true, Number.NaN, 0.1)).toBe("");
  });
});

describe("the sentence", () => {
  it("tells of the untouched network how often it is right, and where its last blocks push", () => {
    expect(planSentence(resultOf({ plan: "0..8" }), NAMES)).toBe(
      "The untouched network is right on 90 of 100 images; its last 3 blocks push downhill (mean cosine loss −0.20).",
    );
  });

  it("compares later blocks with the untouched network, step by step", () => {
    const result = resultOf({
      plan: "1..8",
      after: () => 0.1,
      changed: changedTo(2, 2, 3),
      count: 64,
    });
    expect(planSentence(result, NAMES)).toBe(
      "Without block 0, 64 of 100 predictions change, mostly to two (of the first 3); later blocks now push uphill (mean cosine loss −0.20 → +0.10).",
    );
  });

  it("speaks of one later block in the singular, and of none not at all", () => {
    expect(planSentence(resultOf({ plan: "0..6 8" }), NAMES)).toBe(
      "Without block 7, none of 100 predictions changes; block 8 pushes downhill as before (cosine loss −0.20).",
    );
    expect(planSentence(resultOf({ plan: "0..7" }), NAMES)).toBe("Without block 8, none of 100 predictions changes.");
  });

  it("tells of a repetition how its steps change", () => {
    const result = resultOf({
      plan: "0..8 8@0.1x4",
      after: ({ scale }) => (scale === 1 ? -0.2 : -0.1),
      ratio: (_, i) => 0.4 / (i + 1),
      changed: changedTo(1),
    });
    expect(planSentence(result, NAMES)).toBe(
      "With block 8 run 4 more times, scaled by α = 0.1, 1 of 100 predictions changes, to one; the repeats push downhill (mean cosine loss −0.10) and their steps shrink (ℓ2 ratio 0.04 → 0.03).",
    );
  });

  it("shows steps that explode as infinite, and leaves out what is undefined", () => {
    const result = resultOf({
      plan: "0..8 8x3",
      after: () => null,
      ratio: (_, i) => (i > 10 ? Number.POSITIVE_INFINITY : 1),
    });
    expect(planSentence(result, NAMES)).toContain("in the repeats, their steps grow (ℓ2 ratio 1.00 → ∞)");
  });

  it("says what a pinned plan's predictions are compared with", () => {
    const same = resultOf({ plan: "1..8", against: "1..8" });
    expect(planSentence(same, NAMES)).toContain("none of 100 predictions differs from the pinned plan’s");
    const untouched = resultOf({ plan: "0..8", against: "1..8", changed: changedTo(1, 1) });
    expect(planSentence(untouched, NAMES)).toBe(
      "With the untouched network, 2 of 100 predictions differ from the pinned plan’s, all to one.",
    );
  });

  it("counts the steps of a plan that mixes many changes", () => {
    const text = "1 0 2..4 5@0.5 8 8x2";
    expect(planSentence(resultOf({ plan: text }), NAMES)).toMatch(/^With this plan of 9 steps, /);
  });
});

describe("changes of a number", () => {
  it("has a sign and a word", () => {
    expect(changeText(90, 17.3, 1, 1)).toEqual({ text: "−72.7", word: "worse", kind: "worse" });
    expect(changeText(0.2, 0.1, 3, -1)).toEqual({ text: "−0.100", word: "better", kind: "better" });
    expect(changeText(0.1, 0.2, 3, 0)).toEqual({ text: "+0.100", word: "higher", kind: "same" });
  });
  it("is none where it rounds to nothing, and unknown where a value is", () => {
    expect(changeText(1, 0.9999, 3, 1)).toEqual({ text: "±0.000", word: "", kind: "same" });
    expect(changeText(Number.NaN, 1, 1, 1).text).toBe("–");
    expect(changeText(1, Number.POSITIVE_INFINITY, 1, -1)).toEqual({ text: "+∞", word: "worse", kind: "worse" });
  });
});

describe("groups", () => {
  it("are named for where they were formed", () => {
    expect(lastFive(BLOCKS)).toBe(6); // the last stage is shorter
    expect(groupNames(22).correct).toBe("right after block 22");
    expect(groupNames(null).correct).toBe("right in the untouched network");
  });
});
