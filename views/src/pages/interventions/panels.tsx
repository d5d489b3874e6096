/** The charts of the results, their marks, and where their numbers come from. */

import type { JSX } from "preact";
import type { Mark } from "../../charts/draw";
import type { LegendEntry, Origin } from "../../charts/export";
import { CHANGED, GROUP_COLOURS, GROUP_DASHES, UNTOUCHED } from "../../charts/look";
import type { Snippet } from "../../copy";
import { type Answer, soFar } from "../../loader";
import type { Help } from "../../parts/controls";
import { Panel, type PanelProps } from "../../parts/panel";
import { number, percent, plural, signed } from "../../text";
import { checkpointText, epochText } from "../runs";
import {
  GROUP_ORDER,
  groupsChart,
  type PlanResult,
  positionsOf,
  type StepMetric,
  stepsChart,
  UNSCALED,
  type UnrollResult,
  unrollCharts,
  unrollMetrics,
} from "./charts";
import { isGrowing, isStale, twinOf, type View } from "./data";
import { look, point } from "./edits";
import { furtherSteps, type Pointed, placesOf, pointedFrom, pointedFurther, pointedNext, stepsAt } from "./marks";
import { COSINE, groupsHelp, RATIO, UNROLL_METRICS, unrollHelp } from "./texts";
import { groupNames, groupsOf, isPinned } from "./words";

type Handlers = ReturnType<NonNullable<PanelProps["handlers"]>>;

/** Where a result's numbers come from, by what the result itself says. */
function originOf(view: View, result: PlanResult | UnrollResult | undefined): Origin {
  const { context, run, checkpoint, split } = view;
  const { version } = context.home;
  if (!result) return { version };
  const mine = result.checkpoint === checkpoint.id;
  const { against } = result.provenance.request;
  const plan =
    "text" in result
      ? `${result.text}${against ? ` compared with ${against}` : ""}`
      : `block ${result.block} run ${result.steps} more times, α = ${result.scale}`;
  return {
    run: `${run.name} (${run.id})`,
    checkpoint: checkpointText({ id: result.checkpoint, sha256: result.provenance.checkpoint_sha256 }),
    ...(mine ? { epoch: epochText(run, checkpoint.epoch) } : {}),
    split: result.split ?? split,
    images: plural(result.samples, "image"),
    plan,
    version,
  };
}

const snippetOf = (result: PlanResult | UnrollResult | undefined): Snippet | null =>
  result
    ? {
        requests: [
          {
            path: `/probe/${result.probe}`,
            body: { checkpoint: result.checkpoint, ...result.provenance.request, wait: 60 },
          },
        ],
      }
    : null;

const planLegend = (result: PlanResult | undefined): readonly LegendEntry[] => [
  { name: result && isPinned(result) ? "pinned plan" : "untouched", colour: UNTOUCHED, dash: "dot" },
  { name: "plan", colour: CHANGED },
];

const Waiting = ({ view }: { view: View }) => <p class="hint">{waitingText(view)}</p>;
/** What stands where nothing is measured yet. */
export const waitingText = ({ context, answers }: View): string =>
  answers.plan?.state === "failed" ? "Not measured." : context.state.stopped ? "Cancelled." : "Measuring …";

/** What all panels of the results have. */
function common(
  view: View,
  result: PlanResult | UnrollResult | undefined,
  answer: Answer<PlanResult | UnrollResult> | null,
  gradients = false, // they come after the outcomes
) {
  const { look, home } = view.context;
  const whole = soFar(answer);
  return {
    look,
    home,
    origin: originOf(view, result),
    snippet: snippetOf(result),
    stale: result !== undefined && result !== whole,
    growing: result === whole && (isGrowing(answer) || (gradients && answer?.state === "waiting")),
    ...(result ? {} : { instead: <Waiting view={view} /> }),
  };
}

export function Groups({ view }: { view: View }): JSX.Element {
  const { context, last, answers } = view;
  const result = last.plan;
  const charts = context.memory.keep("groups chart", [result], () =>
    result ? [groupsChart(result, groupsOf(result))] : [],
  );
  return (
    <Panel
      id="interventions-groups"
      text={groupsHelp(result ? groupsOf(result) : groupNames(null))}
      charts={charts}
      legend={planLegend(result)}
      height="low"
      {...common(view, result, answers.plan)}
    />
  );
}

/** The items to mark: what is in the inspector, and what is pointed at. */
function targets(view: View): [Pointed, Mark["as"]][] {
  const { focus, items, context } = view;
  const { pointed } = context.state;
  const found: [Pointed, Mark["as"]][] = focus ? [[{ key: focus.key, step: null }, "pick"]] : [];
  if (pointed && items.some((item) => item.key === pointed.key)) found.push([pointed, "hover"]);
  return found;
}

/** `linked`: the steps of the chart are those on the strip. */
function handlersOf(view: View, linked: boolean, at: (x: number) => Pointed | null): Handlers {
  const { store, state } = view.context;
  const find = (x: number) => (linked ? at(x) : null);
  return {
    onPoint: (x) => store.do(point(x === null ? null : find(x))),
    onPress: (x) => {
      const found = find(x);
      if (found) store.do(look(found.key));
    },
    onStep: (by) => {
      if (linked) store.do(point(pointedNext(by, state.pointed, view.focus?.key ?? null, view.items)));
    },
  };
}

const TEXTS: Readonly<Record<StepMetric, Help>> = { cosine_loss: COSINE, l2_ratio: RATIO };

/** Cosine loss or ℓ2 ratio along the plan. */
export function Along({ view, id, metric }: { view: View; id: string; metric: StepMetric }): JSX.Element {
  const { context, last, answers, items } = view;
  const result = last.along;
  const stale = result !== soFar(answers.plan);
  const charts = context.memory.keep(id, [result], () => (result ? [stepsChart(result, metric)] : []));
  const x = context.memory.keep(`${id} x`, [result], () =>
    result ? positionsOf(result.result, result.blocks.length) : [],
  );
  const linked = result !== undefined && !stale; // the steps of another plan are others
  return (
    <Panel
      id={id}
      text={TEXTS[metric]}
      charts={charts}
      legend={planLegend(result)}
      height="short"
      readout={linked ? stepReadout(view, result, metric) : ""}
      marks={() =>
        linked
          ? targets(view).flatMap(([target, as]) => placesOf(target, items, x).map((at) => ({ kind: "x", at, as })))
          : []
      }
      handlers={() => handlersOf(view, linked, (at) => pointedFrom(at, items, x))}
      {...common(view, result, answers.plan, true)}
    />
  );
}

/** "block 5: −0.031, untouched −0.040". */
function stepReadout({ context, items }: View, result: PlanResult, metric: StepMetric): string {
  const { pointed } = context.state;
  const item = pointed && items.find((each) => each.key === pointed.key);
  if (!item) return "";
  const step = stepsAt(pointed, items)[0];
  const at = result.baseline.steps.findIndex(({ block }) => block === item.block);
  const now = step === undefined ? "not run" : signed(number(result.result[metric].mean[step]), 3);
  const old = at < 0 ? "not run" : signed(number(result.baseline[metric].mean[at]), 3);
  return `block ${item.block}: ${now}, ${isPinned(result) ? "pinned" : "untouched"} ${old}`;
}

/** The repetition step by step; there where the plan has one. */
export function StepByStep({ view }: { view: View }): JSX.Element | null {
  const { context, last, answers, unroll, items } = view;
  if (!unroll) return null;
  const found = last.unroll;
  const twin = twinOf(view);
  const stale = isStale(answers.unroll);
  const failed = answers.unroll?.state === "failed" ? { instead: <p>{answers.unroll.error.message}</p> } : {};
  const { block } = found ?? unroll;
  const { memory, state } = context;
  const on = [found, twin];
  const charts = memory.keep("unroll charts", on, () => (found ? unrollCharts(found, twin, groupsOf(found)) : []));
  const metrics = memory.keep("unroll metrics", on, () => (found ? unrollMetrics(found, twin) : []));
  const linked = found !== undefined && !stale;
  const marks = (): Mark[] =>
    linked
      ? targets(view).flatMap(([target, as]) => furtherSteps(target, items, block).map((at) => ({ kind: "x", at, as })))
      : [];
  const handlers = () => handlersOf(view, linked, (at) => pointedFurther(at, items, block));
  const at = linked && state.pointed ? furtherSteps(state.pointed, items, block)[0] : undefined;
  const shared = { marks, handlers, ...common(view, found, answers.unroll), ...failed };
  const help = unrollHelp(block);
  return (
    <div id="interventions-unroll-panel" class="grid" data-state={linked ? "ready" : found ? "stale" : undefined}>
      <Panel
        id="interventions-unroll-groups"
        text={found && !stale ? { ...help, help: `${help.help} ${found.statistics}` } : help}
        charts={charts}
        legend={unrollLegend(found, twin)}
        badge={found ? `α = ${found.scale}` : ""}
        readout={found && at !== undefined ? groupsReadout(found, at) : ""}
        height="short"
        {...shared}
      />
      <Panel
        id="interventions-unroll-metrics"
        text={UNROLL_METRICS}
        charts={metrics}
        legend={[
          { name: found ? `α = ${found.scale}` : "α", colour: CHANGED },
          ...(twin ? [{ name: "unscaled (α = 1)", colour: UNTOUCHED, dash: "longdash" as const }] : []),
        ]}
        badge={found?.gradient === "plugged" ? "gradient of the head plugged in" : ""}
        readout={found && at !== undefined ? metricsReadout(found, at) : ""}
        height="short"
        {...shared}
      />
    </div>
  );
}

function unrollLegend(found: UnrollResult | undefined, twin: UnrollResult | null): LegendEntry[] {
  const names = found ? groupsOf(found) : groupNames(null);
  return [
    ...GROUP_ORDER.map((group) => ({
      name: found ? `${names[group]} (${plural(found.groups[group].n, "image")})` : names[group],
      colour: GROUP_COLOURS[group]!,
      dash: GROUP_DASHES[group]!,
    })),
    ...(twin ? [{ name: UNSCALED, colour: UNTOUCHED, dash: "longdash" as const }] : []),
  ];
}

function groupsReadout({ groups }: UnrollResult, at: number): string {
  const { accuracy, loss, entropy, n } = groups.all;
  const text = (values: typeof loss) => signed(number(values[at]), 3);
  const right = percent(number(accuracy[at]));
  return `step ${at}, all ${n} images: ${right} · loss ${text(loss)} · entropy ${text(entropy)}`;
}

function metricsReadout(found: UnrollResult, at: number): string {
  const value = (metric: StepMetric) => signed(number(found[metric].mean[at - 1]), 3);
  return at < 1 ? "" : `step ${at}: cosine loss ${value("cosine_loss")} · ℓ2 ratio ${value("l2_ratio")}`;
}
