import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { Curves, position, safetensors } from "../src/curves";

/** Curves as the library writes them. */
function written(program: string): ArrayBuffer {
  const python = process.env.PYTHON ?? "../.venv/bin/python";
  const file = execFileSync(python, ["-c", `import sys, numpy as np\nfrom iterscope.viewing import *\n${program}`], {
    maxBuffer: 1 << 26,
  });
  return new Uint8Array(file).buffer;
}
const BLOCKS = 'blocks = [{"index": i, "stage": i // 2, "is_projection": i == 2} for i in range(4)]';
const WRITE = (series: string, more = "") => `${BLOCKS}
nan = float("nan")
sys.stdout.buffer.write(curves_file("r1", "running", blocks, [${series}], ${more || "[]"}, cursor=7))`;

const first = Curves.read(
  written(
    WRITE(
      `Series("cosine_loss", "validation", [0, 2], [[0, -1, nan, float("inf")], [-0.5, -0.25, -0.125, 0]]),
       Series("l2_ratio", "validation", [0, 2], [[1, 1, 1, 1], [1, .5, .2, .1]])`,
      `[Scalar("accuracy", "train", [0, 1, 2], [.1, .5, .9])]`,
    ),
  ),
);

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
    const scalars = (epochs: string, values: string) =>
      Curves.read(written(WRITE("", `[Scalar("accuracy", "train", [${epochs}], [${values}])]`)));
    const grown = scalars("0", ".1").with(scalars("1", ".2")).with(scalars("2, 3, 4", ".3, .4, .5"));
    expect(grown.scalars.get("accuracy/train")!.epochs).toEqual([0, 1, 2, 3, 4]);
  });
  it("grow by what was logged since, without changing in place", () => {
    const more = Curves.read(
      written(WRITE(`Series("cosine_loss", "validation", [2, 3], [[9, 9, 9, 9], [1, 2, 3, 4]])`)),
    );
    const both = first.with(more);
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
    const file = written(WRITE(`Series("cosine_loss", "train", [0], [[1, 2, 3, 4]])`));
    const { arrays, metadata } = safetensors(file);
    expect(arrays.get("cosine_loss/train")!.buffer).toBe(file);
    expect(JSON.parse(metadata.curves!).run).toBe("r1");
  });
});

it("finds the latest epoch that is not after another", () => {
  expect([-1, 0, 1, 5, 9].map((epoch) => position([0, 2, 5], epoch))).toEqual([-1, 0, 0, 2, 2]);
});
