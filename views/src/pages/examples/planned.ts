/** An image under a plan of Interventions: what the head answers after each block that the plan runs. */

import type { Context } from "../../context";
import type { Split } from "../../curves";
import { automatic, type Block, PlanTextError, readPlan, type Step, write } from "../../plan";
import { probe } from "../../resources";
import type { Checkpoint } from "../../sources/source";
import { number } from "../../text";
import type { Said } from "./words";

/** The answer at one exit, and the probability of the label there. */
export interface PlanSaid extends Said {
  readonly label: number;
}

/** One for each exit; null where the plan has not reached the last stage yet. */
export type PlanAnswers = readonly (PlanSaid | null)[];

export interface Planned {
  readonly text: string;
  /** Null until all of them are there. */
  readonly said: PlanAnswers | null;
  /** Why it is not shown. */
  readonly refused: string | null;
}

const AT_ONCE = 8; // plans that one request may have

/**
 * For each exit the plan up to there, since a plan's end is where the head is applied; for the output, the whole plan.
 * A block that does not run leaves the answer of the block before; null where the plan has not reached the last stage.
 */
export function prefixes(steps: readonly Step[], exits: readonly number[]): (string | null)[] {
  const found: (string | null)[] = [];
  exits.forEach((block, i) => {
    const end = i === exits.length - 1 ? steps.length - 1 : steps.findLastIndex((step) => step.block === block);
    found.push(end < 0 ? (found[i - 1] ?? null) : write(steps.slice(0, end + 1)));
  });
  return found;
}

/** Read the plan of the address. */
export function planOf(
  text: string | null,
  blocks: readonly Block[],
): { steps: readonly Step[] | null; refused: string | null } {
  if (text === null) return { steps: null, refused: null };
  try {
    const steps = readPlan(text, blocks);
    if (automatic(steps)) return { steps: null, refused: "A plan whose scale is “auto” is not shown here." };
    return { steps, refused: null };
  } catch (error) {
    if (error instanceof PlanTextError) return { steps: null, refused: error.message };
    throw error;
  }
}

interface Asked {
  readonly checkpoint: Checkpoint;
  readonly split: Split;
  readonly index: number;
  readonly exits: readonly number[];
}

/** The image under the plan of the state; null where there is none. */
export function planned(context: Context, { checkpoint, split, index, exits }: Asked): Planned | null {
  const { state, ask, memory } = context;
  const { steps, refused } = planOf(state.plan, checkpoint.blocks);
  if (refused) return { text: state.plan ?? "", said: null, refused };
  if (!steps) return null;
  const ends = prefixes(steps, exits);
  const plans = [...new Set(ends.filter((end) => end !== null))];
  const parts = Array.from({ length: Math.ceil(plans.length / AT_ONCE) }, (_, i) =>
    plans.slice(AT_ONCE * i, AT_ONCE * (i + 1)),
  );
  const answers = parts.map((some) =>
    ask(probe("predictions", { checkpoint: checkpoint.id, split, indices: [index], plans: some })),
  );
  const failed = answers.find((answer) => answer.state === "failed");
  const text = write(steps);
  if (failed?.state === "failed") return { text, said: null, refused: failed.error.message };
  const values = answers.map((answer) => answer.value);
  if (values.some((value) => !value)) return { text, said: null, refused: null };
  const said = memory.keep("with the plan", [text, index, exits, ...values], () => {
    const found = new Map(plans.map((plan, i) => [plan, values[Math.floor(i / AT_ONCE)]!.plans[i % AT_ONCE]!]));
    return ends.map((end): PlanSaid | null => {
      const one = end === null ? undefined : found.get(end);
      return one
        ? {
            answer: one.prediction[0] ?? -1,
            probability: number(one.confidence[0]),
            label: number(one.label_probability[0]),
            margin: number(one.margin[0]),
          }
        : null;
    });
  });
  return { text, said, refused: null };
}
