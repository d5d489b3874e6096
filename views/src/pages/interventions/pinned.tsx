/** Pinned images: what both networks predict for a few images while the plan changes. */

import type { JSX } from "preact";
import { Chip, Icon } from "../../parts/controls";
import { Link } from "../../parts/link";
import { Picture } from "../../parts/picture";
import { togglePin, unpinAll } from "../../pins";
import { imagePath, probe } from "../../resources";
import type { Schemas } from "../../sources/source";
import { number, percent, visible } from "../../text";
import { Failed } from "../runs";
import { forExamples, REST, type View } from "./data";

type Predictions = Schemas["PredictionsResult"];
type Side = Predictions["plans"][number];
/** The last answer, and the plan that it compares with. */
interface Last {
  readonly value?: Predictions;
  readonly against: string | null;
}

/** How to pin images; there where none are pinned, so that the panel takes no room. */
export function PinnedHint({ view }: { view: View }): JSX.Element | null {
  if (view.pins.shown.length || view.pins.unchecked.length) return null;
  return (
    <p class="hint">
      No images are pinned. Pin images on the{" "}
      <Link home={view.context.home} to={forExamples(view)}>
        Examples page
      </Link>{" "}
      to see here how the plan changes their predictions.
    </p>
  );
}

export function Pinned({ view }: { view: View }): JSX.Element | null {
  const { context, checkpoint, split, definite, against } = view;
  const { store, state, ask, memory } = context;
  const { key, shown, unchecked } = view.pins;
  const pins = [...shown, ...unchecked];
  if (!pins.length) return null;
  const request = { checkpoint: checkpoint.id, split, indices: [...pins], plans: [against, definite] };
  const answer = state.stopped || definite === null || !shown.length ? null : ask(probe("predictions", request, REST));
  const last = memory.keep("last predictions", [checkpoint.id, split], (): Last => ({ against: null }));
  if (answer?.state === "done") Object.assign(last, { value: answer.value, against });
  return (
    <section
      id="interventions-pinned"
      class="panel pinned-panel"
      data-stale={answer?.state === "done" ? undefined : ""}
    >
      <div class="panel-head">
        <h2 class="panel-title">Pinned images</h2>
        <span class="panel-count">prediction and probability of the label</span>
        <div class="pinned-tools">
          <Chip onPress={() => store.do(unpinAll(key))}>Unpin all</Chip>
        </div>
      </div>
      {answer?.state === "failed" && <Failed context={context} error={answer.error} />}
      <div id="pinned-body" class="pinned-body" aria-live="polite">
        {pins.map((index) => (
          <Card
            key={index}
            view={view}
            index={index}
            checked={shown.length > 0}
            last={last}
            unpin={() => store.do(togglePin(index, key))}
          />
        ))}
      </div>
    </section>
  );
}

interface CardProps {
  readonly view: View;
  readonly index: number;
  readonly checked: boolean;
  readonly last: Last;
  readonly unpin: () => void;
}

function Card({ view, index, checked, last, unpin }: CardProps): JSX.Element {
  const { value: found, against } = last;
  const { context, checkpoint, split } = view;
  const { home } = context;
  const at = found?.indices.indexOf(index) ?? -1;
  const [before, after] = [found?.plans[0], found?.plans.at(-1)];
  const label = found?.labels[at];
  const known = label !== undefined && before && after;
  const name = (which: number) => visible(found?.class_names[which] ?? String(which));
  const kind =
    !known || before.prediction[at] === after.prediction[at]
      ? "same"
      : after.prediction[at] === label
        ? "better"
        : "worse";
  const words = label === undefined ? `Image ${index}` : `Image ${index}, labelled ${name(label)}`;
  const side = (word: string, plan: Side, as: string) => (
    <SideLine word={word} plan={plan} at={at} label={label!} name={name} kind={as} />
  );
  return (
    <div class={`pinned-card ${kind}`}>
      <Link home={home} to={{ ...forExamples(view), index, group: "all" }} title={`Image ${index}: open in Examples`}>
        {checked ? (
          <Picture source={home.source} path={imagePath(checkpoint, split, index)} size={56} alt={words} />
        ) : (
          <span class="no-picture" style="width: 56px; height: 56px" />
        )}
      </Link>
      <div class="pinned-sides">
        <div class="pinned-name">
          <b>{label === undefined ? "" : name(label)}</b>
          <span class="control-label">image {index}</span>
        </div>
        {known && side(against === null ? "untouched" : "pinned", before, "before")}
        {known && side("plan", after, kind)}
      </div>
      <button type="button" class="unpin" title="Unpin" aria-label={`Unpin image ${index}`} onClick={unpin}>
        <Icon name="close" size={10} />
      </button>
    </div>
  );
}

/** One network's prediction, and its probability of the label. */
function SideLine(properties: {
  word: string;
  plan: Side;
  at: number;
  label: number;
  name: (which: number) => string;
  kind: string;
}): JSX.Element {
  const { word, plan, at, label, name, kind } = properties;
  const prediction = plan.prediction[at] ?? -1;
  const probability = number(plan.label_probability[at]); // NaN: the output was not finite
  const right = prediction === label;
  return (
    <div class="pinned-side">
      <span class="pinned-word">{word}</span>
      <span class={`pinned-said ${right ? "better" : "worse"}`}>
        {prediction < 0 ? "not finite" : name(prediction)}{" "}
        <span role="img" aria-label={right ? "right" : "wrong"}>
          {right ? "✓" : "✗"}
        </span>
      </span>
      <span class={`pinned-bar ${kind}`}>
        <span style={`width: ${Number.isFinite(probability) ? (100 * probability).toFixed(1) : 0}%`} />
      </span>
      <span class="pinned-share">{percent(probability)}</span>
    </div>
  );
}
