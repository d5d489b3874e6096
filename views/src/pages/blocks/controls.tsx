/** What is above the panels of the Blocks page: words first, then the strip and the epochs. */

import type { JSX } from "preact";
import type { Context } from "../../context";
import { Chip, Fold, Icon, type Option, Segmented, Select, Switch } from "../../parts/controls";
import { Picker } from "../../parts/picker";
import { Key, Strip } from "../../parts/strip";
import { hover, METRICS, type Metric, MOST_RUNS, measuredSplit, press, type SplitChoice, set } from "../../state";
import { signed } from "../../text";
import { entryOf, type Shown, seedGroup } from "../runs";
import { limitsOf } from "./charts";
import { asked, lineName, overEpochs, rowOf, shownSplit } from "./data";
import { play } from "./keys";
import type { View } from "./view";
import { CONVENTIONS, dropSentence, effectiveSentence, lateCost, VERDICTS } from "./words";

const NAMES: Readonly<Record<Metric, string>> = {
  cosine_loss: "cosine loss",
  l2_ratio: "ℓ2 ratio",
  early_exit_accuracy: "accuracy after block",
  activation_norm: "activation norm",
  cosine_loss_plugged: "cosine loss, head plugged in",
  drop_damage: "damage when dropped",
};
export const METRIC_OPTIONS: readonly Option<Metric>[] = METRICS.map((value) => ({ value, label: NAMES[value] }));

export function Compare({ context, shown }: { context: Context; shown: Shown }): JSX.Element {
  const { state, store } = context;
  const covered = new Set((state.merged ? seedGroup(shown.run, shown.all) : [shown.run]).map((run) => run.id));
  const entries = shown.all.flatMap((run) => {
    if (covered.has(run.id)) return [];
    const group = state.merged ? seedGroup(run, shown.all) : [run];
    for (const each of group) if (!state.others.includes(each.id) || each === run) covered.add(each.id);
    return [{ ...entryOf(run), label: lineName(run, group.length) }];
  });
  return (
    <div class="control">
      <span class="control-label">compare with</span>
      <Picker
        label="Compare with"
        entries={entries}
        chosen={state.others}
        most={MOST_RUNS - 1}
        placeholder="other runs"
        onChoose={(others) => store.do(set({ others, split: null }))}
      />
    </div>
  );
}

export function Seeds({ context, shown }: { context: Context; shown: Shown }): JSX.Element | null {
  const group = seedGroup(shown.run, shown.all);
  if (group.length < 2) return null;
  return (
    <Segmented
      label="Seeds"
      value={context.state.merged ? "merged" : "this"}
      options={[
        { value: "merged", label: `Mean of ${group.length} seeds` },
        { value: "this", label: "This run only" },
      ]}
      onChoose={(value) => context.store.do(set({ merged: value === "merged" }))}
    />
  );
}

/** The claim of the epoch in words, and three large numbers behind it. */
export function Said({ view }: { view: View }): JSX.Element {
  const { lines, epoch, context } = view;
  const line = lines[0]!;
  const claim = line.curves.claim(epoch);
  const drop = line.drop.answer?.value;
  const third = Math.max(1, Math.floor(line.curves.blocks.length / 3));
  const late = third > 1 ? `last ${third} blocks` : "last block";
  const { state } = context;
  const { seed } = line.run;
  const of = line.curves.seeds > 1 ? ` in this run${seed === null ? "" : ` (seed ${seed})`}` : "";
  const effective = state.effective ? effectiveMeans(view, third) : null;
  const [cosine, ratio] = state.effective ? (effective ?? []) : [claim?.cosine, claim?.ratio];
  const waiting = line.drop.answer?.state === "waiting";
  return (
    <div class="said">
      <div class="words">
        <p>
          {claim && !state.effective && <span class={`verdict ${claim.verdict}`}>{VERDICTS[claim.verdict]}</span>}
          {state.effective ? effective && effectiveSentence(effective, late, of) : claim?.sentence}
        </p>
        <p class="dropping">{drop && dropSentence(drop, of)}</p>
      </div>
      <dl class="large">
        <Large
          name={`cosine loss, ${late}`}
          value={signed(cosine)}
          title={state.effective ? "cos(hᵢ₊₁ − hᵢ, ∂L/∂hᵢ)" : "cos(Fᵢ(hᵢ), ∂L/∂hᵢ)"}
        />
        <Large
          name={`ℓ2 ratio, ${late}`}
          value={signed(ratio)}
          title={state.effective ? "‖hᵢ₊₁ − hᵢ‖ / ‖hᵢ‖" : "‖Fᵢ(hᵢ)‖ / ‖hᵢ‖"}
        />
        <Large
          name={`dropping any of them costs at most${of && ", this run"}`}
          value={drop ? `${signed(lateCost(drop), 1)} pt` : waiting ? "…" : "–"}
          title="Fᵢ := 0, hᵢ₊₁ = shortcut(hᵢ)"
        />
      </dl>
    </div>
  );
}

/** Mean cosine loss and step length of the last blocks' effective updates, once they are measured. */
function effectiveMeans({ lines, epoch, context }: View, third: number): [number, number] | null {
  const [cosine, ratio] = ["cosine_loss_effective", "l2_ratio_effective"].map((metric) => {
    const row = rowOf(lines[0]!, metric, measuredSplit(context.state), epoch)?.mean;
    const values = row ? [...row.slice(-third)].filter(Number.isFinite) : [];
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  return Number.isFinite(cosine) ? [cosine!, ratio!] : null;
}

function Large({ name, value, title }: { name: string; value: string; title: string }): JSX.Element {
  return (
    <div title={title}>
      <dd>{value}</dd>
      <dt>{name}</dt>
    </div>
  );
}

const SPLIT_OPTIONS: readonly Option<SplitChoice>[] = [
  { value: "both", label: "Both" },
  { value: "train", label: "Train" },
  { value: "validation", label: "Validation" },
];

/** The network as a strip, and the slider of the epochs under it. */
export function Scrubber({ view }: { view: View }): JSX.Element {
  const { lines, epoch, context, reference } = view;
  const { state, store, look } = context;
  const line = lines[0]!;
  const { curves } = line;
  const metric = asked(state, state.metric);
  const split = metric.startsWith("drop") ? "validation" : measuredSplit(state);
  const shown = curves.metric(metric);
  const row = rowOf(line, metric, split, epoch);
  const values = row?.mean.map((value) => value * shown.unit);
  const over = row ? { rows: [row.mean] } : overEpochs(context, line, state.metric);
  const limits = limitsOf(curves, over, metric, split);
  const single = curves.epochs.length === 1;
  const pinned = state.reference;
  return (
    <section class="panel scrubber" aria-label="Network and epoch">
      <div class="net-row">
        <Select
          label="Metric of the strip and over epochs"
          hidden
          value={state.metric}
          options={METRIC_OPTIONS}
          onChoose={(value) => store.do(set({ metric: value }))}
        />
        <Key limits={limits} diverging={shown.diverging} look={look} />
        <Convention view={view} />
        <Segmented
          label="Dragging in a chart"
          value={state.brushing ? "select" : "zoom"}
          options={[
            { value: "zoom", label: "Drag zooms" },
            { value: "select", label: "selects blocks" },
          ]}
          onChoose={(value) => store.do(set({ brushing: value === "select" }))}
        />
        {(state.zoom || state.epochZoom) && (
          <Chip onPress={() => store.do(set({ zoom: null, epochZoom: null }))}>Reset zoom</Chip>
        )}
      </div>
      <Strip
        blocks={curves.blocks}
        values={values}
        limits={limits}
        diverging={shown.diverging}
        look={look}
        marked={state.block}
        hovered={state.hover}
        chosen={state.chosen}
        onPoint={(block) => store.do(hover(block))}
        onPress={(block, more) => store.do(press(block, more))}
        onMove={(block, more) =>
          store.do((now) => ({
            ...now,
            block,
            chosen: more ? [...new Set([...now.chosen, now.block ?? block, block])].sort((a, b) => a - b) : now.chosen,
          }))
        }
      />
      <div class="scrub-row">
        {!single && (
          <>
            <button
              type="button"
              class="play"
              aria-label={state.playing ? "Pause" : "Play through the epochs"}
              onClick={() => store.do(play(curves))}
            >
              <Icon name={state.playing ? "pause" : "play"} />
            </button>
            <input
              type="range"
              class="slider"
              aria-label="Epoch"
              min={curves.first}
              max={curves.last}
              step="1"
              value={epoch}
              onInput={(event) => {
                const value = Number(event.currentTarget.value);
                store.do(set({ epoch: value === curves.last ? null : value, playing: false }));
              }}
            />
          </>
        )}
        <output class="epoch">
          {curves.header.imported ? (
            <span class="control-label">as imported</span>
          ) : (
            <>
              <span class="control-label">epoch</span> <strong>{epoch}</strong>
            </>
          )}
        </output>
        <Chip
          onPress={() =>
            store.do(set(pinned ? { reference: null, difference: false } : { reference: { run: line.run.id, epoch } }))
          }
          pressed={pinned !== null}
          title="Keep this run and epoch as a grey reference curve"
        >
          {pinned ? `Pinned: ${reference?.name ?? "…"}` : "Pin"}
        </Chip>
        <Switch
          label="difference"
          on={state.difference && pinned !== null}
          disabled={!pinned}
          onSwitch={(difference) => store.do(set({ difference }))}
        />
        <Segmented
          label="Split"
          value={shownSplit(state)}
          options={SPLIT_OPTIONS}
          onChoose={(value) => store.do(set({ split: value }))}
        />
      </div>
    </section>
  );
}

/** The block convention with its formula, and which update is measured. */
export function Convention({ view }: { view: View }): JSX.Element | null {
  const { lines, context } = view;
  const line = lines[0]!;
  const ours = line.run.origin === "trainer" || line.run.origin === "api" ? "pre-activation" : null;
  const stored = line.run.configuration.convention;
  const measured = line.drop.answer?.value?.provenance.convention;
  const convention = ours ?? (typeof stored === "string" ? stored : null) ?? measured ?? null;
  const text = convention && CONVENTIONS[convention];
  if (!text) return null;
  return (
    <div class="convention">
      <Fold
        sign={<span class="convention-name">{convention}</span>}
        label="Block convention of this network"
        kind="help"
      >
        <p>{text[0]}</p>
        <code class="formula">{text[1]}</code>
      </Fold>
      {(convention === "post-activation" || context.state.effective) && (
        <Segmented
          label="Update that is measured"
          value={context.state.effective ? "effective" : "branch"}
          options={[
            { value: "branch", label: "branch F" },
            { value: "effective", label: "effective update" },
          ]}
          onChoose={(value) => context.store.do(set({ effective: value === "effective" }))}
        />
      )}
    </div>
  );
}
