import { describe, expect, it, vi } from "vitest";
import { describe as describeChart } from "../src/charts/describe";
import { type Bars, type Line, rowsOf } from "../src/charts/spec";
import type { Context } from "../src/context";
import { classesWith, ledgerChart, probesChart } from "../src/pages/examples/charts";
import { Grid } from "../src/pages/examples/grid";
import {
  decidingBlocks,
  filterOf,
  type Item,
  latest,
  listed,
  PIECE,
  piecesIn,
  requestOf,
} from "../src/pages/examples/list";
import {
  blockAt,
  choose,
  chooseGroup,
  filterBy,
  next,
  onward,
  play,
  shallow,
  stepBlock,
} from "../src/pages/examples/moves";
import { snippetOf } from "../src/pages/examples/panels";
import { planOf, prefixes } from "../src/pages/examples/planned";
import { belongs, readStory, type Story, settledAt, shownClasses, spoiledBy } from "../src/pages/examples/story";
import {
  countOf,
  deepSettled,
  depthMeaning,
  depthText,
  meaning,
  probeSays,
  saidAt,
  saying,
  settled,
  told,
} from "../src/pages/examples/words";
import { type ShownCheckpoint, shownCheckpoint } from "../src/pages/runs";
import { Memory } from "../src/parts/memo";
import { parse } from "../src/plan";
import type { Checkpoint, Run, Schemas } from "../src/sources/source";
import { NotMeasured } from "../src/sources/source";
import { chooseCheckpoint, HOME, STILL, type State } from "../src/state";

const blocks = [0, 1, 2, 3, 4, 5].map((index) => ({ index, stage: index < 2 ? 0 : 1, is_projection: index === 2 }));
const checkpoint = {
  id: "c1",
  blocks,
  dataset: { name: "d", class_names: ["cat", "dog", "owl"] },
} as unknown as Checkpoint;
const home: State = { ...HOME, ...STILL, page: "examples" };
const EXITS = [2, 3, 4, 5];

const NOT_PROBED = { depth: null, positions: [], probabilities: [], notes: [] };

/** An image of class 0 with these probabilities of the classes after blocks 2 to 5. */
function story(rows: number[][], prediction?: number, probes: object = NOT_PROBED): Story {
  const margin = rows.map((row) => row[0]! - Math.max(...row.slice(1)));
  return readStory({
    index: 7,
    label: 0,
    prediction: prediction ?? rows.at(-1)!.indexOf(Math.max(...rows.at(-1)!)),
    class_names: ["cat", "dog", "owl"],
    blocks,
    exits: { blocks: EXITS, probabilities: rows, margin },
    probes,
    ledger: {
      positions: [3, 4, 5, 6],
      loss: [1, 0.6, 0.7, 0.2],
      blocks: [3, 4, 5],
      actual: [-0.4, 0.1, -0.5],
      first: [-0.3, -0.2, -0.6],
    },
    cosine_loss: [0.1, 0, -0.1, -0.2, -0.3, "Infinity"],
    l2_ratio: [1, 0.5, 0.4, 0.3, 0.2, null],
  } as unknown as Schemas["SampleResult"]);
}
const right = [0.6, 0.3, 0.1];
const wrong = [0.2, 0.7, 0.1];
const close = [0.4, 0.35, 0.25];
const all = { group: "all", by: null, class: null } as const;

describe("groups", () => {
  const late = story([right, wrong, wrong, right]);
  it("are those that the service lists: the reference is block 3", () => {
    expect(belongs(late, { ...all, group: "corrected" }, 3)).toBe(true);
    expect(belongs(late, { ...all, group: "corrected" }, 2)).toBe(false);
    expect(belongs(story([wrong, right, right, right]), { ...all, group: "corrected" }, 3)).toBe(false);
    expect(belongs(story([close, close, right, right]), { ...all, group: "borderline" }, 3)).toBe(true);
    expect(belongs(late, { ...all, group: "borderline" }, 3)).toBe(false);
    expect(belongs(story([wrong, right, right, wrong]), { ...all, group: "overthought" }, 3)).toBe(true);
    expect(belongs(story([wrong, wrong, wrong, wrong]), { ...all, group: "overthought" }, 3)).toBe(false);
    expect(belongs(story([wrong, wrong, wrong, wrong]), { ...all, group: "misclassified" }, 3)).toBe(true);
    expect(belongs(late, all, 3)).toBe(true);
  });
  it("are corrected by the block from which on the answer stays right", () => {
    const by = (block: number) => ({ ...all, group: "corrected" as const, by: block });
    expect(belongs(late, by(5), 3)).toBe(true);
    expect(belongs(late, by(2), 3)).toBe(false);
    expect(belongs(story([right, right, right, right]), by(2), 3)).toBe(false); // no block corrected it
    expect(belongs(story([right, right, wrong, wrong]), by(4), 3)).toBe(false);
    expect(belongs(story([right, right, wrong, right]), by(5), 3)).toBe(true); // right at the reference all the same
  });
  it("may be of one class", () => {
    expect(belongs(late, { ...all, class: 0 }, 3)).toBe(true);
    expect(belongs(late, { ...all, class: 1 }, 3)).toBe(false);
  });
  it("take an output that is not finite for wrong", () => {
    const broken = story([right, right, right, [Number.NaN, Number.NaN, Number.NaN]], -1);
    expect(belongs(broken, { ...all, group: "misclassified" }, 3)).toBe(true);
    expect(belongs(broken, { ...all, group: "overthought" }, 3)).toBe(true);
  });
});

describe("prediction depth and probes", () => {
  it("are written in words where the depth is not a number of blocks", () => {
    expect([0, 9, 10, 11].map((depth) => depthText(depth, 9))).toEqual(["0", "9", "output", "never"]);
    expect([9, 10, 11].map((depth) => depthMeaning(depth, 9).split(", ")[1])).toEqual([
      undefined,
      "only by class probabilities at the output",
      "and not even by class probabilities at the output",
    ]);
  });
  const probed = (depth: number, ...rows: number[][]) => ({ depth, probabilities: rows, notes: [] });
  const spoilt = story([wrong, wrong, wrong, wrong], 1, probed(4, wrong, right, right, wrong, wrong, wrong, wrong));
  const lost = story([wrong, wrong, wrong, wrong], 1, probed(8, wrong, wrong, wrong, wrong, wrong, wrong, right));
  it("tell which block spoiled an image: the one after the last right probe", () => {
    expect(spoiledBy(spoilt)).toBe(2);
    expect(spoiledBy(lost)).toBeNull(); // the probe is right at the end
    expect(spoiledBy(story([right, right, right, right], 0, probed(1, right, wrong)))).toBeNull();
    const by = (block: number | null) => ({ ...all, group: "spoiled" as const, by: block });
    expect([spoilt, lost].map((one) => belongs(one, by(null), 3))).toEqual([true, true]);
    expect([spoilt, lost].map((one) => belongs(one, by(2), 3))).toEqual([true, false]);
  });
  it("tell which image is settled late: after the reference block", () => {
    const late = (reference: number) => belongs(spoilt, { ...all, group: "settled-late" }, reference);
    expect([late(2), late(3)]).toEqual([true, false]);
  });
  it("are said of every block, those before the last stage included", () => {
    expect(probeSays(spoilt, 1)).toBe("A linear probe there: cat with 60\u00a0%, right.");
    expect(probeSays(spoilt, 2)).toContain("dog with 70\u00a0%, wrong");
    expect(probeSays(story([right, right, right, right]), 1)).toBe("");
    expect(deepSettled(spoilt)).toMatch(/^Prediction depth 4: .* from block 3 on\. Block 2 spoils it/);
    expect(deepSettled(lost)).toMatch(
      /^Prediction depth never: .* at no block, and not even by .*\. .* a linear probe is right where the network’s head is wrong\.$/,
    );
    const lines = probesChart(spoilt).layers.filter((layer) => layer.kind === "line");
    const label = lines.find(({ name }) => name === "cat (label)")!;
    expect([Array.from(label.x), Array.from(label.y)]).toEqual([
      [-1, 0, 1, 2, 3, 4, 5],
      [20, 60, 60, 20, 20, 20, 20],
    ]);
  });
  it("are asked for only where the reader wants them, and left again", () => {
    const filter = { group: "all", by: null, class: null, sort: "margin", samples: "500" } as const;
    const question = { run: { id: "r1" } as Run, checkpoint, split: "train", filter } as const;
    expect("depth" in requestOf(question, 0, 1)).toBe(false);
    const spoiled = requestOf({ ...question, filter: { ...filter, group: "spoiled", by: 2, sort: "-depth" } }, 0, 1);
    expect(spoiled).toMatchObject({ depth: true, spoiled_by: 2, sort: "depth", descending: true });
    const state: State = { ...home, group: "spoiled", by_block: 2, sort: "-confusion", depth: true };
    expect(shallow(7)(state)).toMatchObject({ group: "borderline", by_block: null, sort: "margin", depth: false });
    const sorted: State = { ...home, group: "corrected", by_block: 4, sort: "depth" };
    expect(shallow(7)(sorted)).toMatchObject({ group: "corrected", by_block: 4, sort: "margin", kept: 7 });
    expect(shallow(7)({ ...home, depth: true })).toEqual(home);
  });
});

describe("the ledger", () => {
  const chart = ledgerChart(story([right, right, right, right]));
  it("goes from loss to loss, and marks where the gradient says that it ends", () => {
    const [pays, adds, first] = chart.layers as [Bars, Bars, Line];
    expect([pays.y, pays.low, pays.high]).toEqual([
      [3, 5],
      [1, 0.7],
      [0.6, 0.2],
    ]);
    expect([adds.y, adds.low, adds.high]).toEqual([[4], [0.6], [0.7]]);
    expect(Array.from(first.y, (value) => Math.round(100 * value))).toEqual([70, 40, 10]);
  });
  it("is a table with columns along x, and a text", () => {
    const rows = [...rowsOf(chart)].filter(([name]) => name.startsWith("lowers the loss"));
    expect(rows.slice(0, 2)).toEqual([
      ["lowers the loss, before", 3, 1, ""],
      ["lowers the loss, after", 3, 0.6, ""],
    ]);
    expect(describeChart(chart)).toContain("block 4: 0.600 to 0.700");
  });
  it("leaves out a block with a loss that is not finite", () => {
    const told = story([right, right, right, right]);
    for (const lost of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const spoilt = { ...told, ledger: { ...told.ledger, loss: [1, 0.6, lost, 0.2] } };
      const [pays, adds] = ledgerChart(spoilt).layers as [Bars, Bars];
      expect([Array.from(pays.y), Array.from(adds.y)]).toEqual([[3], []]);
    }
  });
});

describe("a group's meaning", () => {
  const answer = {
    reference: 3,
    corrected_by: [3, 4, 5].map((block) => ({ block, count: 1 })),
    class_names: ["cat", "d\u202eog", "owl"],
    total: 1234,
    samples: 50000,
  } as unknown as Parameters<typeof meaning>[1];
  const says = (changes: object) => meaning({ ...all, sort: "margin", samples: "500", ...changes }, answer);
  it("names the blocks that it refers to", () => {
    expect(says({ group: "borderline" })).toBe(
      "Borderline: |p_label − max p_other| < 0.1 after block 3. Shown: margin at the output.",
    );
    expect(says({ group: "corrected" })).toBe("Corrected: wrong after block 3, right at the output.");
    expect(says({ group: "corrected", by: 4 })).toBe(
      "Corrected by block 4: wrong after block 3, right after block 4 and every later one.",
    );
    expect(says({ group: "corrected", by: 5 })).toContain("wrong after block 4, right after block 5, the last one");
    expect(says({ group: "overthought" })).toContain("(2–5)");
  });
  it("names the class, and shows what is hidden in its name", () => {
    expect(says({ class: 1 })).toContain("labelled “d\\u202eog”");
  });
  it("counts", () => expect(countOf(answer)).toBe("1,234 of 50,000"));
});

describe("an image's story", () => {
  it("says from which block on the answer stays", () => {
    expect(settled(story([right, right, right, right]))).toContain("Right after every block from 2 on");
    expect(settled(story([wrong, wrong, right, right]))).toBe("Right from block 4 on.");
    expect(settled(story([right, wrong, wrong, wrong]))).toBe("Wrong from block 3 on.");
    expect(settled(story([wrong, wrong, wrong, right]))).toBe("Right only after the last block, 5.");
    expect(settledAt(story([right, wrong, right, right]))).toBe(2);
  });
  it("tells each block in a sentence", () => {
    const one = story([wrong, wrong, right, right]);
    expect(told(one, 2)).toBe("After block 2: dog with 70\u00a0%, wrong, margin −0.50.");
    expect(told(one, 3)).toContain("still wrong");
    expect(told(one, 4)).toBe("After block 4: cat with 60\u00a0%, now right, margin 0.30.");
    expect(told(one, 5)).toContain("After block 5, the output: cat");
    expect(told(one, 1)).toBe(
      "Block 1: cosine loss 0.00, ℓ2 ratio 0.50. The head can be applied only from block 2 on.",
    );
  });
  it("says where the output is not finite", () => {
    const broken = story([right, right, right, [Number.NaN, 0, 0]], -1);
    expect(saying(broken, saidAt(broken, 3), null)).toBe("the output is not finite");
  });
  it("shows the label and the predicted class first, then the likeliest ones, at most five", () => {
    expect(shownClasses(story([right, wrong, wrong, wrong]))).toEqual([0, 1, 2]);
    const many = {
      ...story([right]),
      names: Array.from({ length: 9 }, (_, k) => `class ${k}`),
      answers: [3],
      probabilities: [[0.1, 0, 0, 0.12, 0.2, 0.1, 0.18, 0.16, 0.14]],
    };
    expect(shownClasses(many)).toEqual([0, 3, 4, 6, 7]);
    const shown = (answers: number[]) => classesWith(many, answers).map(({ index }) => index);
    expect(shown([3, -1])).toEqual([0, 3, 4, 6, 7]);
    expect(shown([4, 8])).toEqual([0, 3, 4, 6, 8]); // what a plan answers takes the place of another class
    expect(shown([1, 8])).toEqual([0, 3, 4, 1, 8]);
  });
});

describe("the list", () => {
  const question = {
    run: { id: "r1" } as Run,
    checkpoint,
    split: "train",
    filter: { group: "corrected", by: 4, class: 2, sort: "-loss", samples: "2000" },
  } as const;
  it("asks for what the filter says", () => {
    const { group, corrected_by, sort, descending, limit, offset, count, ...rest } = requestOf(question, 240, 120);
    expect([group, corrected_by, sort, descending, limit]).toEqual(["corrected", 4, "loss", true, 2000]);
    expect([offset, count, rest.class]).toEqual([240, 120, 2]);
    const { filter } = question;
    const whole = requestOf({ ...question, filter: { ...filter, class: null, by: null, samples: "all" } }, 0, 1);
    expect(whole.limit).toBeNull();
    expect("class" in whole || "corrected_by" in whole).toBe(false);
  });
  it("is fetched in the pieces that are in sight", () => {
    expect(piecesIn(null, 1000)).toEqual([]);
    expect(piecesIn([0, PIECE - 1], 1000)).toEqual([]); // the first is always there
    expect(piecesIn([PIECE - 5, PIECE + 5], 1000)).toEqual([1]);
    expect(piecesIn([3 * PIECE, 9 * PIECE], 4 * PIECE + 1)).toEqual([3, 4]);
    expect(piecesIn([0, 60], 0)).toEqual([]);
  });
  it("begins with an image whose answer turns late", () => {
    const item = (index: number, corrected_by: number | null) => ({ index, corrected_by }) as Item;
    expect(latest([item(1, null), item(2, 4), item(3, 5), item(4, 5)])?.index).toBe(3);
    expect(latest([item(1, null), item(2, null)])?.index).toBe(1);
    expect(latest([])).toBeNull();
  });
  it("leaves out a filter that does not fit the network, and says what is shown", () => {
    const state = { ...home, group: "corrected", by_block: 99, class: 999 } as const;
    const { filter, notices } = filterOf(state, checkpoint);
    expect([filter.by, filter.class]).toEqual([null, null]);
    expect(notices.join(" ")).toMatch(/blocks 3 to 5.*0 to 2/s);
    expect(notices.every((notice) => notice.includes("instead"))).toBe(true);
    expect(filterOf({ ...state, by_block: 4, class: 2 }, checkpoint).notices).toEqual([]);
    expect(filterOf({ ...state, group: "all", class: null }, checkpoint)).toMatchObject({ filter: { by: null } });
    expect(decidingBlocks(checkpoint)).toEqual([3, 4, 5]);
  });
});

describe("interactions", () => {
  it("keep the told image for the next list, which may have it", () => {
    const state: State = { ...home, group: "corrected", by_block: 4, index: 7, block: 3, sight: [0, 80] };
    const now = chooseGroup("borderline", 7)(state);
    expect([now.group, now.by_block, now.index, now.kept, now.sight, now.block]).toEqual([
      "borderline",
      null,
      null,
      7,
      null,
      null,
    ]);
    expect(chooseGroup("corrected", 7)(state).by_block).toBe(4);
    expect(filterBy({ class: 2 }, null)(state).kept).toBeNull();
    const other = chooseCheckpoint("c2", 3)(state);
    expect([other.index, other.kept]).toEqual([null, 7]);
    expect(choose(9)(now)).toMatchObject({ index: 9, kept: null });
  });
  it("move along the last stage and stop at its ends", () => {
    expect(blockAt(home, EXITS)).toBe(5);
    expect(blockAt({ ...home, block: 3, hover: 1 }, EXITS)).toBe(1);
    expect(blockAt({ ...home, block: 3, hover: 1, playing: true }, EXITS)).toBe(3);
    expect(stepBlock(EXITS, -1)(home).block).toBe(4);
    expect(stepBlock(EXITS, 1)(home).block).toBe(5);
    expect(stepBlock(EXITS, 1)({ ...home, block: 0 }).block).toBe(2);
  });
  it("play from the first block to the last, each for a while", () => {
    let state = play(EXITS)(home);
    expect([state.playing, state.block]).toEqual([true, 2]);
    expect(onward(EXITS, performance.now())(state)).toBe(state);
    for (const block of [3, 4]) {
      state = onward(EXITS, -1e9)(state);
      expect([state.playing, state.block]).toEqual([true, block]);
    }
    expect(onward(EXITS, -1e9)(state)).toMatchObject({ playing: false, block: 5 });
    expect(play(EXITS)(state)).toMatchObject({ playing: false, block: 4 });
  });
  it("step where motion is not wanted", () => {
    expect(next(EXITS)(home)).toMatchObject({ block: 2, playing: false });
    expect(next(EXITS)({ ...home, block: 2 })).toMatchObject({ block: 3, playing: false });
  });
});

describe("a plan", () => {
  it("is cut after each exit: the head is applied at a plan's end", () => {
    expect(prefixes(parse("0..2 4..5", 6), EXITS)).toEqual(["0..2", "0..2", "0..2 4", "0..2 4..5"]);
    expect(prefixes(parse("0..5 5@0.1x3", 6), EXITS)).toEqual(["0..2", "0..3", "0..4", "0..5 5@0.1x3"]);
    expect(prefixes(parse("0..3 5 4", 6), EXITS).at(-1)).toBe("0..3 5 4"); // the output is the end of the whole plan
    expect(prefixes(parse("1", 2), [0, 1])).toEqual([null, "1"]);
  });
  it("says why it is not shown", () => {
    expect(planOf(null, blocks)).toEqual({ steps: null, refused: null });
    expect(planOf("0..9", blocks).refused).toContain("0..9");
    expect(planOf("0..5 5@autox3", blocks).refused).toContain("auto");
    expect(planOf("0..4", blocks).steps).toHaveLength(5);
  });
});

describe("a list of a file", () => {
  const items = Array.from({ length: PIECE }, (_, index) => ({ index, depth: 3 }));
  const question = {
    run: { id: "r1" } as Run,
    checkpoint,
    split: "validation" as const,
    filter: filterOf(home, checkpoint).filter,
  };
  /** A file that holds the first piece of each list, with depths. */
  const list = (state: State) => {
    const ask = ({ key }: { key: string }) =>
      /"offset":0\b/.test(key)
        ? { state: "done", value: { total: 359, items, counts: {} } }
        : { state: "failed", error: new NotMeasured("samples") };
    const context = { state: { ...state, sight: [100, 150] }, ask, memory: new Memory() } as unknown as Context;
    return listed(context, question, true).list!;
  };

  it("says which images the file lacks", () => {
    const found = list(home);
    expect(found.item(PIECE - 1)?.index).toBe(PIECE - 1);
    expect(found.missing(PIECE - 1)).toBeNull();
    expect(found.item(PIECE)).toBeNull();
    expect(found.missing(PIECE)?.message).toContain("This file holds no such measurement");
    expect(found.missing(3 * PIECE)).toBeNull(); // nobody asked yet
  });
  it("shows depths only where the reader wants them", () => {
    expect(list(home).deep).toBe(false);
    expect(list({ ...home, depth: true }).deep).toBe(true);
  });
});

it("a copied request asks for what the figure shows, with as many images for the probes", () => {
  const filter = { group: "all", by: null, class: null, sort: "margin", samples: "2000" } as const;
  const of = { run: { id: "r1" } as Run, checkpoint, split: "train", filter } as const;
  const plain = { ...story([right, right, right, right]), probes: null };
  const body = (told: Story) => snippetOf({ of, story: told }).requests[0]!.body;
  expect(body(plain)).not.toHaveProperty("limit");
  expect(body({ ...plain, probes: {} } as unknown as Story)).toMatchObject({ depth: true, limit: 2000 });
});

it("P on an image of a list that is no longer the one asked for pins nothing", () => {
  const onPin = vi.fn();
  const press = (busy: boolean) => {
    const grid = new Grid({ busy, onPin } as unknown as Grid["props"]) as unknown as { key(event: unknown): void };
    const preventDefault = vi.fn();
    grid.key({ key: "p", target: { closest: () => ({ dataset: { index: "3", position: "0" } }) }, preventDefault });
    expect(preventDefault).toHaveBeenCalled(); // the page's own P doesn't pin the open image instead
  };
  press(true);
  expect(onPin).not.toHaveBeenCalled();
  press(false);
  expect(onPin).toHaveBeenCalledWith(3);
});

it("an epoch before the first checkpoint is said to have none", () => {
  const run = { id: "r1", status: "completed" } as Run;
  const saved = (epoch: number | null) => [{ ...checkpoint, epoch }];
  const notices = (epoch: number | null, of: number | null) => {
    const context = {
      state: { ...home, epoch },
      ask: () => ({ state: "done", value: saved(of) }),
    } as unknown as Context;
    return (shownCheckpoint(context, run) as ShownCheckpoint).notices;
  };
  expect(notices(2, 5)).toEqual(["No checkpoint is saved at or before epoch 2: showing epoch 5."]);
  expect([notices(5, 5), notices(null, 5), notices(0, null)]).toEqual([[], [], []]); // an imported network has no epochs
});
