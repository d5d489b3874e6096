/** A state as an address, and back. A value that is none leaves its default and a notice. */

import {
  BY_BLOCK,
  COLOURS,
  GROUPS,
  HOME,
  METRICS,
  MOST_PINS,
  MOST_RUNS,
  type Page,
  type Place,
  SAMPLES,
  SORTS,
} from "./state";
import { rangesOf, rangesText } from "./text";

type Values = Record<string, string | null>;

/** A part of the state and its parameter: how it is written (null: left out), and read (undefined: not such a value). */
interface Field<K extends keyof Place> {
  readonly name: string;
  readonly pages: readonly Page[];
  write(value: Place[K], place: Place): string | null;
  read(text: string): Place[K] | undefined;
  readonly what: string;
  /** What is said where a part of it is left out. */
  cut?(text: string, value: Place[K]): string | null;
}

const MEASURED: readonly Page[] = ["interventions", "examples"];
const EVERY: readonly Page[] = ["blocks", ...MEASURED];
const ID = /^[A-Za-z0-9_-]{1,64}$/;

const id = (text: string) => (ID.test(text) ? text : undefined);
const whole = (text: string) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
const text = (value: string | number | null) => (value === null ? null : String(value));
const one =
  <T extends string>(options: readonly T[]) =>
  (value: string) =>
    options.find((option) => option === value);
const unless =
  <T extends string>(standard: T | null) =>
  (value: T | null) =>
    value === standard ? null : value;
const listed = (options: readonly string[]) => `one of ${options.join(", ")}`;

function field<K extends keyof Place>(key: K, description: Field<K>): [K, Field<K>] {
  return [key, description];
}

const SPLITS = ["both", "train", "validation"] as const;
const FIELDS = [
  field("run", { name: "run", pages: EVERY, write: text, read: id, what: "a run" }),
  field("others", {
    name: "with",
    pages: ["blocks"],
    write: (value) => value.join(",") || null,
    read: (value) => {
      const found = [...new Set(value.split(",").filter(Boolean))];
      return found.every((each) => ID.test(each)) && found.length < MOST_RUNS ? found : undefined;
    },
    what: `a list of at most ${MOST_RUNS - 1} runs`,
  }),
  field("merged", {
    name: "seeds",
    pages: ["blocks"],
    write: (value) => (value ? "merged" : null),
    read: (value) => (value === "merged" ? true : value === "this" ? false : undefined),
    what: "merged or this",
  }),
  field("checkpoint", { name: "checkpoint", pages: MEASURED, write: text, read: id, what: "a checkpoint" }),
  field("epoch", {
    name: "epoch",
    pages: EVERY,
    write: text,
    read: whole,
    what: "an epoch",
  }),
  field("split", { name: "split", pages: EVERY, write: text, read: one(SPLITS), what: listed(SPLITS) }),
  field("block", { name: "block", pages: ["blocks", "interventions"], write: text, read: whole, what: "a block" }),
  field("chosen", {
    name: "blocks",
    pages: ["blocks"],
    write: (value) => rangesText(value) || null,
    read: (value) => rangesOf(value) ?? undefined,
    what: "a list of blocks like 0,4-7",
  }),
  field("reference", {
    name: "pin",
    pages: ["blocks"],
    write: (value) => value && `${value.run}@${value.epoch}`,
    read: (value) => {
      const match = /^([A-Za-z0-9_-]{1,64})@(\d{1,9})$/.exec(value);
      return match ? { run: match[1]!, epoch: Number(match[2]) } : undefined;
    },
    what: "RUN@EPOCH",
  }),
  field("difference", {
    name: "difference",
    pages: ["blocks"],
    write: (value) => (value ? "1" : null),
    read: (value) => (value === "1" ? true : value === "0" ? false : undefined),
    what: "0 or 1",
  }),
  field("metric", {
    name: "metric",
    pages: ["blocks"],
    write: unless(HOME.metric),
    read: one(METRICS),
    what: listed(METRICS),
  }),
  field("by", { name: "by", pages: ["blocks"], write: unless(HOME.by), read: one(METRICS), what: listed(METRICS) }),
  field("stages", {
    name: "lines",
    pages: ["blocks"],
    write: (value) => (value ? "stages" : null),
    read: (value) => (value === "stages" ? true : value === "all" ? false : undefined),
    what: "all or stages",
  }),
  field("effective", {
    name: "update",
    pages: ["blocks"],
    write: (value) => (value ? "effective" : null),
    read: (value) => (value === "effective" ? true : value === "branch" ? false : undefined),
    what: "branch or effective",
  }),
  field("plan", { name: "plan", pages: MEASURED, write: text, read: (value) => value, what: "a plan" }),
  field("against", { name: "pin", pages: ["interventions"], write: text, read: (value) => value, what: "a plan" }),
  field("colour", {
    name: "colour",
    pages: ["interventions"],
    write: unless(HOME.colour),
    read: one(COLOURS),
    what: listed(COLOURS),
  }),
  field("borderlineAt", {
    name: "borderline",
    pages: ["interventions"],
    write: unless(HOME.borderlineAt),
    read: one(["last5", "output"] as const),
    what: "last5 or output",
  }),
  field("group", {
    name: "group",
    pages: ["examples"],
    write: unless(HOME.group),
    read: one(GROUPS),
    what: listed(GROUPS),
  }),
  field("by_block", {
    name: "by",
    pages: ["examples"],
    write: (value, place) => (BY_BLOCK.includes(place.group) ? text(value) : null),
    read: whole,
    what: "a block",
  }),
  field("class", { name: "class", pages: ["examples"], write: text, read: whole, what: "the number of a class" }),
  field("sort", { name: "sort", pages: ["examples"], write: unless(HOME.sort), read: one(SORTS), what: listed(SORTS) }),
  field("depth", {
    name: "depth",
    pages: ["examples"],
    write: (value) => (value ? "1" : null),
    read: (value) => (value === "1" ? true : value === "0" ? false : undefined),
    what: "0 or 1",
  }),
  field("samples", {
    name: "n",
    pages: ["examples"],
    write: unless(HOME.samples),
    read: one(SAMPLES),
    what: listed(SAMPLES),
  }),
  field("index", { name: "index", pages: ["examples"], write: text, read: whole, what: "the number of an image" }),
  field("images", {
    name: "images",
    pages: MEASURED,
    write: (value) => value && (value.join(".") || "none"),
    read: (value) => {
      if (value === "none") return [];
      const found = value.split(".").map(whole);
      return found.every((each) => each !== undefined) ? [...new Set(found)].slice(0, MOST_PINS) : undefined;
    },
    what: "a list of images like 3.17.204",
    cut: (value, found) => {
      const { size } = new Set(value.split("."));
      return size > MOST_PINS ? `images: of ${size} pinned images, the first ${found?.length} are shown.` : null;
    },
  }),
] as const;

/** Text in a query as people read it: commas, colons and @ as they are, + for a space. */
const readable = (value: string) =>
  encodeURIComponent(value)
    .replace(/%(40|2C|3A)/g, decodeURIComponent)
    .replace(/%20/g, "+");

/** "?run=r1&epoch=3"; empty where everything is as on the page's first visit. */
export function searchOf(place: Place): string {
  const values: Values = {};
  for (const [key, each] of FIELDS) {
    if ((each.pages as readonly string[]).includes(place.page)) {
      values[each.name] = (each as Field<typeof key>).write(place[key] as never, place);
    }
  }
  const parts = Object.entries(values).filter(([, value]) => value !== null && value !== "");
  return parts.length ? `?${parts.map(([name, value]) => `${name}=${readable(value!)}`).join("&")}` : "";
}

/** The state of an address, and what in it is no value. */
export function placeOf(page: Page, search: string): { place: Place; notices: string[] } {
  const query = new URLSearchParams(search);
  const notices: string[] = [];
  const found: Record<string, unknown> = { ...HOME, page };
  for (const [key, each] of FIELDS) {
    const given = (each.pages as readonly string[]).includes(page) ? query.get(each.name) : null;
    if (given === null || given === "") continue;
    const value = each.read(given);
    if (value === undefined) {
      notices.push(`${each.name} “${given}” is not ${each.what}: it is left out.`);
      continue;
    }
    found[key] = value;
    const cut = (each as Field<typeof key>).cut?.(given, value as never);
    if (cut) notices.push(cut);
  }
  if (page === "interventions" && found.plan === null) found.plan = oldPlan(query);
  return { place: found as unknown as Place, notices };
}

/** Links of earlier versions, drop=0.5.7 and unroll=26x20@0.1, as the text that `readPlan` reads when the blocks are known. */
function oldPlan(query: URLSearchParams): string | null {
  const parts = ["drop", "unroll"].flatMap((name) => (query.get(name) ? [`${name}=${query.get(name)}`] : []));
  return parts.join(" ") || null;
}

/** What one page's links to another carry: run, checkpoint, epoch, split, pinned images and the plan, as far as it has them. */
export function carried(place: Place, page: Page): Place {
  const { run, checkpoint, epoch, split, images, plan } = place;
  const measured = split === "both" ? null : split;
  return { ...HOME, page, run, epoch, split: measured, ...(page === "blocks" ? {} : { checkpoint, images, plan }) };
}
