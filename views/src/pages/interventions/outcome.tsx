/** The results as a table by group, and the images whose prediction changed. */

import type { JSX } from "preact";
import { Link } from "../../parts/link";
import { Picture } from "../../parts/picture";
import { imagePath } from "../../resources";
import { count, number, percent, signed, visible } from "../../text";
import { GROUP_ORDER, type PlanResult } from "./charts";
import { forExamples, isGrowing, isStale, type View } from "./data";
import { waitingText } from "./panels";
import { Delta } from "./said";
import { groupsOf, isPinned } from "./words";

const SHOWN = 24; // images

const MEASURES = [
  ["accuracy", 100, 1, 1],
  ["loss", 1, 3, -1],
  ["entropy", 1, 3, 0], // a lower one is better only where the prediction is right
] as const;

export function Outcome({ view }: { view: View }): JSX.Element {
  const { last, answers } = view;
  const stale = isStale(answers.plan);
  const growing = isGrowing(answers.plan) ? "" : undefined;
  return (
    <section
      id="interventions-outcome"
      class="panel outcome"
      data-stale={stale && last.plan ? "" : undefined}
      data-growing={growing}
    >
      <div class="panel-head">
        <h2 class="panel-title">Outcome by group</h2>
        <span class="panel-badge">{last.plan && isPinned(last.plan) ? "pinned plan → plan" : "untouched → plan"}</span>
      </div>
      {last.plan ? <Table result={last.plan} /> : <p class="hint">{waitingText(view)}</p>}
    </section>
  );
}

function Table({ result }: { result: PlanResult }): JSX.Element {
  const names = groupsOf(result);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys too
    <section class="scroll-x" tabIndex={0} aria-label="Table of the outcome">
      <table class="outcome-table">
        <thead>
          <tr>
            <th scope="col">group</th>
            <th scope="col">images</th>
            {MEASURES.map(([name]) => (
              <th key={name} scope="col" colSpan={3}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {GROUP_ORDER.map((group) => {
            const [old, now] = [result.baseline.groups[group], result.result.groups[group]];
            return (
              <tr key={group} data-group={group}>
                <th scope="row">{names[group]}</th>
                <td>{count(now.n)}</td>
                {MEASURES.flatMap(([name, factor, digits, good]) => {
                  const [before, after] = [number(old[name][0]), number(now[name][0])];
                  const text = (value: number) => (name === "accuracy" ? percent(value) : signed(value, digits));
                  return [
                    <td key={`${name} before`} class="before">
                      {text(before)}
                    </td>,
                    <td key={`${name} after`} class="after" title={name === "accuracy" ? interval(now) : undefined}>
                      {text(after)}
                    </td>,
                    <td key={`${name} change`}>
                      <Delta before={factor * before} after={factor * after} digits={digits} good={good} />
                    </td>,
                  ];
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function interval(group: PlanResult["result"]["groups"]["all"]): string | undefined {
  const [low, high] = (group.accuracy_interval[0] ?? []).map(number);
  return low === undefined || Number.isNaN(low) ? undefined : `95 %: ${percent(low)} to ${percent(high)}`;
}

/** Thumbnails of the images whose prediction changed; each leads to its story. */
export function Changed({ view }: { view: View }): JSX.Element {
  const { answers, last } = view;
  const result = last.plan;
  const stale = isStale(answers.plan) && result;
  const rest = result ? result.changed_count - Math.min(SHOWN, result.changed.length) : 0;
  return (
    <section
      id="interventions-changed"
      class="panel changed-panel"
      data-stale={stale ? "" : undefined}
      data-growing={isGrowing(answers.plan) ? "" : undefined}
    >
      <div class="panel-head">
        <h2 class="panel-title">Images whose prediction changed</h2>
        <span class="panel-count">{result && `${count(result.changed_count)} of ${count(result.samples)} images`}</span>
      </div>
      {result?.changed_count === 0 && (
        <p class="hint">
          All predictions are the same as {isPinned(result) ? "with the pinned plan" : "in the untouched network"}.
        </p>
      )}
      {result && result.changed_count > 0 && (
        <div class="changed-images">
          {result.changed.slice(0, SHOWN).map((image) => (
            <ChangedImage key={image.index} view={view} result={result} image={image} />
          ))}
        </div>
      )}
      {rest > 0 && <p class="hint">and {count(rest)} more</p>}
    </section>
  );
}

interface ChangedProps {
  readonly view: View;
  readonly result: PlanResult;
  readonly image: PlanResult["changed"][number];
}

function ChangedImage({ view, result, image }: ChangedProps): JSX.Element {
  const { context, classes } = view;
  const checkpoint = { ...view.checkpoint, id: result.checkpoint };
  const split = result.split === "train" ? "train" : "validation";
  const other = checkpoint.id === view.checkpoint.id ? {} : { checkpoint: checkpoint.id };
  const { home } = context;
  const name = (index: number) => (index < 0 ? "not finite" : visible(classes[index] ?? String(index)));
  const [label, before, after] = [name(image.label), name(image.before), name(image.after)];
  const kind = image.after === image.label ? "better" : image.before === image.label ? "worse" : "same";
  const text = `Image ${image.index}, labelled ${label}: ${before} before, ${after} now`;
  return (
    <Link
      home={home}
      to={{ ...forExamples(view), ...other, split, index: image.index, group: "all" }}
      class="changed-image"
      title={text}
    >
      <Picture source={home.source} path={imagePath(checkpoint, split, image.index)} size={56} alt={text} />
      <span class={`caption ${kind}`}>
        {before} → <b>{after}</b>
      </span>
    </Link>
  );
}
