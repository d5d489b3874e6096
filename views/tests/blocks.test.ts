import type { VNode } from "preact";
import { describe, expect, it } from "vitest";
import { csvOf, type Figure } from "../src/charts/export";
import { frameOf } from "../src/charts/frame";
import { DARK, LIGHT, ramp } from "../src/charts/look";
import { type Chart, rowsOf } from "../src/charts/spec";
import type { Context } from "../src/context";
import { inHome } from "../src/copy";
import { Curves } from "../src/curves";
import { ByBlock } from "../src/pages/blocks/by_block";
import { byBlockChart, mapChart, scalarsChart } from "../src/pages/blocks/charts";
import type { Line } from "../src/pages/blocks/data";
import { originOf, snippetOf } from "../src/pages/blocks/origin";
import { OverEpochs, Scalars } from "../src/pages/blocks/over_epochs";
import { blocksPage } from "../src/pages/blocks/page";
import type { View } from "../src/pages/blocks/view";
import { dropSentence } from "../src/pages/blocks/words";
import type { PanelProps } from "../src/parts/panel";
import type { Resource } from "../src/resources";
import { runs } from "../src/resources";
import type { Checkpoint, Run, Schemas } from "../src/sources/source";
import { type Action, HOME, STILL, type State } from "../src/state";
import { drawn } from "./drawn";

const state: State = { ...HOME, ...STILL };
const PERCENT = { title: "accuracy", axis: "accuracy (%)", unit: 100, diverging: false, bounds: null };
const METRICS = {
  cosine_loss: { title: "cosine loss", axis: "cos", unit: 1, diverging: true, bounds: null },
  early_exit_accuracy: PERCENT,
  drop_accuracy: PERCENT,
  drop_damage: PERCENT,
};
const blocksOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    index,
    stage: Math.floor((3 * index) / count),
    is_projection: false,
  }));

interface Logged {
  readonly blocks?: number;
  readonly epochs?: readonly number[];
  readonly seeds?: number;
  readonly series?: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly scalars?: Readonly<Record<string, { epochs: readonly number[]; values: readonly number[] }>>;
}

/** Curves, read from a file that holds them. */
function curvesOf({ blocks = 3, epochs = [0], seeds = 1, series = {}, scalars = {} }: Logged): Curves {
  const arrays: [string, number[]][] = [
    ...Object.entries(series).map(([name, rows]): [string, number[]] => [name, rows.flat()]),
    ...Object.entries(scalars).map(([name, { values }]): [string, number[]] => [`${name}/value`, [...values]]),
  ];
  const split = (name: string) => name.split("/") as [string, string];
  const header = {
    run: "a",
    status: "completed",
    cursor: 0,
    imported: false,
    merged: seeds > 1 ? { runs: ["a", "b", "c"], seeds: [0, 1, 2], n: seeds } : null,
    blocks: blocksOf(blocks),
    epochs,
    metrics: METRICS,
    series: Object.entries(series).map(([name, rows]) => ({
      metric: split(name)[0],
      split: split(name)[1],
      epochs: epochs.slice(0, rows.length), // the first ones
    })),
    scalars: Object.entries(scalars).map(([name, one]) => ({
      name: split(name)[0],
      split: split(name)[1],
      epochs: one.epochs,
    })),
    ranges: {},
    limits: {},
    claims: [],
  };
  const tensors: Record<string, unknown> = { __metadata__: { curves: JSON.stringify(header) } };
  let end = 0;
  for (const [name, values] of arrays) {
    tensors[name] = { dtype: "F32", shape: [values.length], data_offsets: [end, end + 4 * values.length] };
    end += 4 * values.length;
  }
  const text = JSON.stringify(tensors);
  const head = new TextEncoder().encode(text.padEnd(8 * Math.ceil(text.length / 8)));
  const file = new Uint8Array(8 + head.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(head.length), true);
  file.set(head, 8);
  file.set(new Uint8Array(Float32Array.from(arrays.flatMap(([, values]) => values)).buffer), 8 + head.length);
  return Curves.read(file.buffer);
}

const SEEDS = ["a", "b", "c"];
const runOf = (id: string): Run =>
  ({
    id,
    name: `net, seed ${SEEDS.indexOf(id)}`,
    seed: SEEDS.indexOf(id),
    status: "completed",
    siblings: SEEDS.filter((other) => other !== id),
    blocks: blocksOf(3),
    configuration: {},
  }) as unknown as Run;
const none = { checkpoint: null, answer: null };
const lineOf = (curves: Curves, more: Partial<Line> = {}): Line => ({
  run: runOf("a"),
  name: "net, seed 0",
  curves,
  checkpoints: [],
  saved: { state: "done", value: [] },
  drop: none,
  effective: none,
  ...more,
});
const checkpoint = (epoch: number) => ({ id: `c${epoch}`, epoch, sha256: "" }) as Checkpoint;
const dropped = (...accuracies: number[]) =>
  ({
    blocks: accuracies.map((_, block) => block),
    baseline: { accuracy: 0.9 },
    samples: 500,
    plans: accuracies.map((accuracy, block) => ({ blocks: [block], accuracy })),
    provenance: { convention: null },
  }) as unknown as Schemas["DropResult"];
const measured = (epoch: number) => ({
  checkpoint: checkpoint(epoch),
  answer: { state: "done", value: dropped(0.8, 0.7, 0.6) } as const,
});

/** What the page is drawn from; `answers` by the first word of the question. */
function contextOf(
  shown: Partial<State>,
  answers: Readonly<Record<string, unknown>> = {},
): Context & { settled: Action[] } {
  const settled: Action[] = [];
  return {
    settled,
    settle: (action: Action) => void settled.push(action),
    state: { ...state, ...shown },
    look: LIGHT,
    memory: { keep: (_name: string, _on: unknown, make: () => unknown) => make() },
    store: { said: [] },
    home: { version: "1", source: { address: null }, href: () => null },
    ask: ({ key }: Resource<unknown>) => {
      const found = Object.entries(answers).find(([name]) => key.startsWith(name))?.[1];
      return found === undefined ? { state: "waiting" } : { state: "done", value: found };
    },
  } as unknown as Context & { settled: Action[] };
}
const viewOf = (shown: Partial<State>, view: Partial<View>, answers = {}): View => ({
  context: contextOf(shown, answers),
  shown: { all: [], run: runOf("a"), notices: [] },
  lines: [],
  reference: null,
  pinning: false,
  epoch: 0,
  ...view,
});
const panel = (made: unknown) => (made as VNode<PanelProps>).props;

/** What is drawn by a component of this name. */
function propsOf(content: unknown, name: string): Record<string, unknown> | null {
  if (Array.isArray(content)) return content.map((each) => propsOf(each, name)).find(Boolean) ?? null;
  if (!content || typeof content !== "object") return null;
  const { type, props } = content as VNode<Record<string, unknown>>;
  return (type as { name?: string } | undefined)?.name === name ? props : propsOf(props?.children, name);
}
const RESULTS = { runs: SEEDS.map(runOf), checkpoints: [] };
/** The view of the whole page, and its notices. */
function pageOf(shown: Partial<State>, answers: Readonly<Record<string, unknown>> = {}) {
  const row = [0.5, 0.5, 0.5];
  const curves = (seeds: number) =>
    curvesOf({ epochs: [0, 5, 10], seeds, series: { "cosine_loss/validation": [row, row, row] } });
  const context = contextOf(
    { run: "a", ...shown },
    { ...RESULTS, ...answers, "curves /runs/a": curves(shown.merged ? 3 : 1), curves: curves(1) },
  );
  const { content } = blocksPage(context);
  const { view } = propsOf(content, "Scrubber") as { view: View };
  return { view, notices: propsOf(content, "Head")!.notices as string[], settled: context.settled };
}

const ratio = (curves: Curves, split: string) =>
  curves.scalars.has(`gradient_norm_ratio/${split}`) ? `gradient_norm_ratio/${split}` : null;
const LOG = { title: "r", unit: 1, log: true };

describe("a logarithmic axis", () => {
  it.each([
    ["not a number", Number.NaN],
    ["0", 0],
    ["negative", -1],
    ["infinite", Number.POSITIVE_INFINITY],
  ])("has ticks, and a sentence stands instead of the chart, where every value is %s", (_, value) => {
    const curves = curvesOf({
      scalars: { "gradient_norm_ratio/validation": { epochs: [0, 1], values: [value, value] } },
    });
    const chart = scalarsChart([lineOf(curves)], ratio, LOG, state);
    expect(frameOf(chart, 400, 300).y.ticks.length).toBeGreaterThan(0);
    const view = viewOf({}, { lines: [lineOf(curves)] });
    expect(JSON.stringify(panel(Scalars({ view, id: "blocks-gradient" })).instead)).toContain("above 0");
  });
  it("has no ticks, but also no fault, where its range has no logarithm", () => {
    const chart: Chart = { x: { title: "", range: [0, 1] }, y: { title: "", range: [0, 1.2], log: true }, layers: [] };
    expect(frameOf(chart, 400, 300).y.ticks).toEqual([]);
  });
  it("is drawn where some values are above 0", () => {
    const curves = curvesOf({ scalars: { "gradient_norm_ratio/validation": { epochs: [0, 1], values: [0, 7] } } });
    expect(
      panel(Scalars({ view: viewOf({}, { lines: [lineOf(curves)] }), id: "blocks-gradient" })).instead,
    ).toBeUndefined();
  });
});

it.each([
  ["light", LIGHT],
  ["dark", DARK],
])("the key of a map has the colours of its cells, %s", (_, look) => {
  const curves = curvesOf({
    epochs: [0, 1],
    series: {
      "cosine_loss/validation": [
        [-1, 0, 1],
        [-1, 0, 1],
      ],
    },
  });
  const { rows } = curves.series.get("cosine_loss/validation")!;
  const chart = mapChart(curves, { epochs: [0, 1], rows, measured: null }, "cosine_loss", "validation", state);
  const stops = drawn({ ...chart, layers: [] }, look).filter(({ type }) => type === "stop");
  expect(stops.map(({ props }) => props["stop-color"])).toEqual(ramp(true, look));
});

describe("several runs", () => {
  it("have an axis over all their epochs", () => {
    const every = (step: number) => {
      const epochs = Array.from({ length: step === 1 ? 21 : 11 }, (_, i) => step * i);
      return lineOf(
        curvesOf({ scalars: { "accuracy/validation": { epochs, values: epochs.map((epoch) => epoch / 100) } } }),
      );
    };
    const axis = { title: "accuracy (%)", unit: 100 };
    for (const lines of [
      [every(1), every(10)],
      [every(10), every(1)],
    ])
      expect(scalarsChart(lines, () => "accuracy/validation", axis, state).x.range).toEqual([0, 100]);
  });
  it("and the pinned one have an axis over all their blocks", () => {
    const exits = (blocks: number) =>
      lineOf(
        curvesOf({
          blocks,
          series: {
            "early_exit_accuracy/validation": [blocksOf(blocks).map(({ stage }) => (stage === 2 ? 0.5 : Number.NaN))],
          },
        }),
      );
    const [short, long] = [exits(9), exits(27)];
    const several = byBlockChart({ lines: [short, long], reference: null, state, epoch: 0 }, "early_exit_accuracy");
    expect(several.x.range).toEqual([5.4, 26.6]);
    const pinned = { line: long, epoch: 0, name: "epoch 0" };
    expect(byBlockChart({ lines: [short], reference: pinned, state, epoch: 0 }, "early_exit_accuracy").x.range).toEqual(
      [5.4, 26.6],
    );
    expect(byBlockChart({ lines: [short], reference: pinned, state, epoch: 0 }, "cosine_loss").x.range).toEqual([
      -0.6, 26.6,
    ]);
  });
  it("are named by what was measured: a mean of seeds, or one of them", () => {
    const mean = (name: string) =>
      lineOf(curvesOf({ seeds: 3, series: { "cosine_loss/validation": [[0, 0, 0]] } }), { name, drop: measured(0) });
    const lines = [mean("net, mean of 3 seeds"), mean("other, mean of 3 seeds")];
    const names = (metric: string) => {
      const chart = byBlockChart({ lines, reference: null, state, epoch: 0 }, metric);
      const view = viewOf({}, { lines });
      const { legend = [] } = panel(ByBlock({ view, id: "x", metric, text: { title: "", help: "" } }));
      const figure: Figure = { title: "", charts: [chart], legend, origin: { version: "1" } };
      return csvOf(figure) + legend.map(({ name }) => name);
    };
    expect(names("cosine_loss")).toContain("net, mean of 3 seeds");
    expect(names("drop_accuracy")).not.toContain("mean of");
    expect(names("drop_accuracy")).toContain("net, seed 0");
  });
  it("are drawn once each", () => {
    const { settled } = pageOf({ others: ["a", "b"] });
    const now = settled.reduce<State>((before, action) => action(before), { ...state, others: ["a", "b"] });
    expect(now.others).toEqual(["b"]);
  });
});

describe("the pinned curve", () => {
  it("is named by the mean over seeds that it is", () => {
    expect(pageOf({ merged: true, reference: { run: "a", epoch: 5 } }).view.reference!.name).toBe(
      "epoch 5 of net, mean of 3 seeds",
    );
  });
  it("is named by the epoch that its values are of", () => {
    const { view, notices } = pageOf({ reference: { run: "a", epoch: 7 } });
    expect([view.reference!.name, notices]).toEqual(["epoch 5 of net, seed 0", []]);
  });
  it("is one of the logged epochs, and it is said where the address asks for another", () => {
    const { view, notices } = pageOf({ reference: { run: "b", epoch: 999 } });
    expect(view.reference).toMatchObject({ epoch: 10, name: "epoch 10 of net, seed 1" });
    expect(notices).toEqual(["pinned epoch “999” is not logged: showing epoch 10."]);
  });
  it("has the epoch of its checkpoint where it was measured", () => {
    const curves = curvesOf({ epochs: [0, 7, 9], seeds: 3 });
    const reference = {
      line: lineOf(curves, { drop: measured(5) }),
      epoch: 7,
      name: "epoch 7 of net, mean of 3 seeds",
    };
    const view = viewOf({}, { lines: [lineOf(curves, { drop: measured(9) })], reference, epoch: 9 });
    expect(originOf(view, "drop_accuracy").reference).toBe("epoch 5 of net, seed 0 (a)");
    expect(originOf(view, "cosine_loss").reference).toBe("epoch 7 of net, mean of 3 seeds (a)");
  });
});

describe("a value that is read out", () => {
  it("has its own epoch and its unit", () => {
    const curves = curvesOf({ epochs: [0, 1, 2, 3, 4, 5, 6, 7] });
    const line = lineOf(curves, { checkpoints: [checkpoint(0), checkpoint(5)] });
    const view = viewOf(
      { metric: "drop_damage", block: 1 },
      { lines: [line], epoch: 7 },
      { drop: dropped(0.8, 0.7, 0.6) },
    );
    const [lines] = (OverEpochs({ view }) as unknown as VNode<{ children: unknown[] }>).props.children as [unknown];
    expect(panel(lines).readout).toBe("block 1, epoch 5: 20.0 points");
  });
  it("is of the epoch at which its own metric was logged, and the panel says so", () => {
    const row = [0.5, 0.5, 0.5];
    const series = { "cosine_loss/validation": [row], "early_exit_accuracy/validation": [row, row, row] };
    const view = viewOf({}, { lines: [lineOf(curvesOf({ epochs: [0, 1, 2], series }))], epoch: 2 });
    const badge = (metric: string) => panel(ByBlock({ view, id: "x", metric, text: { title: "", help: "" } })).badge;
    expect([badge("cosine_loss"), badge("early_exit_accuracy")]).toEqual(["epoch 0", ""]);
    expect(originOf(view, "cosine_loss").epoch).toBe("0");
  });
  it("is in points where it is a difference of percentages", () => {
    const rows = { "early_exit_accuracy/validation": [[0.5, 0.6, 0.7]] };
    const line = lineOf(curvesOf({ series: rows }));
    const reference = { line, epoch: 0, name: "epoch 0" };
    const text = { title: "", help: "" };
    const readout = (difference: boolean) => {
      const view = viewOf({ difference, block: 1, split: "validation" }, { lines: [line], reference });
      return panel(ByBlock({ view, id: "x", metric: "early_exit_accuracy", text })).readout;
    };
    expect([readout(true), readout(false)]).toEqual(["block 1: 0.0 points val.", "block 1: 60.0 % val."]);
  });
});

describe("differences", () => {
  const line = lineOf(curvesOf({ series: { "cosine_loss/validation": [[0.1, 0.2, 0.3]] } }));
  const text = { title: "", help: "" };
  const shown = (view: View, metric = "cosine_loss") => panel(ByBlock({ view, id: "x", metric, text }));
  it("are not taken without a pinned curve", () => {
    const chart = byBlockChart(
      { lines: [line], reference: null, state: { ...state, difference: true }, epoch: 0 },
      "cosine_loss",
    );
    expect(chart.y.title).toBe("cos");
    expect([...rowsOf(chart)].map(([, , y]) => y)).toContain(Math.fround(0.2));
  });
  it("are still to come while the pinned curve is loaded", () => {
    const pin = { run: "b", epoch: 0 };
    expect(shown(viewOf({ difference: true, reference: pin }, { lines: [line], pinning: true })).stale).toBe(true);
    expect(shown(viewOf({ difference: true, reference: pin }, { lines: [line] })).stale).toBe(false);
  });
  it("are none where only one of both has values, and that is said", () => {
    const reference = { line: lineOf(curvesOf({})), epoch: 0, name: "epoch 0" };
    const { instead } = shown(viewOf({ difference: true }, { lines: [line], reference }));
    expect(JSON.stringify(instead)).toContain("no difference");
    const view = viewOf({ difference: true }, { lines: [lineOf(curvesOf({}), { drop: measured(0) })], reference });
    expect(JSON.stringify(shown(view, "drop_accuracy").instead)).toContain("the pinned");
  });
});

describe("copied Python", () => {
  const rows = { "cosine_loss/validation": [[0.1, 0.2, 0.3]], "cosine_loss/train": [[0.1, 0.2, 0.3]] };
  const lines = [lineOf(curvesOf({ series: rows }))];
  it("draws the splits that the figure shows, and no run without an epoch so early", () => {
    const drawnBy = (split: "both" | "train") => snippetOf(viewOf({ split }, { lines }), "cosine_loss")!.draw!;
    expect(drawnBy("train")).toContain('series["split"] in ["train"] and rows:');
    expect(drawnBy("both")).toContain('series["split"] in ["train", "validation"] and rows:');
  });
  it("asks for a mean over seeds only of the runs that have several", () => {
    const view = viewOf({}, { lines: [lineOf(curvesOf({ seeds: 3 })), lineOf(curvesOf({}), { run: runOf("b") })] });
    const { requests } = panel(Scalars({ view, id: "blocks-training" })).snippet!;
    expect(requests.map(({ path }) => path)).toEqual(["/runs/a/metrics?merge=seeds", "/runs/b/metrics"]);
  });
  it("draws the whole network's numbers of these splits", () => {
    const scalar = { epochs: [0], values: [0.5] };
    const both = [lineOf(curvesOf({ scalars: { "accuracy/train": scalar, "accuracy/validation": scalar } }))];
    const { draw } = panel(Scalars({ view: viewOf({ split: "train" }, { lines: both }), id: "blocks-training" }))
      .snippet!;
    expect(draw).toContain("accuracy/train");
    expect(draw).not.toContain("accuracy/validation");
  });
});

describe("how many images the logged values are of", () => {
  const row = [0.5, 0.5, 0.5];
  const series = { "cosine_loss/train": [row], "cosine_loss/validation": [row] };
  const logging = (id: string, log_samples: unknown) =>
    ({ ...runOf(id), dataset: "digits", configuration: { log_samples } }) as unknown as Run;
  const sizes = [{ name: "digits", train_size: 1438, validation_size: 359 }];
  function told(asked: readonly unknown[], datasets: unknown = sizes, metric = "cosine_loss") {
    const all = asked.map((number, i) => logging(SEEDS[i]!, number));
    const line = lineOf(curvesOf({ seeds: asked.length, series }), { run: all[0]!, drop: measured(0) });
    const view = viewOf({}, { lines: [line], shown: { all, run: all[0]!, notices: [] } }, { datasets });
    const { badge, text } = panel(ByBlock({ view, id: "x", metric, text: { title: "", help: "Help." } }));
    return [badge, text.help, originOf(view, metric).images];
  }
  it("is said in the badge, the help and the origin", () => {
    expect(told([64, 64, 64])).toEqual(["64 images, 3 seeds", "Help. Logged on 64 images of each split.", "64 images"]);
  });
  it("is that of each run and split, as many as there are", () => {
    expect(told([64, 24, 24])[0]).toBe("24 or 64 images, 3 seeds");
    expect(told([1000])[0]).toBe("359 or 1,000 images");
    expect(told([1000], [])[0]).toBe("at most 1,000 images");
  });
  it("is recorded for an imported network", () => {
    const run = { ...logging("a", undefined), configuration: { logged_images: { train: 200, validation: 48 } } };
    const line = lineOf(curvesOf({ series }), { run });
    const view = viewOf({}, { lines: [line] }, { datasets: [] });
    const { badge } = panel(ByBlock({ view, id: "x", metric: "cosine_loss", text: { title: "", help: "Help." } }));
    expect(badge).toBe("48 or 200 images");
  });
  it("is left out where nobody knows it, and for what is measured", () => {
    expect(told([undefined])).toEqual(["", "Help.", undefined]);
    expect(told([64], sizes, "drop_accuracy")).toEqual(["500 images", "Help.", "500 images"]);
  });
  it("is not that of the network accuracy", () => {
    const line = lineOf(curvesOf({ scalars: { "accuracy/validation": { epochs: [0], values: [1] } } }), {
      run: logging("a", 64),
    });
    const view = viewOf({}, { lines: [line] }, { datasets: sizes });
    const badges = (["blocks-training", "blocks-gradient"] as const).map((id) => panel(Scalars({ view, id })).badge);
    expect(badges).toEqual(["", "64 images"]);
  });
});

it("what dropping costs is said to be of one run, beside a mean of several", () => {
  expect(dropSentence(dropped(0.8, 0.7, 0.6), " in this run (seed 1)")).toContain(
    "to 60.0\u00a0% in this run (seed 1); ",
  );
});

it("runs with the same name show their seeds", async () => {
  const all = [0, 1, null].map((seed) => ({
    ...runOf("a"),
    name: "net",
    seed,
    dataset: "",
    architecture: "",
    notes: "",
  }));
  const source = { get: async () => ({ runs: [...all, { ...all[0], name: "other" }] }) };
  const found = await runs.ask(source as never, {} as never);
  expect(found.map(({ name }) => name).sort()).toEqual(["net", "net, seed 0", "net, seed 1", "other"]);
});

it("a command names the store that the service uses", () => {
  expect(inHome("iterscope train", "/data/iterscope-data")).toBe("iterscope train --home /data/iterscope-data");
  expect(inHome("iterscope train", "/my data")).toBe("iterscope train --home '/my data'");
  expect(inHome("iterscope train", undefined)).toBe("iterscope train");
});
