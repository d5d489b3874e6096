import { describe, expect, it } from "vitest";
import { carried, placeOf, searchOf } from "../src/address";
import { HOME, type Place } from "../src/state";

const blocks: Place = {
  ...HOME,
  run: "r1",
  others: ["r2", "r3"],
  merged: true,
  epoch: 7,
  split: "train",
  block: 3,
  chosen: [0, 4, 5, 6],
  reference: { run: "r2", epoch: 4 },
  difference: true,
  metric: "l2_ratio",
  by: "drop_damage",
  stages: true,
  effective: true,
};
const interventions: Place = {
  ...HOME,
  page: "interventions",
  run: "r1",
  checkpoint: "c1",
  split: "train",
  block: 5,
  plan: "0..2 4..26 26@0.1x20",
  against: "0..26",
  colour: "drop",
  borderlineAt: "output",
  images: [3, 17],
};
const examples: Place = {
  ...HOME,
  page: "examples",
  run: "r1",
  epoch: 4,
  group: "corrected",
  by_block: 24,
  class: 7,
  sort: "-loss",
  depth: true,
  samples: "all",
  index: 12,
};

describe("the address", () => {
  it.each([blocks, interventions, examples])("holds the whole state of $page", (place) => {
    expect(placeOf(place.page, searchOf(place))).toEqual({ place, notices: [] });
  });
  it("is empty on a first visit", () => {
    expect(searchOf(HOME)).toBe("");
    expect(placeOf("blocks", "")).toEqual({ place: HOME, notices: [] });
  });
  it("stays readable and short", () => {
    expect(searchOf(interventions)).toContain("plan=0..2+4..26+26@0.1x20");
    const long = { ...interventions, plan: Array(60).fill("26@0.05x20").join(" "), images: [...Array(24).keys()] };
    expect(searchOf(long).length).toBeLessThan(2000);
  });
  it.each([
    ["blocks", "?epoch=abc", "epoch “abc” is not an epoch: it is left out."],
    ["blocks", "?metric=nope", "metric “nope” is not one of"],
    ["blocks", "?blocks=3-x", "is not a list of blocks like 0,4-7"],
    ["blocks", "?blocks=7-3", "is not a list of blocks like 0,4-7"],
    ["blocks", "?run=../x", "run “../x” is not a run"],
    ["blocks", "?with=a,b,c,d", "at most 3 runs"],
    ["examples", "?images=1.x", "is not a list of images"],
  ] as const)("on %s, %s leaves a notice and the default", (page, search, notice) => {
    const { place, notices } = placeOf(page, search);
    expect(place).toEqual({ ...HOME, page });
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain(notice);
  });
  it("says that not all of too many pinned images are shown", () => {
    const named = Array.from({ length: 26 }, (_, i) => i).join(".");
    const { place, notices } = placeOf("examples", `?images=${named}`);
    expect(place.images).toHaveLength(24);
    expect(notices).toEqual(["images: of 26 pinned images, the first 24 are shown."]);
  });
  it("holds that none of a link's images is pinned any more", () => {
    const place = { ...examples, images: [] };
    expect(placeOf("examples", searchOf(place))).toEqual({ place, notices: [] });
  });
  it("compares with each run once", () => {
    expect(placeOf("blocks", "?with=b,c,b,b")).toEqual({ place: { ...HOME, others: ["b", "c"] }, notices: [] });
  });
  it("keeps a run a run: means over seeds are asked for", () => {
    expect(placeOf("blocks", "?run=r1").place.merged).toBe(false);
    expect(placeOf("blocks", "?run=r1&seeds=merged").place.merged).toBe(true);
  });
  it("reads the plans of earlier versions", () => {
    expect(placeOf("interventions", "?drop=0.5&unroll=26x20@0.1").place.plan).toBe("drop=0.5 unroll=26x20@0.1");
  });
});

describe("another page", () => {
  it("shows the same run, checkpoint, epoch, split, plan and pinned images", () => {
    expect(searchOf(carried(blocks, "interventions"))).toBe("?run=r1&epoch=7&split=train");
    expect(searchOf(carried(interventions, "examples"))).toBe(
      "?run=r1&checkpoint=c1&split=train&plan=0..2+4..26+26@0.1x20&images=3.17",
    );
    expect(searchOf(carried({ ...examples, checkpoint: "c1" }, "blocks"))).toBe("?run=r1&epoch=4");
  });
  it("measures validation images where both splits were shown", () => {
    expect(carried({ ...HOME, split: "both" }, "examples").split).toBeNull();
  });
  it("starts with the untouched network", () => {
    expect(carried(blocks, "interventions").plan).toBeNull();
  });
});
