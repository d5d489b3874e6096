import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { Curves, position, safetensors } from "../src/curves";

/** Files of curves as the library writes them, each of some series and scalars; one Python process writes all of them. */
function written(files: Record<string, [series: string, scalars: string]>): Record<string, ArrayBuffer> {
  const each = Object.entries(files).map(([name, [series, scalars]]) => `"${name}": ([${series}], [${scalars}])`);
  const program = `import base64, json
from iterscope.viewing import *
nan = float("nan")
blocks = [{"index": i, "stage": i // 2, "is_projection": i == 2} for i in range(4)]
def text(series, scalars):
    return base64.b64encode(curves_file("r1", "running", blocks, series, scalars, cursor=7)).decode()
print(json.dumps({name: text(*file) for name, file in {${each.join(", ")}}.items()}))`;
  const printed = execFileSync(process.env.PYTHON ?? "../.venv/bin/python", ["-c", program], { maxBuffer: 1 << 26 });
  const texts: [string, string][] = Object.entries(JSON.parse(printed.toString()));
  return Object.fromEntries(texts.map(([name, text]) => [name, Uint8Array.from(Buffer.from(text, "base64")).buffer]));
}

const FILES = written({
  first: [
    `Series("cosine_loss", "validation", [0, 2], [[0, -1, nan, float("inf")], [-0.5, -0.25, -0.125, 0]]),
     Series("l2_ratio", "validation", [0, 2], [[1, 1, 1, 1], [1, .5, .2, .1]])`,
    `Scalar("accuracy", "train", [0, 1, 2], [.1, .5, .9])`,
  ],
  more: [`Series("cosine_loss", "validation", [2, 3], [[9, 9, 9, 9], [1, 2, 3, 4]])`, ""],
  train: [`Series("cosine_loss", "train", [0], [[1, 2, 3, 4]])`, ""],
  "epoch 0": ["", `Scalar("accuracy", "train", [0], [.1])`],
  "epoch 1": ["", `Scalar("accuracy", "train", [1], [.2])`],
  "epochs 2 to 4": ["", `Scalar("accuracy", "train", [2, 3, 4], [.3, .4, .5])`],
});
const curves = (name: string) => Curves.read(FILES[name]!);
const first = curves("first");

describe("curves", () => {
  it("arrive as the library wrote them, bit by bit", () => {
    expect([...first.row("cosine_loss", "validation", 2)!]).toEqual([-0.5, -0.25, -0.125, 0]);
    const row = [...first.row("cosine_loss", "validation", 0)!];
    expect(row).toEqual([0, -1, Number.NaN, Number.POSITIVE_INFINITY]);
    expect(first.blocks[2]).toEqual({ index: 2, stage: 1, is_projection: true });
    expect([first.first, first.last, first.header.cursor]).toEqual([0, 2, 7]);
  });
  it("have the latest earlier value where an epoch has none", () => {
    expect([...first.row("l2_ratio", "validation", 1)!]).toEqual([1, 1, 1, 1]);
    expect(first.row("l2_ratio", "validation", -1)).toBeNull();
    expect(first.row("l2_ratio", "train", 1)).toBeNull();
  });
  it("bring the claim of each epoch, and how each metric is drawn", () => {
    expect(first.claim(0)!.verdict).toBe("no"); // infinite: the activations have diverged
    expect(first.claim(1)!.epoch).toBe(0);
    expect(first.claim(2)!.sentence).toContain("mean cosine loss");
    expect(first.metric("early_exit_accuracy").unit).toBe(100);
    expect(first.metric("unknown").title).toBe("unknown");
  });
  it("keep the past of the whole network's numbers, however few there were", () => {
    const grown = curves("epoch 0").with(curves("epoch 1")).with(curves("epochs 2 to 4"));
    expect(grown.scalars.get("accuracy/train")!.epochs).toEqual([0, 1, 2, 3, 4]);
  });
  it("grow by what was logged since, without changing in place", () => {
    const both = first.with(curves("more"));
    expect(both.epochs).toEqual([0, 2, 3]);
    expect([...both.row("cosine_loss", "validation", 2)!]).toEqual([9, 9, 9, 9]);
    expect([...both.row("cosine_loss", "validation", 3)!]).toEqual([1, 2, 3, 4]);
    expect([...first.row("cosine_loss", "validation", 3)!]).toEqual([-0.5, -0.25, -0.125, 0]);
    expect(both.scalars.get("accuracy/train")!.values).toHaveLength(3);
    expect(both.header.ranges.cosine_loss![1]).toBeGreaterThanOrEqual(first.header.ranges.cosine_loss![1]);
  });
});

describe("an array file", () => {
  it("is read without copying", () => {
    const file = FILES.train!;
    const { arrays, metadata } = safetensors(file);
    expect(arrays.get("cosine_loss/train")!.buffer).toBe(file);
    expect(JSON.parse(metadata.curves!).run).toBe("r1");
  });
});

it("finds the latest epoch that is not after another", () => {
  expect([-1, 0, 1, 5, 9].map((epoch) => position([0, 2, 5], epoch))).toEqual([-1, 0, 0, 2, 2]);
});
