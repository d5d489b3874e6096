/** Directly under the strip: what is running, what can't be done, and the measurement in words and two numbers. */

import type { JSX } from "preact";
import { Chip, Progress } from "../../parts/controls";
import { automatic } from "../../plan";
import { mayHelp } from "../../sources/source";
import { set } from "../../state";
import { count, number, percent, signed } from "../../text";
import { freshOf, isGrowing, isStale, type View, type Work, workOf } from "./data";
import { valuesOf } from "./network";
import { changeText, planSentence } from "./words";

/** One line of a fixed height: nothing below it moves when it changes. */
export function Status({ view }: { view: View }): JSX.Element {
  const { state, store } = view.context;
  const work = workOf(view);
  return (
    <div class="strip-foot">
      <div class="strip-said">
        <span id="interventions-said" class="said-refused" role="status">
          {state.said}
        </span>
        <span id="interventions-effect">{state.said ? "" : effectText(view)}</span>
      </div>
      <span id="interventions-status" class="job-status" role="status">
        {statusText(view, work)}
      </span>
      <div class="job-progress" data-on={work.running ? "" : undefined}>
        <Progress share={work.running ? work.share : 0} label="Progress" />
      </div>
      <Chip
        disabled={!work.running && !state.stopped}
        onPress={() => store.do((now) => set({ stopped: !now.stopped })(now))}
      >
        {state.stopped ? "Run" : "Cancel"}
      </Chip>
    </div>
  );
}

const imagesText = ({ samples, of }: { samples: number; of?: number | null }) =>
  typeof of === "number" && of !== samples ? `${count(samples)} of ${count(of)} images` : `${count(samples)} images`;

/** What dropping the block that is pointed at does to the untouched network. */
function effectText(view: View): string {
  const { pointed } = view.context.state;
  const item = pointed && view.items.find(({ key }) => key === pointed.key);
  const measured = freshOf(view);
  const change = item ? valuesOf(measured, "drop")[item.block] : undefined;
  if (!item || change === undefined || !measured.drop) return "";
  return `Dropping block ${item.block} alone changes accuracy by ${signed(change, 1)} points on ${imagesText(measured.drop)}`;
}

function statusText({ context, answers }: View, work: Work): JSX.Element | string {
  if (context.state.stopped) return "Cancelled.";
  if (work.away) return "Waiting for the backend …";
  if (work.running) return work.share > 0.01 ? `Running … ${Math.round(100 * work.share)} %` : "Running …";
  if (work.error) return "Failed.";
  const provenance = answers.plan?.value?.provenance;
  if (!provenance) return "";
  if (!provenance.cached) return `Measured in ${provenance.seconds.toFixed(1)} s`;
  return (
    <span class="badge-cached" title="Measured earlier; read from the database">
      cached
    </span>
  );
}

export function Delta(properties: { before: number; after: number; digits: number; good: -1 | 0 | 1 }): JSX.Element {
  const { text, word, kind } = changeText(properties.before, properties.after, properties.digits, properties.good);
  return (
    <span class={`delta ${kind}`}>
      {text}
      {word && <span class="delta-word"> {word}</span>}
    </span>
  );
}

/** In words, or what went wrong; then the accuracy before and after. What is another plan's is dimmed. */
export function Said({ view }: { view: View }): JSX.Element {
  const { context, answers, last, classes, steps } = view;
  const { error } = workOf(view);
  const result = last.plan;
  const stale = isStale(answers.plan);
  const [before, after] = [result?.baseline.groups.all, result?.result.groups.all];
  const [old, now] = [number(before?.accuracy[0]), number(after?.accuracy[0])];
  const growing = isGrowing(answers.plan) ? "" : undefined;
  const chosen = automatic(steps) !== null && !stale;
  const sentence = context.memory.keep("sentence", [result, classes, chosen], () =>
    result ? planSentence(result, classes, chosen) : null,
  );
  return (
    <div class="plan-said">
      {error ? (
        <div id="interventions-error" class="plan-refused" role="alert">
          <p>
            {error.title && <strong>{error.title}. </strong>}
            {error.message}
          </p>
          {mayHelp(error) && <Chip onPress={context.again}>Try again</Chip>}
        </div>
      ) : (
        <p
          id="interventions-words"
          class="plan-words"
          data-stale={stale && result ? "" : undefined}
          data-growing={growing}
          aria-live={growing === undefined ? "polite" : "off"}
        >
          {sentence ?? (context.state.stopped ? "" : "Measuring …")}
        </p>
      )}
      <p class="headline" data-stale={stale && result ? "" : undefined} data-growing={growing}>
        <span class="headline-before">{percent(old)}</span>
        <span class="headline-arrow" role="img" aria-label="becomes">
          →
        </span>
        <span class="headline-after">{percent(now)}</span>
        <span class="headline-change">
          <Delta before={100 * old} after={100 * now} digits={1} good={1} />
          <span class="control-label">
            {result ? `points of accuracy on ${imagesText(result)}` : "points of accuracy"}
          </span>
        </span>
      </p>
    </div>
  );
}
