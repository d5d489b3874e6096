/** What every page begins with: which run and which checkpoint it shows. */

import type { ComponentChildren, JSX } from "preact";
import { save } from "../charts/export";
import type { Context } from "../context";
import { inHome } from "../copy";
import { Empty, Notice, Select } from "../parts/controls";
import { tell } from "../parts/panel";
import { type Entry, Picker } from "../parts/picker";
import { active, checkpoints, homeFolder, runs } from "../resources";
import { type Checkpoint, mayHelp, type Run } from "../sources/source";
import { chooseCheckpoint, chooseRun, set } from "../state";
import { duration, percent } from "../text";

/** A run of those that there are. */
export interface Shown {
  readonly all: readonly Run[];
  readonly run: Run;
  readonly notices: readonly string[];
}

const isShown = (found: Shown | JSX.Element): found is Shown => "all" in found;

export { isShown };

/** The run of the address, else the newest; or the page that says what is missing. */
export function shownRun(context: Context): Shown | JSX.Element {
  const { state, ask, settle } = context;
  const found = ask(runs);
  if (found.state === "waiting") return <Loading away={found.away} />;
  if (found.state === "failed") return <Failed context={context} error={found.error} />;
  const all = found.value;
  if (!all.length) return <NoRuns context={context} />;
  const run = all.find((each) => each.id === state.run);
  if (run) return { all, run, notices: [] };
  const newest = all[0]!;
  if (state.run === null) {
    const merged = state.page === "blocks" && seedGroup(newest, all).length > 1;
    settle(set({ run: newest.id, merged }));
    return { all, run: newest, notices: [] };
  }
  return { all, run: newest, notices: [`run “${state.run}” is not in this store: showing the newest run instead.`] };
}

const MERGED = ["completed", "running"]; // as the service merges them

/** A finished run and those that differ from it only in the seed, itself first. */
export function seedGroup(run: Run, all: readonly Run[]): readonly Run[] {
  const others = all.filter((other) => run.siblings.includes(other.id) && MERGED.includes(other.status));
  return run.status === "completed" ? [run, ...others] : [run];
}

const day = (text: string) => text.slice(0, 10);

/** What tells runs apart: architecture, data, seed, accuracy, date. */
export const entryOf = (run: Run): Entry => ({
  value: run.id,
  label: run.name,
  details: [
    run.architecture,
    run.dataset,
    run.seed === null ? "" : `seed ${run.seed}`,
    percent(typeof run.latest.validation_accuracy === "number" ? run.latest.validation_accuracy : null),
    day(run.created_at),
  ].filter((detail) => detail && detail !== "–"),
});

export function RunPicker({ context, shown }: { context: Context; shown: Shown }): JSX.Element {
  const choose = ([id]: readonly string[]) => {
    const next = shown.all.find((run) => run.id === id);
    if (next) context.store.do(chooseRun(next.id, next.blocks.length === shown.run.blocks.length));
  };
  return (
    <div class="control">
      <span class="control-label">run</span>
      <Picker
        label="Run"
        entries={shown.all.map(entryOf)}
        chosen={[shown.run.id]}
        most={1}
        placeholder="choose a run"
        onChoose={choose}
      />
    </div>
  );
}

/** The checkpoint of the address, else that of its epoch, else the newest. */
export interface ShownCheckpoint {
  readonly all: readonly Checkpoint[];
  readonly checkpoint: Checkpoint;
  readonly notices: readonly string[];
}

export function shownCheckpoint(context: Context, run: Run): ShownCheckpoint | JSX.Element {
  const { state, ask } = context;
  const found = ask(checkpoints(run.id, active(run)));
  if (found.state === "waiting") return <Loading away={found.away} />;
  if (found.state === "failed") return <Failed context={context} error={found.error} />;
  const all = found.value;
  if (!all.length) return <NoCheckpoint run={run} />;
  const named = all.find((each) => each.id === state.checkpoint);
  const before = state.epoch === null ? all[0]! : checkpointAt(all, state.epoch);
  const checkpoint = named ?? before ?? all[0]!;
  if (named && named.epoch !== state.epoch) context.settle(set({ epoch: named.epoch })); // other pages show the same epoch
  const missing = state.checkpoint !== null && !named;
  const early = !named && !before && checkpoint.epoch !== null; // an imported network has no epochs
  const notices = [
    missing ? `checkpoint “${state.checkpoint}” is not in this store: showing another of this run instead.` : "",
    early ? `No checkpoint is saved at or before epoch ${state.epoch}: showing ${checkpointName(checkpoint)}.` : "",
  ].filter(Boolean);
  return { all, checkpoint, notices };
}

/** The newest checkpoint at or before an epoch. */
export function checkpointAt(all: readonly Checkpoint[], epoch: number): Checkpoint | null {
  let best: Checkpoint | null = null;
  for (const each of all) {
    if (each.epoch !== null && each.epoch <= epoch && (best === null || each.epoch > best.epoch!)) best = each;
  }
  return best;
}

export const checkpointName = (checkpoint: Checkpoint): string =>
  checkpoint.epoch === null
    ? checkpoint.name
    : `epoch ${checkpoint.epoch}${checkpoint.epoch === 0 ? " (untrained)" : ""}`;

/** An epoch in words: an imported network has none of its own. */
export const epochText = (run: Run, epoch: number | null): string =>
  run.status === "imported" && !epoch ? "as imported" : String(epoch ?? "");

export const checkpointText = ({ id, sha256 }: Pick<Checkpoint, "id" | "sha256">): string =>
  sha256 ? `${id}, sha256 ${sha256.slice(0, 12)}` : id;

export function CheckpointSelect({
  context,
  shown,
  run,
}: {
  context: Context;
  shown: ShownCheckpoint;
  run: Run;
}): JSX.Element {
  const name = run.status === "imported" ? (one: Checkpoint) => one.name : checkpointName;
  return (
    <Select
      label="Checkpoint"
      value={shown.checkpoint.id}
      options={shown.all.map((one) => ({ value: one.id, label: name(one) }))}
      onChoose={(id) => context.store.do(chooseCheckpoint(id, shown.all.find((one) => one.id === id)?.epoch ?? null))}
    />
  );
}

export function StatusLine({ run }: { run: Run }): JSX.Element {
  const kinds: Record<string, string> = {
    running: "active",
    completed: "good",
    interrupted: "warn",
    failed: "bad",
    dead: "bad",
  };
  const { fraction, seconds_left: left } = run.progress ?? {};
  return (
    <div class="status-line" aria-live="polite">
      <span class={`status ${kinds[run.status] ?? "plain"}`}>{run.status}</span>
      {active(run) && typeof fraction === "number" && (
        <span>
          {Math.round(100 * fraction)} %{typeof left === "number" && `, ${duration(left)} left`}
        </span>
      )}
    </div>
  );
}

/** Everything above a page's content. */
export function Head(properties: {
  title: string;
  context: Context;
  notices: readonly string[];
  children: ComponentChildren;
}): JSX.Element {
  const { store } = properties.context;
  return (
    <>
      {store.said.map((notice) => (
        <Notice key={notice} kind="warn" onDismiss={() => store.dismiss(notice)}>
          {notice}
        </Notice>
      ))}
      {properties.notices.map((notice) => (
        <Notice key={notice} kind="warn">
          {notice}
        </Notice>
      ))}
      <div class="page-head">
        <h1 class="page-title">{properties.title}</h1>
        {properties.children}
        <SaveDocument context={properties.context} />
      </div>
    </>
  );
}

/** Saves the views with what was shown in them. */
function SaveDocument({ context }: { context: Context }): JSX.Element | null {
  const { home, state } = context;
  const write = home.document;
  if (!write) return null;
  const press = async ({ currentTarget: button }: { currentTarget: HTMLButtonElement }) => {
    button.disabled = true;
    try {
      save(`iterscope-${state.run ?? "run"}.html`, new Blob([await write(state)], { type: "text/html" }));
    } catch (error) {
      tell(button, `Not saved: ${(error as Error).message}`);
    }
    button.disabled = false;
  };
  return (
    <button
      type="button"
      class="chip save-document"
      title="One file with this page and everything that was measured on it, which works without Iterscope"
      onClick={press}
    >
      Save as HTML
    </button>
  );
}

export function Loading({ away }: { away: boolean }): JSX.Element {
  return (
    <div class="loading" role="status" aria-label="Loading">
      {away ? (
        <Empty title="Waiting for the backend">
          It may still be starting; “iterscope up” starts everything. This page tries again by itself.
        </Empty>
      ) : (
        <div class="bones" aria-hidden="true">
          <span style="height: 40px" />
          <span style="height: 150px" />
          <span style="height: 320px" />
        </div>
      )}
    </div>
  );
}

export function Failed({ context, error }: { context: Context; error: Error }): JSX.Element {
  return (
    <Notice kind="bad" {...(mayHelp(error) ? { onAgain: context.again } : {})}>
      {error.message}
    </Notice>
  );
}

function NoRuns({ context }: { context: Context }): JSX.Element {
  const { href } = context.home;
  const [train, imported] = [href("/runs?new=demo"), href("/import")];
  return (
    <Empty
      title="No runs yet"
      actions={
        train !== null &&
        imported !== null && (
          <>
            <a class="button-link" href={train}>
              Start a run
            </a>
            <code>{inHome("iterscope train --recipe demo", context.ask(homeFolder).value)}</code>
            <a class="button-link light" href={imported}>
              Import a trained network
            </a>
          </>
        )
      }
    >
      This store contains no runs. The demo trains a ResNet-56 on handwritten digits in about a minute and a half on two
      CPU cores. Its curves appear here during training.
    </Empty>
  );
}

function NoCheckpoint({ run }: { run: Run }): JSX.Element {
  return (
    <Empty title="No checkpoint yet">
      {active(run)
        ? `“${run.name}” has not saved a checkpoint yet. The first one is saved when training starts.`
        : "This run saved no checkpoint, so nothing can be measured on it. Choose another run, or train a new one."}
    </Empty>
  );
}
