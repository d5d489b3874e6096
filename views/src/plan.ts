/**
 * Execution plans in the library's notation: `0..2 4..26 26@0.1x20` is blocks 0 to 26 without block 3, then block 26 twenty more
 * times with its branch scaled by 0.1. `..` is a range, `@` a scale (a number, or `auto`: chosen by training loss), `x` a repetition.
 */

export interface Block {
  readonly index: number;
  readonly stage: number;
  readonly is_projection: boolean;
}

/** One block, applied `times` times in a row; a scale of null is "auto". */
export interface Step {
  readonly block: number;
  readonly scale: number | null;
  readonly times: number;
}

/** What a strip shows: a step, or a block that doesn't run (times 0, behind the block before it). */
export interface Item extends Step {
  /** Names the n-th appearance of a block, so that it stays the same while others change. */
  readonly key: string;
  /** Its place among the steps; null for a block that doesn't run. */
  readonly at: number | null;
  /** Number of block applications before it. */
  readonly first: number;
  readonly again: boolean;
  readonly off: boolean;
}

/** A block that runs `steps` more times right after itself. */
export interface Unroll {
  readonly block: number;
  readonly steps: number;
  readonly scale: number | null;
}

export const MAX_STEPS = 2000;
const MAX_UNROLL = 1000;
const LONGEST_NUMBER = 12;
const TOKEN = /^(-?[0-9]+)(?:\.\.([0-9]+))?(?:@([^x]+))?(?:x([0-9]+))?$/;
const NUMBER = /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?$/i;

/** The text is no plan; the message names the token and the remedy. */
export class PlanTextError extends Error {}

/** Read a plan for a network of `length` blocks. Throws PlanTextError. */
export function parse(text: string, length: number): Step[] {
  const steps: Step[] = [];
  let total = 0;
  for (const token of text.split(/\s+/).filter(Boolean)) {
    const found = readToken(token, length);
    total += found.reduce((sum, step) => sum + step.times, 0);
    if (total > MAX_STEPS) throw tooLong(token);
    steps.push(...found.filter((step) => step.times > 0));
    if (steps.filter((step) => step.scale === null).length > 1) {
      throw new PlanTextError(`“auto” may appear only once in a plan: write a number in “${token}”.`);
    }
  }
  if (!steps.length) {
    throw new PlanTextError(`The plan is empty: write at least one block, such as 0..${length - 1}.`);
  }
  return steps;
}

const tooLong = (token: string) =>
  new PlanTextError(`“${token}” makes the plan longer than ${MAX_STEPS} steps: use fewer repetitions.`);

function readToken(token: string, length: number): Step[] {
  const match = TOKEN.exec(token);
  if (!match)
    throw new PlanTextError(`“${token}” can’t be read: write 3, 0..26, 3@0.5 (scale) or 26@0.1x20 (repetition).`);
  const [, first, last, scaleText, times] = match;
  if (scaleText !== undefined && scaleText !== "auto" && !NUMBER.test(scaleText)) {
    throw new PlanTextError(`The scale “${scaleText}” in “${token}” is not a number: write 0.5, or auto.`);
  }
  const scale = scaleText === undefined ? 1 : scaleText === "auto" ? null : Number(scaleText);
  if (scale !== null && Math.abs(scale) > 1e6) {
    throw new PlanTextError(
      `The scale “${scaleText}” in “${token}” is too large: write one between −1000000 and 1000000.`,
    );
  }
  if ([first, last, times].some((digits) => digits !== undefined && digits.length > LONGEST_NUMBER)) {
    const start = token.slice(0, 40);
    throw new PlanTextError(
      `“${start}…” contains a number of more than ${LONGEST_NUMBER} digits: write a block of the network.`,
    );
  }
  const start = Number(first);
  const stop = last === undefined ? start : Number(last);
  if (stop < start) throw new PlanTextError(`“${token}” is a descending range: list its blocks one by one.`);
  if (start < -length || stop >= length) {
    throw new PlanTextError(
      `“${token}” contains a block that this network does not have: its blocks are 0 to ${length - 1}.`,
    );
  }
  const repeated = times === undefined ? 1 : Number(times);
  const blocks = Array.from({ length: stop - start + 1 }, (_, i) => (start + i + length) % length);
  if (blocks.length === 1) return [{ block: blocks[0]!, scale, times: repeated }];
  if (blocks.length * repeated > MAX_STEPS) throw tooLong(token);
  return Array.from({ length: repeated }, () => blocks.map((block) => ({ block, scale, times: 1 }))).flat();
}

/** Read a plan, or what an earlier version's link said: `drop=0.5.7` and `unroll=26x20@0.1`. Throws PlanTextError. */
export function readPlan(text: string | null, blocks: readonly Block[]): Step[] {
  const { length } = blocks;
  if (text === null) return whole(length);
  if (!/^(drop|unroll)=/.test(text)) return parse(text, length);
  const old = new Map(text.split(" ").map((part) => part.split("=") as [string, string]));
  const dropped = (old.get("drop") ?? "none").split(".").filter((block) => block !== "none" && block !== "");
  for (const block of dropped) parse(block, length);
  const keys = new Set(dropped.map((block) => `${Number(block)}.0`));
  const steps = keys.size ? toggle(itemsOf(whole(length), length), keys, blocks) : whole(length);
  const unroll = old.get("unroll") ?? "none";
  if (unroll === "none") return steps;
  const [, block, times, scale] = /^(-?[0-9]+)x([0-9]+)@(.+)$/.exec(unroll) ?? [];
  const [more] = parse(block === undefined ? unroll : `${block}@${scale}x${times}`, length);
  steps.splice(steps.filter((step) => step.block <= more!.block).length, 0, more!);
  return steps;
}

export const numberText = (value: number): string => String(Number(value.toPrecision(12)));
const isPlain = (step: Step) => step.scale === 1 && step.times === 1;

/** The plan as text, which `parse` reads; consecutive blocks become ranges. */
export function write(steps: readonly Step[]): string {
  const tokens: string[] = [];
  for (let i = 0; i < steps.length; i += 1) {
    const first = steps[i]!;
    const start = i;
    while (
      isPlain(first) &&
      i + 1 < steps.length &&
      isPlain(steps[i + 1]!) &&
      steps[i + 1]!.block === steps[i]!.block + 1
    ) {
      i += 1;
    }
    const token = i === start ? `${first.block}` : `${first.block}..${steps[i]!.block}`;
    const scale = first.scale === null ? "@auto" : first.scale === 1 ? "" : `@${numberText(first.scale)}`;
    tokens.push(token + scale + (first.times === 1 ? "" : `x${first.times}`));
  }
  return tokens.join(" ");
}

/** The untouched network. */
export const whole = (length: number): Step[] => Array.from({ length }, (_, block) => ({ block, scale: 1, times: 1 }));

/** The steps, and between them the blocks that don't run. */
export function itemsOf(steps: readonly Step[], length: number): Item[] {
  const shown: (Step & { at: number | null })[] = steps.map((step, at) => ({ ...step, at }));
  for (let block = 0; block < length; block += 1) {
    if (shown.some((item) => item.block === block)) continue;
    const behind = shown.findLastIndex((item) => item.block === block - 1);
    shown.splice(block === 0 ? 0 : behind + 1, 0, { block, scale: 0, times: 0, at: null });
  }
  const seen = new Map<number, number>();
  let first = 0;
  return shown.map((item) => {
    const nth = seen.get(item.block) ?? 0;
    seen.set(item.block, nth + 1);
    const off = item.times === 0 || item.scale === 0;
    const found: Item = { ...item, key: `${item.block}.${nth}`, again: nth > 0, first, off };
    first += item.times;
    return found;
  });
}

/** Whether later blocks need what this one's shortcut makes of the shape: then it is dropped by the scale 0. */
function shapesTheNext(blocks: readonly Block[], block: number): boolean {
  return blocks[block]!.is_projection || (block > 0 && blocks[block]!.stage !== blocks[block - 1]!.stage);
}

const bare = ({ block, scale, times }: Step): Step => ({ block, scale, times });

/** Drop the items with these keys, or run them again if all of them are dropped already. */
export function toggle(items: readonly Item[], keys: ReadonlySet<string>, blocks: readonly Block[]): Step[] {
  const chosen = items.filter((item) => keys.has(item.key));
  const drop = chosen.some((item) => !item.off);
  const next: Step[] = [];
  for (const item of items) {
    if (!keys.has(item.key)) {
      if (item.times) next.push(bare(item));
    } else if (!drop) next.push({ block: item.block, scale: 1, times: Math.max(1, item.times) });
    else if (!item.again && shapesTheNext(blocks, item.block)) next.push({ block: item.block, scale: 0, times: 1 });
  }
  return next.length ? next : [{ block: chosen[0]?.block ?? 0, scale: 0, times: 1 }]; // a plan has at least one step
}

/** Exchange two items. */
export function swap(items: readonly Item[], one: Item, other: Item): Step[] {
  const next = items.map((item) => (item.key === one.key ? other : item.key === other.key ? one : item));
  return next.filter((item) => item.times).map(bare);
}

/** Put a scaled repetition behind a step, or take it away. */
export function repeat(steps: readonly Step[], at: number): Step[] {
  const next = steps.map(bare);
  if (next[at + 1]?.block === next[at]!.block) next.splice(at + 1, 1);
  else next.splice(at + 1, 0, { block: next[at]!.block, scale: 0.1, times: 20 });
  return next;
}

/** Change one step, within the limits of a plan. */
export function amend(steps: readonly Step[], at: number, changes: { times?: number; scale?: number }): Step[] {
  const used = steps.reduce((sum, step) => sum + step.times, 0) - steps[at]!.times;
  return steps.map((step, i) => {
    if (i !== at) return bare(step);
    const times = changes.times === undefined ? step.times : Math.round(changes.times);
    const scale = changes.scale === undefined ? step.scale : Number(changes.scale.toFixed(4));
    return {
      block: step.block,
      times: Math.max(1, Math.min(MAX_STEPS - used, times)),
      scale: scale === null ? null : Math.max(-1e6, Math.min(1e6, scale)),
    };
  });
}

/** The network without one block. */
export function without(blocks: readonly Block[], dropped: number): Step[] {
  return toggle(itemsOf(whole(blocks.length), blocks.length), new Set([`${dropped}.0`]), blocks);
}

/** The step whose scale is chosen by training loss. */
export const automatic = (steps: readonly Step[]): Step | null => steps.find((step) => step.scale === null) ?? null;

/** The plan with "auto" replaced by a number. */
export const withScale = (steps: readonly Step[], scale: number): Step[] =>
  steps.map((step) => ({ ...bare(step), scale: step.scale ?? scale }));

/** The repeated block: the one at the plan's end, or else the only one. */
export function unrollOf(steps: readonly Step[]): Unroll | null {
  const groups: Step[][] = [];
  for (const step of steps) {
    if (groups.at(-1)?.at(0)?.block === step.block) groups.at(-1)!.push(step);
    else groups.push([step]);
  }
  const repeated = groups.map(unrolled);
  const last = repeated.at(-1);
  if (last) return last;
  const found = repeated.filter((each) => each !== null);
  return found.length === 1 ? found[0]! : null;
}

/** What steps of the same block, one after the other, amount to: the first run, and further ones of one scale. */
function unrolled(group: readonly Step[]): Unroll | null {
  const steps = group.reduce((sum, step) => sum + step.times, 0) - 1;
  const scales = new Set((group[0]!.times === 1 ? group.slice(1) : group).map((step) => step.scale));
  if (steps <= 0 || steps > MAX_UNROLL || scales.size !== 1) return null;
  return { block: group[0]!.block, steps, scale: [...scales][0]! };
}

/** Position of each block application on the block axis: repeats of the last block continue to the right, others share their block's room. */
export function positions(blocks: readonly number[], length: number): number[] {
  const found: number[] = [];
  let start = 0;
  while (start < blocks.length) {
    let stop = start;
    while (stop < blocks.length && blocks[stop] === blocks[start]) stop += 1;
    const total = stop - start;
    const room = blocks[start] === length - 1 && stop === blocks.length ? total : 1;
    for (let i = 0; i < total; i += 1) found.push(blocks[start]! + (room * i) / total);
    start = stop;
  }
  return found;
}
