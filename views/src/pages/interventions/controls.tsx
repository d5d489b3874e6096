/** Around the strip: predefined plans, colours and their legend, the plan as text, and what it is compared with. */

import type { JSX } from "preact";
import { Chip, Fold, HelpFold, Segmented, Select } from "../../parts/controls";
import { write } from "../../plan";
import { type Colour, chooseSplit, type SplitChoice, set } from "../../state";
import { count, signed } from "../../text";
import { isFresh, measuredOf, type View } from "./data";
import { PRESETS, type Preset, presetSteps, replan } from "./edits";
import { limitsOf, rampOf, valuesOf } from "./network";
import { PlanText } from "./plantext";
import { KEYS, PLAN_NOTATION, STRIP } from "./texts";
import { lastFive } from "./words";

const COLOUR_NAMES: Readonly<Record<Colour, string>> = { cosine: "Cosine loss", ratio: "ℓ2 ratio", drop: "Drop" };
const DIGITS: Readonly<Record<Colour, number>> = { cosine: 3, ratio: 3, drop: 1 };

/** Which images are measured, and how many they are. */
export function Images({ view }: { view: View }): JSX.Element {
  const { context, split, last } = view;
  const n = last.plan?.split === split ? last.plan.samples : undefined; // another plan's images are the same
  return (
    <>
      <Select<SplitChoice>
        label="Images"
        value={split}
        options={[
          { value: "validation", label: "validation" },
          { value: "train", label: "train" },
        ]}
        onChoose={(value) => context.store.do(chooseSplit(value))}
      />
      <span id="interventions-samples" class="control-label samples">
        {n === undefined ? "" : `${count(n)} images`}
      </span>
    </>
  );
}

export function StripHead({ view }: { view: View }): JSX.Element {
  const { context, blocks } = view;
  const { store, state } = context;
  return (
    <div class="strip-head">
      <h2 class="panel-title">The network</h2>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons, no fieldset */}
      <div class="chips" role="group" aria-label="Undo and redo">
        <Chip title="Ctrl Z" disabled={!store.canUndo} onPress={store.undo}>
          Undo
        </Chip>
        <Chip title="Ctrl Shift Z" disabled={!store.canRedo} onPress={store.redo}>
          Redo
        </Chip>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a group of buttons, no fieldset */}
      <div class="chips" role="group" aria-label="Predefined plans">
        {(Object.keys(PRESETS) as Preset[]).map((name) => (
          <Chip key={name} onPress={() => store.do(replan(blocks, presetSteps(name, blocks)))}>
            {PRESETS[name]}
          </Chip>
        ))}
      </div>
      <div class="strip-colour">
        <Legend view={view} />
        <Segmented
          label="Colour of the blocks"
          value={state.colour}
          options={(Object.keys(COLOUR_NAMES) as Colour[]).map((value) => ({ value, label: COLOUR_NAMES[value] }))}
          onChoose={(colour) => store.do(set({ colour, stopped: false }))}
        />
        <Fold sign="?" label="How the network is drawn, and keys" kind="help">
          <p>{STRIP.help}</p>
          <code class="formula">{STRIP.formula}</code>
          <dl class="key-list">
            {KEYS.map(([keys, what]) => (
              <div key={keys}>
                <dt>{keys}</dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
        </Fold>
      </div>
    </div>
  );
}

function Legend({ view }: { view: View }): JSX.Element {
  const { state, look } = view.context;
  const { colour } = state;
  const limits = limitsOf(valuesOf(measuredOf(view), colour), colour);
  const end = (value: number | undefined) => (value === undefined ? "…" : signed(value, DIGITS[colour]));
  return (
    <div id="interventions-legend" class="strip-legend" data-stale={isFresh(view, colour) ? undefined : ""}>
      <span>{end(limits?.[0])}</span>
      <span class="legend-ramp" style={`background: linear-gradient(to right, ${rampOf(colour, look).join()})`} />
      <span>
        {limits && colour === "ratio" ? "≥ " : ""}
        {end(limits?.[1])}
        {colour === "drop" ? " points" : ""}
      </span>
    </div>
  );
}

export function PlanLine({ view }: { view: View }): JSX.Element {
  const { context, blocks, steps } = view;
  return (
    <div class="plan-line">
      <span class="control-label">plan</span>
      <PlanText text={write(steps)} blocks={blocks} store={context.store} />
      <HelpFold text={PLAN_NOTATION} paper={context.home.paper} />
    </div>
  );
}

/** What the plan is compared with, and where borderline images are determined. */
export function Comparison({ view }: { view: View }): JSX.Element {
  const { context, blocks, definite, against } = view;
  const { state, store } = context;
  const whole = write(presetSteps("untouched", blocks));
  const same = definite === null || definite === (against ?? whole);
  return (
    <div class="comparison-line">
      <div class="against-line">
        <span class="control-label">compared with</span>
        <code id="interventions-against" class="against">
          {against ?? "the untouched network"}
        </code>
        {state.against !== null && <Chip onPress={() => store.do(set({ against: null, stopped: false }))}>Unpin</Chip>}
        <Chip
          disabled={same}
          onPress={() => store.do(set({ against: definite === whole ? null : definite, stopped: false }))}
        >
          Pin this plan
        </Chip>
      </div>
      <Select
        label="borderline at"
        value={state.borderlineAt}
        options={[
          { value: "last5", label: `block ${lastFive(blocks)}, first of the last 5 within the last stage` },
          { value: "output", label: "the output" },
        ]}
        onChoose={(borderlineAt) => store.do(set({ borderlineAt, stopped: false }))}
      />
    </div>
  );
}
