/** The Interventions page: the network as a strip that is edited, and what the edited network does. */

import type { Context } from "../../context";
import type { Drawn } from "../../element";
import { CheckpointSelect, Head, isShown, RunPicker, shownCheckpoint, shownRun } from "../runs";
import { Comparison, Images, PlanLine, StripHead } from "./controls";
import { isFresh, isStale, measuredOf, type View, viewOf } from "./data";
import { planText, release } from "./edits";
import { Inspector } from "./inspector";
import { fillsOf, sizesOf } from "./network";
import { Changed, Outcome } from "./outcome";
import { Along, Groups, StepByStep } from "./panels";
import { Pinned, PinnedHint } from "./pinned";
import { Said, Status } from "./said";
import { Strip } from "./strip";

export function interventionsPage(context: Context): Drawn {
  const shown = shownRun(context);
  if (!isShown(shown)) return { content: shown };
  const checkpoint = shownCheckpoint(context, shown.run);
  if (!("all" in checkpoint)) return { content: checkpoint };
  const view = viewOf(context, shown.run, checkpoint.checkpoint);
  tidy(view);
  return {
    content: (
      <div class="page interventions-page">
        <Head
          title="Interventions"
          context={context}
          notices={[...shown.notices, ...checkpoint.notices, ...view.notices]}
        >
          <RunPicker context={context} shown={shown} />
          <CheckpointSelect context={context} shown={checkpoint} run={shown.run} />
          <Images view={view} />
        </Head>
        <section class="panel strip-panel" aria-label="The network and its plan">
          <StripHead view={view} />
          <Drawing view={view} />
          <Status view={view} />
          <Said view={view} />
          <Inspector view={view} />
          <PlanLine view={view} />
          <Comparison view={view} />
        </section>
        <Pinned view={view} />
        <Results view={view} />
        <PinnedHint view={view} />
      </div>
    ),
    keys: (key) => (key === "Escape" ? release : null),
    undoes: true,
  };
}

/** Links of earlier versions are written as the plan that they mean. */
function tidy({ context, blocks, steps, unread }: View): void {
  const { plan } = context.state;
  if (plan === null || unread !== null) return;
  const text = planText(steps, blocks.length);
  if (text !== plan) context.settle((state) => (state.plan === plan ? { ...state, plan: text } : state));
}

function Drawing({ view }: { view: View }) {
  const { context, blocks, network, items, last, focus } = view;
  const { state, store, look, memory } = context;
  const shapes = last.metrics?.shapes ?? null;
  const { metrics, drop } = measuredOf(view);
  const { colour } = state;
  return (
    <Strip
      store={store}
      state={state}
      network={network}
      items={items}
      shapes={shapes}
      sizes={memory.keep("sizes", [blocks, shapes], () => sizesOf(blocks, shapes))}
      fills={memory.keep("fills", [metrics, drop, colour, look], () => fillsOf({ metrics, drop }, colour, look))}
      focus={focus?.key ?? null}
      stale={!isFresh(view, colour)}
    />
  );
}

function Results({ view }: { view: View }) {
  const { plan } = view.answers;
  const ready = plan?.state === "done" ? "ready" : isStale(plan) ? null : "growing";
  return (
    <div id="interventions-results" data-state={ready ?? (view.last.plan ? "stale" : undefined)}>
      <div class="grid outcome-grid">
        <Outcome view={view} />
        <Groups view={view} />
      </div>
      <div class="grid two">
        <Along view={view} id="interventions-cosine" metric="cosine_loss" />
        <Along view={view} id="interventions-ratio" metric="l2_ratio" />
      </div>
      <StepByStep view={view} />
      <Changed view={view} />
    </div>
  );
}
