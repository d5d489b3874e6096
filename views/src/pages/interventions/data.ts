/** What the Interventions page shows, and what it asks for. */

import { carried } from "../../address";
import type { Context } from "../../context";
import type { Split } from "../../curves";
import { type Pins, pinsIn } from "../../images";
import { type Answer, soFar } from "../../loader";
import {
  automatic,
  type Block,
  type Item,
  itemsOf,
  type Step,
  type Unroll,
  unrollOf,
  withScale,
  write,
} from "../../plan";
import { probe } from "../../resources";
import type { Checkpoint, Probe, Probes, Run } from "../../sources/source";
import { type Colour, measuredSplit, type Place } from "../../state";
import type { PlanResult, UnrollResult } from "./charts";
import { focused, planned } from "./edits";
import { type Measured, type Network, networkOf } from "./network";

export const REST = 120; // ms that a plan has to stay before it is measured: edits in quick succession don't each run
const IDLE = 1000; // ms until what nobody asked for is computed
const THRESHOLD = 0.1; // of the margin of borderline images

type DropResult = Probes["drop"][1];
/** The measurements, by what they are for. */
interface Answers {
  scale: Answer<UnrollResult> | null;
  plan: Answer<PlanResult> | null;
  metrics: Answer<Probes["block-metrics"][1]> | null;
  unroll: Answer<UnrollResult> | null;
  unscaled: Answer<UnrollResult> | null;
  drop: Answer<Probes["drop"][1]> | null;
}
type Values = { [K in keyof Answers]?: NonNullable<NonNullable<Answers[K]>["value"]> } & {
  /** The last plan whose gradients are known: they come after its outcomes. */
  along?: PlanResult;
};

/** Everything that the parts of the page are drawn from. */
export interface View {
  readonly context: Context;
  readonly run: Run;
  readonly checkpoint: Checkpoint;
  readonly split: Split;
  readonly network: Network;
  readonly blocks: readonly Block[];
  readonly classes: readonly string[];
  readonly steps: readonly Step[];
  readonly items: readonly Item[];
  /** The plan as text, as it runs: with the scale that was found; null while that is looked for. */
  readonly definite: string | null;
  readonly against: string | null;
  /** What dropping each block does, if that is known; it is measured while nothing else is. */
  readonly effects: DropResult | undefined;
  readonly focus: Item | null;
  readonly unroll: Unroll | null;
  readonly pins: Pins;
  readonly answers: Answers;
  /** The last answers. Until a new one comes, the old one is shown, dimmed. */
  readonly last: Values;
  /** Why the address's plan can't be read. */
  readonly unread: string | null;
  readonly notices: readonly string[];
}

export function viewOf(context: Context, run: Run, checkpoint: Checkpoint): View {
  const { state, memory } = context;
  const blocks = checkpoint.blocks as readonly Block[];
  const split = measuredSplit(state);
  const { steps, error } = memory.keep("plan", [state.plan, blocks], () => planned(state.plan, blocks));
  const items = memory.keep("items", [steps, blocks], () => itemsOf(steps, blocks.length));
  const pin = memory.keep("pin", [state.against, blocks], () => pinned(state.against, blocks));
  const unroll = memory.keep("unroll", [steps], () => unrollOf(steps));
  const last = memory.keep("last answers", [run.id], (): Values => ({}));
  const part = { context, checkpoint, split, steps, unroll, against: pin.text };
  const { answers, definite, effects } = ask(part);
  keepLast(last, answers);
  const shapes = last.metrics?.shapes ?? null;
  const pins = pinsIn(context.ask, state, checkpoint, split);
  const block = state.block !== null && state.block >= blocks.length ? state.block : null;
  return {
    ...part,
    run,
    blocks,
    network: memory.keep("network", [blocks, shapes], () => networkOf(blocks, shapes)),
    classes: memory.keep("classes", [checkpoint], () => classesOf(checkpoint)),
    items,
    definite,
    effects,
    focus: focused(state, items),
    pins,
    answers,
    last,
    unread: error,
    notices: [
      ...(error ? [`plan: ${error} The untouched network is shown.`] : []),
      ...(pin.error ? [`pin: ${pin.error} The plan is compared with the untouched network.`] : []),
      ...(block === null ? [] : [`block “${block}” is not in this network: its blocks are 0 to ${blocks.length - 1}.`]),
      ...pins.notices,
    ],
  };
}

function pinned(text: string | null, blocks: readonly Block[]): { text: string | null; error: string | null } {
  if (text === null) return { text, error: null };
  const { steps, error } = planned(text, blocks);
  if (error !== null) return { text: null, error };
  if (automatic(steps)) return { text: null, error: "A pinned plan needs a number instead of “auto”." };
  return { text: write(steps), error: null };
}

function classesOf(checkpoint: Checkpoint): readonly string[] {
  const names = checkpoint.preprocessing?.class_names ?? checkpoint.dataset?.class_names;
  return Array.isArray(names) ? names.map(String) : [];
}

type Asking = Pick<View, "context" | "checkpoint" | "split" | "steps" | "unroll" | "against">;

/** Ask for what the plan needs, the plan first. With the scale "auto" that is looked for before the plan runs. */
function ask({ context, checkpoint, split, steps, unroll, against }: Asking): {
  answers: Answers;
  definite: string | null;
  effects: DropResult | undefined;
} {
  const { state } = context;
  const common = { checkpoint: checkpoint.id, split };
  const borderline = { threshold: THRESHOLD, reference: state.borderlineAt };
  const read = <P extends Probe>(name: P, request: Probes[P][0]) => context.ask(probe(name, request, REST));
  const answers: Answers = { scale: null, plan: null, metrics: null, unroll: null, unscaled: null, drop: null };
  const chosen = automatic(steps);
  if (state.stopped) return { answers, definite: chosen ? null : write(steps), effects: undefined };
  const repeated = ({ block, steps }: Unroll, scale: number | "auto") =>
    read("unroll", { ...common, block, steps, scale, borderline });
  if (chosen) {
    const mine = unroll?.scale === null ? unroll : { block: chosen.block, steps: chosen.times, scale: null };
    answers.scale = repeated(mine, "auto");
  }
  const scale = answers.scale?.value?.scale;
  const definite = chosen ? (scale === undefined ? null : write(withScale(steps, scale))) : write(steps);
  if (definite !== null) {
    answers.plan = read("plan", { ...common, plan: definite, ...(against === null ? {} : { against }), borderline });
  }
  answers.metrics = read("block-metrics", common);
  if (unroll) {
    answers.unroll = repeated(unroll, unroll.scale ?? "auto");
    if (unroll.scale !== 1) answers.unscaled = repeated(unroll, 1);
  }
  const each: Probes["drop"][0] = { ...common, blocks: "each" };
  if (state.colour === "drop") answers.drop = read("drop", each);
  return { answers, definite, effects: soFar(answers.drop ?? askAhead(context, each)) };
}

/** What hovering a block shows, measured while nothing else is. A kernel does one thing after the other. */
const askAhead = (context: Context, request: Probes["drop"][0]): Answer<DropResult> | null =>
  context.home.source.kind === "kernel" ? null : context.ask({ ...probe("drop", request, IDLE), ahead: true });

function keepLast(last: Values, answers: Answers): void {
  for (const [name, answer] of Object.entries(answers) as [keyof Answers, Answer<never> | null][]) {
    const found = soFar<never>(answer);
    if (found) last[name] = found;
  }
  if (last.plan?.result.cosine_loss.mean.length) last.along = last.plan;
}

/** What links to Examples carry: also the plan, with the scale that was found. */
export const forExamples = ({ context: { state }, steps, definite }: View): Place =>
  carried({ ...state, plan: automatic(steps) ? definite : state.plan }, "examples");

/** Whether a measurement on the screen is another plan's. */
export const isStale = (answer: Answer<unknown> | null): boolean => soFar(answer) === undefined;

/** Whether it is of the first images only, so far. What takes longer than the outcomes may still be empty after that. */
export const isGrowing = (answer: Answer<{ samples: number; of?: number | null }> | null): boolean =>
  answer?.state === "waiting" && answer.partial !== undefined && answer.partial.samples !== answer.partial.of;

/** What was measured on the untouched network: of the one that is shown, or of the one before. */
export const measuredOf = ({ last }: View): Measured => ({ metrics: last.metrics, drop: last.drop });

/** Only what was measured on the network and the images that are shown. */
export function freshOf({ last, effects, checkpoint, split }: View): Measured {
  const mine = <T extends { checkpoint: string; split: string }>(value: T | undefined): T | undefined =>
    value?.checkpoint === checkpoint.id && value.split === split ? value : undefined;
  return { metrics: mine(last.metrics), drop: mine(last.drop) ?? mine(effects) };
}

/** Whether the colours of the strip are those of the network and the images that are shown. */
export const isFresh = (view: View, colour: Colour): boolean =>
  freshOf(view)[colour === "drop" ? "drop" : "metrics"] !== undefined;

/** The repetition without scaling that belongs to a repetition. */
export function twinOf({ last }: View): UnrollResult | null {
  const [found, other] = [last.unroll, last.unscaled];
  const fits = found && other && found.scale !== 1 && other.block === found.block && other.steps === found.steps;
  return fits && other.checkpoint === found.checkpoint && other.split === found.split ? other : null;
}

export interface Work {
  readonly running: boolean;
  readonly away: boolean;
  readonly share: number;
  /** What was refused. A failure of the repetition alone is told in its own panel. */
  readonly error: (Error & { readonly title?: string }) | null;
}

export function workOf({ answers }: View): Work {
  const all = Object.values(answers).filter((answer) => answer !== null) as Answer<unknown>[];
  const waiting = all.filter((answer) => answer.state === "waiting");
  const parts = all.map((answer) => (answer.state === "waiting" ? answer.progress : 1));
  const needed = [answers.scale, answers.plan, answers.metrics, answers.drop];
  const failed = needed.find((answer) => answer?.state === "failed");
  return {
    running: waiting.length > 0,
    away: waiting.some((answer) => answer.state === "waiting" && answer.away),
    share: parts.length ? parts.reduce((sum, part) => sum + part, 0) / parts.length : 0,
    error: failed?.state === "failed" ? failed.error : null,
  };
}
