import { describe, expect, it } from "vitest";
import { LIGHT } from "../src/charts/look";
import { groupsChart, stepsChart } from "../src/pages/interventions/charts";
import {
  furtherSteps,
  placesOf,
  pointedFrom,
  pointedFurther,
  pointedNext,
  repetition,
  stepsAt,
} from "../src/pages/interventions/marks";
import { fillsOf, limitsOf, sizesOf, valuesOf } from "../src/pages/interventions/network";
import { groupNames } from "../src/pages/interventions/words";
import { itemsOf, parse, positions } from "../src/plan";
import { applied, BLOCKS, resultOf } from "./interventions-sample";

const itemsFor = (text: string) => itemsOf(parse(text, 9), 9);
const places = (text: string) =>
  positions(
    applied(text).map(([block]) => block),
    9,
  );

describe("linked marks", () => {
  const text = "0 2..8 8@0.1x20";
  const [items, x] = [itemsFor(text), places(text)];

  it("an item has its only application, or the ends of its repetition", () => {
    expect(stepsAt({ key: "2.0", step: null }, items)).toEqual([1]);
    expect(stepsAt({ key: "8.1", step: null }, items)).toEqual([8, 27]);
    expect(stepsAt({ key: "8.1", step: 12 }, items)).toEqual([12]);
    expect(stepsAt({ key: "1.0", step: null }, items)).toEqual([]);
  });

  it("a block that doesn't run is at its index", () => {
    expect(placesOf({ key: "1.0", step: null }, items, x)).toEqual([1]);
    expect(placesOf({ key: "8.1", step: null }, items, x)).toEqual([9, 28]);
  });

  it("what is marked is what was pointed at, in both directions", () => {
    x.forEach((at, step) => {
      const pointed = pointedFrom(at, items, x)!;
      expect(pointed.step).toBe(step);
      expect(placesOf(pointed, items, x)).toEqual([at]);
    });
    expect(pointedFrom(1.1, items, x)).toEqual({ key: "1.0", step: null });
    expect(pointedFrom(40, items, x)).toBeNull();
  });

  it("the step-by-step charts count from the first run of the repeated block", () => {
    expect(repetition(items, 8)).toEqual({ first: 7, last: 27 });
    expect(repetition(items, 2)).toBeNull();
    expect(furtherSteps({ key: "8.1", step: null }, items, 8)).toEqual([1, 20]);
    expect(furtherSteps({ key: "8.0", step: null }, items, 8)).toEqual([0]);
    expect(furtherSteps({ key: "2.0", step: null }, items, 8)).toEqual([]);
    expect(pointedFurther(3.2, items, 8)).toEqual({ key: "8.1", step: 10 });
    expect(pointedFurther(21, items, 8)).toBeNull();
  });

  it("an arrow key goes one application further, and stops at the ends", () => {
    expect(pointedNext(1, null, null, items)).toEqual({ key: "0.0", step: 0 });
    expect(pointedNext(1, { key: "0.0", step: 0 }, null, items)).toEqual({ key: "2.0", step: 1 });
    expect(pointedNext(-1, null, "2.0", items)).toEqual({ key: "0.0", step: 0 });
    expect(pointedNext(1, { key: "8.1", step: 27 }, null, items)).toEqual({ key: "8.1", step: 27 });
  });
});

describe("charts", () => {
  const holds = (range: readonly [number, number], values: ArrayLike<number>) =>
    Array.from(values).every((value) => !Number.isFinite(value) || (value >= range[0] && value <= range[1]));

  it.each(["0..8", "0 2 1 3..8", "0..8 8@0.1x20", "0..8 8x300", "0..2 2@0.5x40 3..8"])(
    "axes hold all data of %s",
    (plan) => {
      const result = resultOf({
        plan,
        after: (_, i) => (i % 2 ? 0.9 : -0.7),
        ratio: (_, i) => 1e-3 * 2 ** Math.min(i, 60),
      });
      for (const metric of ["cosine_loss", "l2_ratio"] as const) {
        const chart = stepsChart(result, metric);
        for (const layer of chart.layers) {
          if (layer.kind === "line") expect(holds(chart.x.range, layer.x) && holds(chart.y.range, layer.y)).toBe(true);
          if (layer.kind === "band") {
            expect(holds(chart.y.range, layer.low) && holds(chart.y.range, layer.high)).toBe(true);
            expect([...Array.from(layer.x)].every((x, i, all) => i === 0 || x >= all[i - 1]!)).toBe(true);
          }
        }
      }
    },
  );

  it("an undefined value leaves a gap", () => {
    const chart = stepsChart(resultOf({ plan: "0..8", after: (_, i) => (i === 4 ? null : 0.1) }), "cosine_loss");
    const line = chart.layers.find((layer) => layer.kind === "line" && layer.name === "plan");
    expect(line?.kind === "line" && Number.isNaN(line.y[4]!)).toBe(true);
  });

  it("intervals of accuracies stay within 0 to 100 %", () => {
    const chart = groupsChart(resultOf({ plan: "1..8", accuracy: [0.99, 0.02] }), groupNames(6));
    for (const layer of chart.layers) {
      if (layer.kind !== "bars") continue;
      expect(Math.min(...Array.from(layer.low))).toBeGreaterThanOrEqual(0);
      expect(Math.max(...Array.from(layer.high))).toBeLessThanOrEqual(100);
    }
    expect(chart.y.names?.map(([, name]) => name)).toContain("right after block 6\n100 images");
  });
});

describe("bars", () => {
  it("are taller for a higher resolution and wider for more channels", () => {
    for (const shapes of [null, BLOCKS.map(({ stage }) => [16 << stage, 24 >> stage, 24 >> stage])]) {
      const [first, , , , , , , , last] = sizesOf(BLOCKS, shapes);
      expect(first!.height).toBeGreaterThan(last!.height);
      expect(first!.width).toBeLessThan(last!.width);
    }
  });

  it("colours of a signed metric are symmetric around nothing; a tower doesn't outshine the others", () => {
    expect(limitsOf([-0.3, 0.1], "cosine")).toEqual([-0.3, 0.3]);
    expect(limitsOf([90, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], "ratio")).toEqual([0, 2]);
    expect(limitsOf([-5, -1, 0.3], "drop")).toEqual([-5, 0]);
    expect(limitsOf([Number.NaN], "cosine")).toBeNull();
  });

  it("what isn't known has no colour", () => {
    expect(valuesOf({ metrics: undefined, drop: undefined }, "drop")).toEqual([]);
    expect(fillsOf({ metrics: undefined, drop: undefined }, "cosine", LIGHT)).toEqual([]);
  });
});
