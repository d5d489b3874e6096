/** A small network, and a plan's result made of a few numbers. */

import type { PlanResult } from "../src/pages/interventions/charts";
import { networkOf } from "../src/pages/interventions/network";
import { type Block, parse, type Step } from "../src/plan";
import { begin, HOME, type State } from "../src/state";

/** Nine blocks in three stages; blocks 3 and 6 are projections. */
export const BLOCKS: readonly Block[] = Array.from({ length: 9 }, (_, index) => ({
  index,
  stage: Math.floor(index / 3),
  is_projection: index === 3 || index === 6,
}));
export const NETWORK = networkOf(BLOCKS, null);
export const UNTOUCHED = "0..8";

export const stateWith = (plan: string | null, more: Partial<State> = {}): State => ({
  ...begin({ ...HOME, page: "interventions" }).now,
  plan,
  ...more,
});

/** The applications [block, scale] of a plan. */
export const applied = (text: string): [number, number][] =>
  parse(text, BLOCKS.length).flatMap(({ block, scale, times }: Step) =>
    Array.from({ length: times }, (): [number, number] => [block, scale ?? 1]),
  );

type Values = (step: { block: number; scale: number }, i: number) => number | null;
interface Made {
  readonly plan: string;
  readonly against?: string;
  readonly before?: Values; // cosine loss
  readonly after?: Values;
  readonly ratio?: Values;
  readonly changed?: PlanResult["changed"];
  readonly count?: number;
  readonly accuracy?: readonly [number, number];
}

function sideOf(text: string, cosine: Values, ratio: Values, accuracy: number): PlanResult["result"] {
  const steps = applied(text).map(([block, scale]) => ({ block, scale, stage: 0, is_projection: false }));
  const group = {
    n: 100,
    accuracy: [accuracy],
    accuracy_interval: [[accuracy - 0.05, accuracy + 0.05] as [number, number]],
    loss: [1],
    entropy: [1],
    gained: [0],
    lost: [0],
  };
  const summary = (values: Values) => {
    const mean = steps.map(values);
    return { mean, std: mean, quantiles: { "0.25": mean, "0.75": mean }, undefined: mean.map(() => 0), infinite: null };
  };
  return {
    groups: { all: group, correct: group, borderline: group },
    steps,
    cosine_loss: summary(cosine),
    l2_ratio: summary(ratio),
  };
}

export function resultOf(made: Made): PlanResult {
  const {
    plan,
    against,
    before = () => -0.2,
    after = () => -0.2,
    ratio = () => 0.1,
    changed = [],
    accuracy = [0.9, 0.9],
  } = made;
  return {
    probe: "plan",
    checkpoint: "c1",
    split: "validation",
    samples: 100,
    blocks: BLOCKS.map((block) => ({ ...block, shared_with: null })),
    reasons: [],
    provenance: {
      checkpoint_sha256: "ab",
      dataset: "digits",
      dataset_fingerprint: "",
      convention: "pre-activation",
      request: against === undefined ? {} : { against },
      probe_version: 3,
      device: "cpu",
      library_versions: {},
      seconds: 1,
      created_at: "",
      cached: false,
    },
    plan: applied(plan),
    text: plan,
    gradient: "end_to_end",
    result: sideOf(plan, after, ratio, accuracy[1]),
    baseline: sideOf(against ?? UNTOUCHED, before, ratio, accuracy[0]),
    changed,
    changed_count: made.count ?? changed.length,
  };
}

/** Images whose prediction changed to these classes. */
export const changedTo = (...classes: number[]): PlanResult["changed"] =>
  classes.map((after, index) => ({ index, label: 0, before: 0, after }));
