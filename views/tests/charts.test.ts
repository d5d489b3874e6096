import { describe, expect, it } from "vitest";
import { describe as inWords } from "../src/charts/describe";
import { edges, pathOf } from "../src/charts/draw";
import { csvOf, originLines } from "../src/charts/export";
import { frameOf } from "../src/charts/frame";
import { DARK, INK, inkOn, LIGHT, mixed, ramp } from "../src/charts/look";
import { type Axis, blockAxis, type Chart, epochAxis, rangeOf, steadyRange } from "../src/charts/spec";
import { stageStarts } from "../src/charts/stages";
import { goToEpoch } from "../src/pages/blocks/keys";
import { numberText } from "../src/plan";
import { HOME, STILL } from "../src/state";
import { duration, endsText, percent, rangesOf, rangesText, signed, visible } from "../src/text";
import { drawn } from "./drawn";

const chart: Chart = {
  x: blockAxis(4),
  y: { title: "cos(Fᵢ, ∂L/∂hᵢ)", range: [-0.5, 0.5] },
  layers: [
    { kind: "rule", along: "y", at: 0, colour: "#888" },
    {
      kind: "band",
      name: "validation, ±1 sd",
      x: [0, 1, 2, 3],
      low: [-1, -1, -1, -1],
      high: [0, 0, 0, 0],
      colour: "#00f",
    },
    { kind: "line", name: "validation", x: [0, 1, 2, 3], y: [-0.1, Number.NaN, -0.3, -0.2], colour: "#00f", width: 2 },
  ],
};

describe("a chart", () => {
  it("has its values where its axes say", () => {
    const frame = frameOf(chart, 400, 300);
    expect(frame.x.invert(frame.x(2))).toBeCloseTo(2);
    expect(frame.y(-0.5)).toBeCloseTo(frame.bottom);
    expect(frame.y(0.5)).toBeCloseTo(frame.top);
    expect(frame.x(-0.6)).toBeCloseTo(frame.left);
  });
  it("breaks a line where a value is not defined", () => {
    const path = pathOf([0, 1, 2], [1, Number.NaN, 2], frameOf(chart, 400, 300));
    expect(path.match(/M/g)).toHaveLength(2);
    expect(pathOf([0], [Number.POSITIVE_INFINITY], frameOf(chart, 400, 300))).toBe("");
    expect(pathOf([Number.NaN, 1], [1, 2], frameOf(chart, 400, 300))).not.toContain("NaN");
  });
  it("ends a band where its interval is not defined; on a logarithmic axis one that goes below 0 reaches down to the axis", () => {
    const band = (low: number[], high: number[], y: Axis) => {
      const layer = { kind: "band" as const, name: "b", x: [0, 1, 2, 3, 4], low, high, colour: "#00f" };
      const shown = { x: blockAxis(5), y, layers: [layer] };
      const path = drawn(shown, LIGHT).find(({ props }) => props["fill-opacity"])!.props.d!;
      return path
        .split("Z")
        .slice(0, -1)
        .map((part) => part.slice(1).split("L"));
    };
    const gap = band([0, 0, Number.NaN, 0, 0], [1, 1, Number.NaN, 1, 1], { title: "", range: [-1, 2] });
    expect(gap.map((part) => part.length)).toEqual([4, 4]);
    expect(band([0, 0, 0, 0, 0], [1, 1, 1, 1, 1], { title: "", range: [-1, 2] })).toHaveLength(1);
    const [log, ...rest] = band([0.5, -0.5, 0, 0.5, 0.5], [2, 90, 2, 2, 2], {
      title: "",
      range: [0.4, 100],
      log: true,
    });
    expect([log!.length, rest]).toEqual([10, []]);
    const heights = log!.map((point) => Number(point.split(" ")[1]));
    expect([heights[7], heights[8]]).toEqual([262, 262]); // where the axis is
  });
  it("draws ink in the ink of the page around it", () => {
    const ink: Chart = { ...chart, layers: [{ kind: "line", name: "l", x: [0, 1], y: [0, 0], colour: INK, width: 1 }] };
    for (const look of [LIGHT, DARK]) {
      expect(drawn(ink, look)[0]!.props.style).toBe(`color: ${look.ink}`);
      expect(drawn(ink, look).some(({ props }) => props.stroke === "currentColor")).toBe(true);
    }
  });
  it("has ticks at whole blocks and epochs", () => {
    const frame = frameOf({ ...chart, x: epochAxis([0, 1, 2, 3]) }, 400, 300);
    expect(frame.x.ticks.map(([value]) => value)).toEqual([0, 1, 2, 3]);
    for (const count of [3, 27, 54, 200]) {
      const { x } = frameOf({ ...chart, x: blockAxis(count) }, 300, 200);
      expect(x.ticks.every(([value]) => Number.isInteger(value))).toBe(true);
      expect(x.ticks.length).toBeLessThan(13);
    }
  });
  it("has a logarithmic axis with powers of ten", () => {
    const { y } = frameOf({ ...chart, y: { title: "r", range: [0.5, 5000], log: true } }, 400, 300);
    expect(y.ticks.map(([, name]) => name)).toEqual(["1", "10", "100", "10³"]);
    expect(y.invert(y(37))).toBeCloseTo(37);
    const narrow = frameOf({ ...chart, y: { title: "r", range: [1.2, 6], log: true } }, 400, 300);
    expect(narrow.y.ticks.map(([, name]) => name)).toEqual(["2", "5"]);
    const far = frameOf({ ...chart, y: { title: "r", range: [1.2e-5, 6e-5], log: true } }, 400, 300);
    expect(far.y.ticks.map(([, name]) => name)).toEqual(["2\u00a0×\u00a010⁻⁵", "5\u00a0×\u00a010⁻⁵"]);
  });
  it("writes large values with a power of ten", () => {
    const names = (range: [number, number]) =>
      frameOf({ ...chart, y: { title: "loss", range } }, 400, 160).y.ticks.map(([, name]) => name);
    expect(names([-2e6, 4e6])).toEqual(["−2\u00a0×\u00a010⁶", "0", "2\u00a0×\u00a010⁶", "4\u00a0×\u00a010⁶"]);
    expect(names([7.1e14, 7.3e14])).toEqual(
      ["7.10", "7.15", "7.20", "7.25", "7.30"].map((shown) => `${shown}\u00a0×\u00a010¹⁴`),
    );
    expect(names([0, 4e5])).toEqual(["0", "100000", "200000", "300000", "400000"]);
  });
  it("is told in words", () => {
    expect(inWords(chart)).toBe(
      "validation: from −0.100 at block 0 to −0.200 at block 3; lowest −0.300 at block 2, highest −0.100 at block 0.",
    );
  });
  it("is saved as CSV with where it comes from", () => {
    const origin = {
      run: "demo (r1)",
      checkpoint: "c1, sha256 12ab",
      epoch: "8",
      split: "validation",
      images: "359 images",
      version: "1",
    };
    const csv = csvOf({ title: "Cosine, loss", charts: [chart], legend: [], origin });
    const [comment, head, ...rows] = csv.trim().split("\n");
    expect(comment).toContain("run demo (r1) · checkpoint c1, sha256 12ab · epoch 8 · split validation · 359 images");
    expect(head).toBe("series,x,y,value");
    expect(rows).toContain("validation,2,-0.3,");
    expect(rows).toContain("validation,1,,"); // not defined: empty, never 0
    expect(rows).toContain('"validation, ±1 sd, low",0,-1,');
    const line = { kind: "line" as const, name: "l", x: [0, 1], y: [Infinity, -Infinity], colour: INK, width: 1 };
    const diverged = csvOf({ title: "", charts: [{ ...chart, layers: [line] }], legend: [], origin });
    expect(diverged).toContain("l,0,Infinity,\nl,1,-Infinity,\n"); // as the service writes it
  });
  it("says of how many seeds, only where there are several", () => {
    expect(originLines({ version: "1", seeds: 1 })[0]).toBe("Iterscope 1");
    expect(originLines({ version: "1", seeds: 4 })[0]).toBe("mean of 4 seeds");
  });
});

describe("an axis over epochs", () => {
  it("shows the first and the last column of a map as wide as the others", () => {
    expect(edges([0, 1, 2])).toEqual([-0.5, 0.5, 1.5, 2.5]);
    expect(edges([0, 10, 20, 40])).toEqual([-5, 5, 15, 30, 50]);
    expect(edges([7])).toEqual([6.5, 7.5]);
  });
  it("is gone to at a logged epoch; at the last one, what is logged later is followed", () => {
    const at = (x: number) => goToEpoch([0, 5, 10], x)({ ...STILL, ...HOME, playing: true });
    expect(at(2)).toMatchObject({ epoch: 0, playing: false });
    expect(at(6.9).epoch).toBe(5);
    expect(at(99).epoch).toBeNull();
  });
});

describe("ranges", () => {
  it("hold every finite value, with room", () => {
    const [low, high] = rangeOf([1, Number.NaN, 3, Number.POSITIVE_INFINITY])!;
    expect(low).toBeLessThan(1);
    expect(high).toBeGreaterThan(3);
    expect(rangeOf([Number.NaN])).toBeNull();
    expect(rangeOf([0.9, 30], 0)).toEqual([0.9, 30]); // a logarithmic axis has no negative end
    const [a, b] = rangeOf([2, 2])!;
    expect(a).toBeLessThan(b);
  });
  it("stay the same at every epoch that fits, and are wider only where one does not", () => {
    expect(steadyRange([0, 10], [0.1, 9.9])).toEqual([0, 10]);
    const [low, high] = steadyRange([0, 10], [5, 20])!;
    expect(low).toBe(0);
    expect(high).toBeGreaterThan(20);
    expect(steadyRange([0, 10], null)).toEqual([0, 10]);
    expect(steadyRange(null, [0, 10])).toEqual(rangeOf([0, 10]));
    expect(steadyRange(null, null)).toBeNull();
  });
});

describe("colours", () => {
  it("diverge from the paper's own colour, light and dark", () => {
    expect(ramp(true, LIGHT)[2]).toBe("#f3f1ec");
    const middle = mixed(ramp(true, DARK), 0.5);
    expect(Math.max(...middle)).toBeLessThan(80);
  });
  it("are read in black or white", () => {
    expect(inkOn([255, 255, 255])).toBe("#000000");
    expect(inkOn([20, 40, 90])).toBe("#ffffff");
  });
});

describe("text", () => {
  it("shows what can't be seen", () => {
    expect(visible("a\u202eb\u0007<b>\n\ud800")).toBe("a\\u202eb\\x07<b>\\n\ufffd");
    expect(visible("%{x}</extra> ℓ2 é 手")).toBe("%{x}</extra> ℓ2 é 手");
  });
  it("writes numbers as they are read", () => {
    expect([signed(-0.214), signed(-0.0001), signed(Number.NaN), signed(Number.NEGATIVE_INFINITY)]).toEqual([
      "−0.21",
      "0.00",
      "–",
      "−∞",
    ]);
    expect([signed(-7.158e14, 3), signed(1e6), signed(999999.994)]).toEqual([
      "−7.16\u00a0×\u00a010¹⁴",
      "1.00\u00a0×\u00a010⁶",
      "999999.99",
    ]);
    expect([endsText([-0.004, 0.004]), endsText([0, 0.0123])]).toEqual([
      ["−0.0040", "0.0040"],
      ["0.000", "0.012"],
    ]);
    expect([endsText([-0.5, 0.5]), endsText([0, 26]), endsText([-0.001, 12.3])]).toEqual([
      ["−0.50", "0.50"],
      ["0", "26"],
      ["0", "12"],
    ]);
    expect(percent(0.978)).toBe("97.8\u00a0%");
    expect([duration(59), duration(75), duration(3700)]).toEqual(["59 s", "1 min 15 s", "1 h 1 min"]);
    expect(numberText(0.1 + 0.2)).toBe("0.3");
  });
  it("writes sets of blocks short, and reads them", () => {
    expect(rangesText([7, 0, 4, 5, 6])).toBe("0,4-7");
    expect(rangesOf("0,4-7")).toEqual([0, 4, 5, 6, 7]);
    expect([rangesOf("4-"), rangesOf("x"), rangesOf(""), rangesOf("7-3")]).toEqual([null, null, null, null]);
  });
});

it("stages begin where the number changes", () => {
  const block = (index: number, stage: number) => ({ index, stage, is_projection: false });
  expect(stageStarts([block(0, 0), block(1, 0), block(2, 1), block(3, 2)])).toEqual([0, 2, 3]);
});
