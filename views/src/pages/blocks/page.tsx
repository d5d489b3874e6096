/** The Blocks page: the metrics of every block at every epoch. */

import type { JSX } from "preact";
import { carried } from "../../address";
import type { Context } from "../../context";
import type { Curves } from "../../curves";
import type { Drawn } from "../../element";
import { Empty, type Help, Select } from "../../parts/controls";
import { Link } from "../../parts/link";
import { active } from "../../resources";
import type { Run } from "../../sources/source";
import { type State, set } from "../../state";
import { Failed, Head, isShown, Loading, RunPicker, type Shown, StatusLine, shownRun } from "../runs";
import { ByBlock } from "./by_block";
import { Compare, METRIC_OPTIONS, Said, Scrubber, Seeds } from "./controls";
import { asked, curvesOf, lineOf, shownEpoch } from "./data";
import { blocksKey, tick } from "./keys";
import { OneEpoch, OverEpochs, Scalars } from "./over_epochs";
import type { View } from "./view";
import { BY, COSINE, DROP, forSeeds, forUpdate, RATIO } from "./words";

export function blocksPage(context: Context): Drawn {
  const shown = shownRun(context);
  if (!isShown(shown)) return { content: shown };
  const { state } = context;
  const { run, all } = shown;
  const found = curvesOf(context, run, all);
  const others = state.others.flatMap((id) => {
    const other = all.find((each) => each.id === id);
    return other ? [{ other, answer: curvesOf(context, other, all) }] : [];
  });
  const failures = others.flatMap(({ other, answer }) =>
    answer.state === "failed" ? [`${other.name} is not shown: ${answer.error.message}`] : [],
  );
  const head = (
    <Head
      title="Blocks"
      context={context}
      notices={[...shown.notices, ...(found.value ? misfits(state, found.value, all) : []), ...failures]}
    >
      <RunPicker context={context} shown={shown} />
      <Compare context={context} shown={shown} />
      <Seeds context={context} shown={shown} />
      <StatusLine run={run} />
    </Head>
  );
  if (found.state === "waiting") return page(head, <Loading away={found.away} />);
  if (found.state === "failed") return page(head, <Failed context={context} error={found.error} />);
  const curves = found.value;
  if (!curves.epochs.length) return page(head, <NoEpochs context={context} run={run} />);
  const epoch = shownEpoch(state, curves);
  const lines = [lineOf(context, run, curves, epoch)];
  for (const { other, answer } of others) {
    if (answer.state === "done") lines.push(lineOf(context, other, answer.value, epoch));
  }
  const view: View = { context, shown, lines, reference: referenceOf(context, shown), epoch };
  return {
    ...page(
      head,
      <>
        <Said view={view} />
        <Scrubber view={view} />
        <Panels view={view} />
      </>,
    ),
    keys: (key) => blocksKey(key, state, curves),
    tick: tick(state, curves),
  };
}

/** What the address asks for that these runs don't have. */
function misfits(state: State, { first, last, blocks, epochs }: Curves, all: readonly Run[]): string[] {
  const known = new Set(all.map((run) => run.id));
  const end = blocks.length - 1;
  const { epoch, block, others, reference } = state;
  const strangers = others.filter((id) => !known.has(id));
  return [
    epoch !== null && epochs.length > 0 && (epoch < first || epoch > last)
      ? `epoch “${epoch}” is not logged: showing epoch ${epoch < first ? first : last}.`
      : "",
    [block ?? 0, ...state.chosen].some((each) => each > end)
      ? `This network’s blocks are 0 to ${end}: others can’t be marked.`
      : "",
    strangers.length ? `with “${strangers.join(",")}” is not in this store: it is left out.` : "",
    reference && !known.has(reference.run) ? `pin “${reference.run}” is not in this store: nothing is pinned.` : "",
  ].filter(Boolean);
}

const page = (head: JSX.Element, content: JSX.Element): Drawn => ({
  content: (
    <div class="page blocks-page">
      {head}
      {content}
    </div>
  ),
});

function referenceOf(context: Context, shown: Shown): View["reference"] {
  const { reference } = context.state;
  const run = reference && shown.all.find((each) => each.id === reference.run);
  const found = run && curvesOf(context, run, shown.all);
  if (!reference || !run || found?.state !== "done") return null;
  const line = lineOf(context, run, found.value, reference.epoch);
  return {
    line,
    epoch: reference.epoch,
    name: run.status === "imported" ? run.name : `epoch ${reference.epoch} of ${run.name}`,
  };
}

function Panels({ view }: { view: View }): JSX.Element {
  const { lines, context } = view;
  const { state } = context;
  const first = lines[0]!;
  const single = first.curves.epochs.length === 1;
  const help = (metric: string, text: Help): Help => {
    const { title, axis } = first.curves.metric(asked(state, metric));
    return state.effective ? forUpdate(text, title, axis) : forSeeds(text, first.curves.seeds);
  };
  const by = (
    <ByBlock
      view={view}
      id="blocks-exit"
      metric={asked(state, state.by)}
      text={BY}
      height="short"
      controls={
        <Select
          label="Metric by block"
          hidden
          value={state.by}
          options={METRIC_OPTIONS}
          onChoose={(metric) => context.store.do(set({ by: metric }))}
        />
      }
    />
  );
  return (
    <>
      <div class="grid three">
        <ByBlock
          view={view}
          id="blocks-cosine"
          metric={asked(state, "cosine_loss")}
          text={help("cosine_loss", COSINE)}
        />
        <ByBlock view={view} id="blocks-ratio" metric={asked(state, "l2_ratio")} text={help("l2_ratio", RATIO)} />
        <ByBlock view={view} id="blocks-drop" metric="drop_accuracy" text={DROP} />
      </div>
      {single ? (
        <div class="grid two">
          {by}
          <OneEpoch view={view} />
        </div>
      ) : (
        <>
          <div class="grid two">
            <OverEpochs view={view} />
          </div>
          <div class="grid three">
            {by}
            <Scalars view={view} id="blocks-gradient" />
            <Scalars view={view} id="blocks-training" />
          </div>
        </>
      )}
      <p class="hint keys">
        Keys: ← → change the epoch, ↑ ↓ mark a block, Space plays, Esc clears the selection. In the strip and in a
        chart, ← → move along it. Shift-click chooses several blocks.
      </p>
    </>
  );
}

function NoEpochs({ context, run }: { context: Context; run: Run }): JSX.Element {
  const { home, state } = context;
  if (run.status === "imported") {
    return (
      <Empty
        title={`“${run.name}” has no curves`}
        actions={
          <>
            <Link home={home} to={carried(state, "interventions")} class="button-link">
              Open in Interventions
            </Link>
            <Link home={home} to={carried(state, "examples")} class="button-link light">
              Open in Examples
            </Link>
          </>
        }
      >
        It was imported as a checkpoint, which holds the network but not the curves of its training. The network can be
        measured.
      </Empty>
    );
  }
  const sentences: Record<string, string> = {
    queued: "It is waiting for a trainer. If nothing happens, start one: python -m iterscope_trainer watch",
    running: "The first curves appear in a few seconds, once the untrained network has been measured.",
    failed: `It failed before its first epoch: ${run.error ?? "no reason was recorded"}.`,
  };
  return (
    <Empty title={`“${run.name}” has no epochs yet`}>
      {sentences[run.status] ?? `Its status is “${run.status}”, and it logged no epochs. Choose another run.`}
      {active(run) ? " This page updates by itself." : ""}
    </Empty>
  );
}
