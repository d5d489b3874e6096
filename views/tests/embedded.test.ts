import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { seedGroup } from "../src/pages/runs";
import { without, write } from "../src/plan";
import { imagePath } from "../src/resources";
import { Document, documentOf, type Embedded, questionOf, sharedItems } from "../src/sources/embedded";
import { Recorder } from "../src/sources/recorder";
import type { Checkpoint, Run, Source } from "../src/sources/source";

vi.mock("../src/document.html", () => ({
  default: readFileSync(new URL("../src/document.html", import.meta.url), "utf8"),
}));

/** The table that `iterscope report --interactive`, which writes such files, is tested on, too. */
const table = JSON.parse(readFileSync(new URL("../../tests/embedded_questions.json", import.meta.url), "utf8")) as {
  names: { probe: string; asked: Record<string, unknown>; name: string }[];
  images: { asked: { checkpoint: string; dataset: string; split: string; index: number }; path: string }[];
  projections: number[];
  without: string[];
};

describe("a file's questions", () => {
  it.each(table.names)("are named as $name", ({ probe, asked, name }) => {
    expect(questionOf(probe, asked)).toBe(name);
    const backwards = Object.fromEntries(Object.entries(asked).reverse());
    expect(questionOf(probe, { ...backwards, wait: 60 })).toBe(name);
  });
  it("hold what isn't said", () => {
    const defaults = { limit: 500, seed: 0 };
    expect(questionOf("drop", { seed: 1 }, defaults)).toBe('drop {"limit":500,"seed":1}');
    expect(questionOf("drop", { limit: null }, defaults)).toBe('drop {"seed":0}'); // every image
  });
  it.each(table.images)("name an image $path", ({ asked: { checkpoint: id, dataset: name, split, index }, path }) => {
    expect(imagePath({ id, dataset: { name } } as unknown as Checkpoint, split, index)).toBe(path);
  });
  it("name a plan without a block as the strip does", () => {
    const blocks = table.without.map((_, index) => ({
      index,
      stage: Math.floor(index / 3),
      is_projection: table.projections.includes(index),
    }));
    expect(blocks.map(({ index }) => write(without(blocks, index)))).toEqual(table.without);
  });
});

describe("a saved page", () => {
  it("shows the mean over seeds that it showed", async () => {
    const ids = ["a", "b", "c"];
    const runs = [...ids, "stranger"].map((id) => {
      const siblings = ids.includes(id) ? ids.filter((other) => other !== id) : [];
      return { id, name: id, status: "completed", siblings } as unknown as Run;
    });
    const recorder = new Recorder({
      kind: "service",
      address: null,
      get: async (path: string) => (path === "/runs" ? { runs } : { checkpoints: [] }),
      file: async (path: string) => new TextEncoder().encode(path).buffer,
    } as unknown as Source);
    await recorder.get("/runs");
    await recorder.get("/checkpoints?run=a");
    await recorder.file("/runs/a/curves?metric=x&merge=seeds");
    const file = new Document(await recorder.held("1", "blocks?run=a&seeds=merged"));
    const there = (await file.get<{ runs: Run[] }>("/runs")).runs;
    expect(seedGroup(there[0]!, there).map(({ id }) => id)).toEqual(ids);
    expect(there).toHaveLength(3); // no others of the store
  });
});

describe("a file", () => {
  const held: Embedded = {
    version: "1",
    place: "blocks",
    defaults: { drop: { limit: 500 } },
    answers: { "/runs": { runs: [] }, 'drop {"checkpoint":"c1","limit":500}': { probe: "drop" } },
    files: { "/runs/r1/curves": "AQID" },
    images: { "/datasets/image?index=1": "data:image/png;base64,AAAA" },
    items: [],
  };
  const file = new Document(held);
  it("answers what it holds", async () => {
    expect(await file.get("/runs")).toEqual({ runs: [] });
    expect(await file.probe("drop", { checkpoint: "c1" })).toEqual({ probe: "drop" });
    expect([...new Uint8Array(await file.file("/runs/r1/curves"))]).toEqual([1, 2, 3]);
    expect(file.image("/datasets/image?index=1")).toBe("data:image/png;base64,AAAA");
  });
  it("answers without depths from what it holds with them", async () => {
    const plain = { checkpoint: "c1", group: "all" } as const;
    const [deep, shallow] = [true, false].map((depth) => questionOf("samples", { ...plain, depth }));
    const both = new Document({ ...held, answers: { [deep!]: { total: 2 }, [shallow!]: { total: 1 } } });
    expect(await both.probe("samples", { ...plain, depth: false })).toEqual({ total: 2 });
    const alone = new Document({ ...held, answers: { [shallow!]: { total: 1 } } });
    expect(await alone.probe("samples", { ...plain, depth: false })).toEqual({ total: 1 });
    await expect(alone.probe("samples", { ...plain, depth: true })).rejects.toThrow("holds no such measurement");
  });
  it("holds what several lists show once", async () => {
    const [first, second] = [
      { index: 3, loss: 0.5 },
      { index: 8, loss: 0.1 },
    ];
    const lists = { "-loss": [first, second], loss: [second, first] };
    const answers = Object.entries(lists).map(([sort, items]) => [
      questionOf("samples", { checkpoint: "c1", group: "all", sort }),
      { probe: "samples", items },
    ]);
    const shared = sharedItems({ ...held.answers, ...Object.fromEntries(answers) });
    expect(shared.items).toEqual([first, second]);
    const read = new Document({ ...held, ...shared });
    for (const [sort, items] of Object.entries(lists))
      expect((await read.probe("samples", { checkpoint: "c1", group: "all", sort } as never)).items).toEqual(items);
    expect(await read.get("/runs")).toEqual({ runs: [] });
  });
  it("says what would need a computation", async () => {
    await expect(file.probe("drop", { checkpoint: "c2" })).rejects.toThrow(
      "This file holds no such measurement (drop)",
    );
    await expect(file.file("/runs/r2/curves")).rejects.toThrow("holds no such");
    expect(file.image("/datasets/image?index=2")).toBe("");
  });
  it("holds data that end no element", () => {
    const evil = "</script><!--<script>{script}$&";
    const text = documentOf(evil, { ...held, place: evil }, "", "views()");
    const [data, script] = [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, inside]) => inside!);
    expect(JSON.parse(data!).place).toBe(evil);
    expect(script).toBe("views()");
    expect(text).toContain("<title>&lt;/script>&lt;!--&lt;script>{script}$&amp;</title>");
  });
});
