/** A plan's measurement in words. */

import { numberText } from "../../plan";
import type { Schemas } from "../../sources/source";
import { count, number, plural, rangesText, signed, visible } from "../../text";

type PlanResult = Schemas["PlanResult"];
const MOST_PHRASES = 3;
const MOST_RANGES = 5;

interface Repeated {
  readonly block: number;
  readonly more: number; // times, after the first
  readonly scale: number | null; // null: of several scales
  readonly each: boolean; // the first one has that scale too
}
/** What was done to a network, one kind of change at a time. */
export interface Changes {
  readonly dropped: readonly number[];
  readonly swapped: readonly [number, number] | null;
  readonly reordered: readonly number[]; // where it is more than one exchange
  readonly repeated: readonly Repeated[];
  readonly scaled: readonly { block: number; scale: number }[];
  readonly again: readonly number[]; // run another time later
}

/** What the applications [block, scale] of a plan do to a network of `length` blocks. */
export function changesOf(plan: readonly (readonly [number, number])[], length: number): Changes {
  const groups: { block: number; scales: number[] }[] = [];
  for (const [block, scale] of plan) {
    const last = groups.at(-1);
    if (last?.block === block) last.scales.push(scale);
    else groups.push({ block, scales: [scale] });
  }
  const runs = groups.filter(({ scales }) => scales.some((scale) => scale !== 0));
  const order = [...new Set(runs.map(({ block }) => block))];
  const ran = new Set(order);
  const sorted = [...order].sort((a, b) => a - b);
  const moved = order.flatMap((block, i) => (block === sorted[i] ? [] : [block]));
  const seen = new Set<number>();
  const again = new Set<number>();
  for (const { block } of runs) {
    if (seen.has(block)) again.add(block);
    seen.add(block);
  }
  return {
    dropped: Array.from({ length }, (_, block) => block).filter((block) => !ran.has(block)),
    swapped: moved.length === 2 ? (moved.toSorted((a, b) => a - b) as [number, number]) : null,
    reordered: moved.length > 2 ? moved : [],
    repeated: runs.flatMap(({ block, scales }) => {
      if (scales.length === 1) return [];
      const each = scales[0] !== 1;
      const more = new Set(each ? scales : scales.slice(1));
      return [{ block, more: scales.length - 1, scale: more.size === 1 ? [...more][0]! : null, each }];
    }),
    scaled: runs.flatMap(({ block, scales }) =>
      scales.length === 1 && scales[0] !== 1 ? [{ block, scale: scales[0]! }] : [],
    ),
    again: [...again],
  };
}

const listed = (words: readonly string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(", ")} and ${words.at(-1)}` : (words[0] ?? "");

/** "block 3", "blocks 3, 5 and 7–9", "12 blocks". */
export function blocksText(blocks: readonly number[]): string {
  const ranges = rangesText(blocks).split(",");
  if (blocks.length === 1) return `block ${blocks[0]}`;
  return ranges.length > MOST_RANGES
    ? `${blocks.length} blocks`
    : `blocks ${listed(ranges.map((range) => range.replace("-", "–")))}`;
}

export const scaleText = (scale: number): string => numberText(scale).replace("-", "−");
const times = (value: number) => (value === 1 ? "once more" : `${count(value)} more times`);

/** "without block 3", "with blocks 3 and 5 swapped"; empty for the untouched network. */
export function phrasesOf(changes: Changes, automatic: boolean): string[] {
  const { dropped, swapped, reordered, repeated, scaled, again } = changes;
  const run = ({ block, more, scale, each }: Repeated) => {
    const what = `with block ${block} run ${each ? `${count(more + 1)} times` : times(more)}`;
    if (scale === 1) return `${what} unscaled`;
    if (scale === null) return `${what} with several scales`;
    const found = automatic ? " (of lowest training loss)" : "";
    return `${what}, ${each ? "each " : ""}scaled by α = ${scaleText(scale)}${found}`;
  };
  const one = scaled[0];
  const same = scaled.every(({ scale }) => scale === one?.scale);
  return [
    ...(dropped.length ? [`without ${blocksText(dropped)}`] : []),
    ...(swapped ? [`with blocks ${swapped[0]} and ${swapped[1]} swapped`] : []),
    ...(reordered.length ? [`with ${blocksText(reordered)} in another order`] : []),
    ...repeated.map(run),
    ...(again.length ? [`with ${blocksText(again)} run again later`] : []),
    ...(one
      ? [`with ${blocksText(scaled.map(({ block }) => block))} scaled${same ? ` by α = ${scaleText(one.scale)}` : ""}`]
      : []),
  ];
}

/** ", mostly to 5 and 7"; where not all changed images are listed, of how many that is said. */
export function destinations(result: PlanResult, names: readonly string[]): string {
  const { changed, changed_count: total } = result;
  if (!changed.length) return "";
  const found = new Map<number, number>();
  for (const { after } of changed) found.set(after, (found.get(after) ?? 0) + 1);
  const ordered = [...found].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const name = ([index]: readonly [number, number]) =>
    index < 0 ? "no class, the output is not finite" : visible(names[index] ?? String(index));
  const cut = changed.length < total ? ` (of the first ${changed.length})` : "";
  const [first, second] = [ordered[0]!, ordered[1]];
  if (!second) return `, ${changed.length > 1 ? "all " : ""}to ${name(first)}${cut}`;
  if (ordered.length === 2 && changed.length === 2) return `, to ${name(first)} and ${name(second)}`;
  if (first[1] >= 0.6 * changed.length) return `, mostly to ${name(first)}${cut}`;
  if (first[1] + second[1] >= 0.5 * changed.length) return `, mostly to ${name(first)} and ${name(second)}${cut}`;
  return `, to ${found.size} different classes${cut}`;
}

/** "264 of 359 predictions change, mostly to 5 and 7". */
function changedText(result: PlanResult, names: readonly string[], pinned: boolean): string {
  const { changed_count: changed, samples } = result;
  const one = changed === 1;
  const verb = pinned ? `differ${one ? "s" : ""} from the pinned plan’s` : `change${one ? "s" : ""}`;
  if (!changed)
    return pinned
      ? `none of ${count(samples)} predictions differs from the pinned plan’s`
      : `none of ${count(samples)} predictions changes`;
  return `${count(changed)} of ${count(samples)} predictions ${verb}${destinations(result, names)}`;
}

/* ---- where the blocks push ---- */

const mean = (values: readonly number[]): number => {
  const known = values.filter(Number.isFinite);
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : Number.NaN;
};
const rounded = (value: number) => Math.round(100 * value) / 100;
const way = (value: number) => (value < 0 ? "downhill" : value > 0 ? "uphill" : "neither downhill nor uphill");

const slope = (value: number) => `${value > 0 ? "+" : ""}${signed(value)}`;

/** "later blocks now push uphill (mean cosine loss −0.20 → +0.10)". */
export function trend(who: string, several: boolean, before: number, after: number): string {
  const [a, b] = [rounded(before), rounded(after)];
  if (!Number.isFinite(a) || !Number.isFinite(b)) return "";
  const verb = several ? "push" : "pushes";
  const values = `${several ? "mean " : ""}cosine loss ${slope(a)}`;
  if (a === b) return `${who} ${verb} ${way(b)} as before (${values})`;
  const both = `(${values} → ${slope(b)})`;
  if (Math.sign(a) !== Math.sign(b)) return `${who} now ${verb} ${way(b)} ${both}`;
  return `${who} ${verb} ${way(b)} ${Math.abs(b) > Math.abs(a) ? "more" : "less"} strongly ${both}`;
}

/** The blocks behind the first change that both plans run once: what the change does to them. */
function laterText(result: PlanResult, changes: Changes): string {
  const touched = [
    ...changes.dropped,
    ...(changes.swapped ?? []),
    ...changes.reordered,
    ...changes.again,
    ...[...changes.repeated, ...changes.scaled].map(({ block }) => block),
  ];
  const from = Math.min(...touched);
  const once = (side: PlanResult["result"]) => {
    const found = new Map<number, number[]>();
    side.steps.forEach(({ block, scale }, i) => {
      if (block > from && scale === 1)
        found.set(block, [...(found.get(block) ?? []), number(side.cosine_loss.mean[i])]);
    });
    return found;
  };
  const [before, after] = [once(result.baseline), once(result.result)];
  const both = [...after.keys()].filter(
    (block) => !touched.includes(block) && after.get(block)!.length === 1 && before.get(block)?.length === 1,
  );
  if (!both.length) return "";
  const of = (side: Map<number, number[]>) => mean(both.map((block) => side.get(block)![0]!));
  const who = both.length > 1 ? "later blocks" : `block ${both[0]}`;
  return trend(who, both.length > 1, of(before), of(after));
}

/** "the repeats push downhill (mean cosine loss −0.12) and their steps shrink (ℓ2 ratio 0.10 → 0.01)". */
function repeatsText({ result }: PlanResult, block: number): string {
  const at = result.steps.flatMap((step, i) => (step.block === block ? [i] : [])).slice(1);
  const cosine = rounded(mean(at.map((i) => number(result.cosine_loss.mean[i]))));
  const several = at.length > 1;
  const who = several ? "the repeats push" : "the repeat pushes";
  const loss = `${several ? "mean " : ""}cosine loss ${slope(cosine)}`;
  const push = Number.isFinite(cosine) ? `${who} ${way(cosine)} (${loss})` : "";
  const [first, last] = [number(result.l2_ratio.mean[at[0]!]), number(result.l2_ratio.mean[at.at(-1)!])];
  if (!several || Number.isNaN(first) || Number.isNaN(last)) return push;
  const steps = last < 0.95 * first ? "shrink" : last > 1.05 * first ? "grow" : "keep their length";
  const lengths = `their steps ${steps} (ℓ2 ratio ${signed(first)} → ${signed(last)})`;
  return push ? `${push} and ${lengths}` : `in the repeats, ${lengths}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
const sentence = (parts: readonly string[]) => `${capital(parts.filter(Boolean).join("; "))}.`;

/** The untouched network: how often it is right, and where its last third pushes. */
function untouchedText(result: PlanResult): string {
  const { groups, cosine_loss: cosine } = result.result;
  const right = Math.round(number(groups.all.accuracy[0]) * groups.all.n);
  const third = Math.max(1, Math.floor(cosine.mean.length / 3));
  const pushed = rounded(mean(cosine.mean.slice(-third).map(number)));
  const known = Number.isFinite(pushed);
  const late = third > 1 ? `its last ${third} blocks push` : "its last block pushes";
  const what = `the untouched network is right on ${count(right)} of ${plural(groups.all.n, "image")}`;
  return sentence([
    what,
    known ? `${late} ${way(pushed)} (${third > 1 ? "mean " : ""}cosine loss ${slope(pushed)})` : "",
  ]);
}

/** Whether a result is compared with a pinned plan, and not with the untouched network. */
export const isPinned = ({ provenance }: PlanResult): boolean => (provenance.request.against ?? null) !== null;

/** One or two sentences: what the plan is, what it does to the predictions, and where its blocks push now. */
export function planSentence(result: PlanResult, names: readonly string[], automatic = false): string {
  const pinned = isPinned(result);
  const changes = changesOf(result.plan, result.blocks.length);
  const phrases = phrasesOf(changes, automatic);
  if (!phrases.length && !pinned) return untouchedText(result);
  const subject = !phrases.length
    ? "with the untouched network"
    : phrases.length > MOST_PHRASES
      ? `with this plan of ${result.plan.length} steps`
      : phrases.join(" and ");
  const only = phrases.length === 1 ? changes.repeated[0] : undefined;
  const pushes = only ? repeatsText(result, only.block) : phrases.length ? laterText(result, changes) : "";
  return sentence([`${subject}, ${changedText(result, names, pinned)}`, pushes]);
}

/** "−72.7", and whether that is better. `good`: the sign of an improvement; 0: neither is. */
export function changeText(
  before: number,
  after: number,
  digits: number,
  good: -1 | 0 | 1,
): { text: string; word: string; kind: string } {
  const difference = after - before;
  if (Number.isNaN(difference)) return { text: "–", word: "", kind: "same" };
  const value = Number(difference.toFixed(digits));
  if (value === 0) return { text: `±${value.toFixed(digits)}`, word: "", kind: "same" };
  const up = value > 0;
  const text = up ? `+${signed(value, digits)}` : signed(value, digits);
  if (good === 0) return { text, word: up ? "higher" : "lower", kind: "same" };
  const better = up === good > 0;
  return { text, word: better ? "better" : "worse", kind: better ? "better" : "worse" };
}

/** What each group of images is, for what it is. `block`: after which it was formed; null: by the network's output. */
export function groupNames(block: number | null): Readonly<Record<"all" | "correct" | "borderline", string>> {
  return block === null
    ? { all: "all images", correct: "right in the untouched network", borderline: "borderline at the output" }
    : { all: "all images", correct: `right after block ${block}`, borderline: `borderline after block ${block}` };
}

/** The names of a result's groups, by where the result says that it formed them. */
export function groupsOf({ provenance, blocks }: Pick<PlanResult, "provenance" | "blocks">) {
  const { reference = "output" } = (provenance.request.borderline ?? {}) as Partial<Schemas["BorderlineChoice"]>;
  return groupNames(reference === "output" ? null : reference === "last5" ? lastFive(blocks) : reference);
}

/** The first of the last five blocks, within the last stage. */
export function lastFive(blocks: readonly { stage: number }[]): number {
  const first = blocks.findIndex((block) => block.stage === blocks.at(-1)?.stage);
  return Math.max(blocks.length - 5, first);
}
