/** The Blocks page: the metrics of every block at every epoch. */

import type { JSX } from "preact";
import { carried } from "../../address";
import type { Context } from "../../context";
import { inHome } from "../../copy";
import type { Curves } from "../../curves";
import type { Drawn } from "../../element";
import { Empty, type Help, Select } from "../../parts/controls";
import { Link } from "../../parts/link";
import { active, homeFolder } from "../../resources";
import type { Run } from "../../sources/source";
import { type State, set } from "../../state";
import { Failed, Head, isShown, Loading, RunPicker, StatusLine, shownRun } from "../runs";
import { ByBlock } from "./by_block";
import { Compare, METRIC_OPTIONS, Said, Scrubber, Seeds } from "./controls";
import { asked, curvesOf, lineOf, loggedAt, shownEpoch } from "./data";
import { blocksKey, tick } from "./keys";
import { OneEpoch, OverEpochs, Scalars } from "./over_epochs";
import type { Reference, View } from "./view";
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
  if (state.others.includes(run.id)) context.settle(set({ others: state.others.filter((id) => id !== run.id) }));
  const pin = all.find((each) => each.id === state.reference?.run);
  const pinned = pin ? [{ other: pin, answer: curvesOf(context, pin, all) }] : [];
  const failures = [...others, ...pinned].flatMap(({ other, answer }) =>
    answer.state === "failed" ? [`${other.name} is not shown: ${answer.error.message}`] : [],
  );
  const head = (
    <Head
      title="Blocks"
      context={context}
      notices={[
        ...shown.notices,
        ...(found.value ? misfits(state, found.value, all, pinned[0]?.answer.value) : []),
        ...failures,
      ]}
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
  const [reference = null] = pinned.map(({ other, answer }) =>
    answer.state === "done" ? referenceOf(context, other, answer.value) : null,
  );
  const pinning = pinned[0]?.answer.state === "waiting";
  const view: View = { context, shown, lines, reference, pinning, epoch };
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
function misfits(state: State, found: Curves, all: readonly Run[], pinned: Curves | undefined): string[] {
  const known = new Set(all.map((run) => run.id));
  const end = found.blocks.length - 1;
  const { epoch, block, others, reference } = state;
  const strangers = others.filter((id) => !known.has(id));
  return [
    unlogged("epoch", epoch, found),
    pinned && reference ? unlogged("pinned epoch", reference.epoch, pinned) : "",
    [block ?? 0, ...state.chosen].some((each) => each > end)
      ? `This network’s blocks are 0 to ${end}: others can’t be marked.`
      : "",
    strangers.length ? `with “${strangers.join(",")}” is not in this store: it is left out.` : "",
    reference && !known.has(reference.run) ? `pin “${reference.run}” is not in this store: nothing is pinned.` : "",
  ].filter(Boolean);
}

function unlogged(what: string, epoch: number | null, found: Curves): string {
  const shown = shownEpoch({ epoch }, found);
  const missing = epoch !== null && found.epochs.length > 0 && epoch !== shown;
  return missing ? `${what} “${epoch}” is not logged: showing epoch ${shown}.` : "";
}

const page = (head: JSX.Element, content: JSX.Element): Drawn => ({
  content: (
    <div class="page blocks-page">
      {head}
      {content}
    </div>
  ),
});

function referenceOf(context: Context, run: Run, found: Curves): Reference {
  const epoch = shownEpoch(context.state.reference!, found);
  const line = lineOf(context, run, found, epoch);
  return {
    line,
    epoch,
    name: run.status === "imported" ? run.name : `epoch ${loggedAt(found, epoch)} of ${line.name}`,
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
  const { ask, home, state } = context;
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
    queued: `It is waiting for a trainer. If nothing happens, start one: ${inHome("python -m iterscope_trainer watch", ask(homeFolder).value)}`,
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
