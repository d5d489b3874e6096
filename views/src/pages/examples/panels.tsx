/** The story of one image: who it is, its way through the network, and its charts. */

import type { JSX } from "preact";
import { carried } from "../../address";
import type { Mark } from "../../charts/draw";
import type { Origin } from "../../charts/export";
import type { Snippet } from "../../copy";
import { Chip, Icon } from "../../parts/controls";
import { Link } from "../../parts/link";
import { Panel, type PanelProps } from "../../parts/panel";
import { Picture } from "../../parts/picture";
import { alsoPinned, pinKey, pinsOf, togglePin } from "../../pins";
import { hover, set } from "../../state";
import { percent, signed } from "../../text";
import { checkpointText, epochText } from "../runs";
import {
  blocksCharts,
  classesOf,
  LEDGER_LEGEND,
  ledgerChart,
  marginChart,
  marginLegend,
  probabilitiesChart,
  probabilitiesLegend,
  probesChart,
} from "./charts";
import { Journey } from "./journey";
import { limitOf } from "./list";
import { blockAt, goTo } from "./moves";
import { className } from "./story";
import type { Telling } from "./tell";
import { BLOCKS, deepSettled, LEDGER, MARGIN, PROBABILITIES, PROBES, settled } from "./words";

interface Props {
  readonly telling: Telling;
}

export function StoryPanels({ telling }: Props): JSX.Element {
  return (
    <div class="story" data-stale={telling.stale ? "" : undefined} inert={telling.stale}>
      <Portrait telling={telling} />
      <Journey telling={telling} />
      <Charts telling={telling} />
    </div>
  );
}

/** The image, its label and prediction, and from which block on the answer stays. */
function Portrait({ telling }: Props): JSX.Element {
  const { context, of, story, image, inGroup } = telling;
  const { state, store, home } = context;
  const key = pinKey(of.checkpoint, of.split);
  const pins = pinsOf(state, key);
  const pinned = pins.includes(story.index);
  const predicted = story.answers.at(-1) ?? -1;
  const right = predicted === story.label;
  const label = className(story.names, story.label);
  const there = { ...carried(state, "interventions"), images: alsoPinned(pins, story.index) };
  return (
    <section class="panel story-head" aria-label="The image">
      <Picture
        class="portrait"
        source={home.source}
        path={image}
        size={112}
        alt={`Number ${story.index}, labelled ${label}`}
      />
      <div>
        <h2 class="story-title" aria-live="polite">
          Image {story.index}
        </h2>
        <p>
          labelled <b>{label}</b>, predicted <b>{className(story.names, predicted)}</b>{" "}
          <span class={`verdict ${right ? "holds" : "no"}`}>{right ? "right" : "wrong"}</span>
        </p>
        <p class="hint">
          {settled(story)} {deepSettled(story)}
          {inGroup === false && " It is not in the group listed here."}
        </p>
        <div class="story-actions">
          <Chip onPress={() => store.do(togglePin(story.index, key))} pressed={pinned} title="Pin this image (P)">
            <Icon name="pin" size={13} /> {pinned ? "Pinned" : "Pin"}
          </Chip>
          <Link home={home} to={there} class="chip" title="With this image pinned">
            Open in Interventions
          </Link>
          {telling.plan && (
            <Chip onPress={() => store.do(set({ plan: null }))} title="Show the untouched network alone">
              plan {telling.plan.text} <Icon name="close" size={10} />
            </Chip>
          )}
        </div>
      </div>
    </section>
  );
}

function Charts({ telling }: Props): JSX.Element {
  const { context, story, plan } = telling;
  const { look, home, memory, store, state } = context;
  const said = plan?.said ?? null;
  const on = [story, said];
  const probabilities = memory.keep("probabilities", on, () => [probabilitiesChart(story, said)]);
  const margin = memory.keep("margin", on, () => [marginChart(story, said)]);
  const blocks = memory.keep("image blocks", [story], () => blocksCharts(story));
  const probes = memory.keep("image probes", [story], () => [probesChart(story)]);
  const ledger = memory.keep("image ledger", [story], () => [ledgerChart(story)]);
  const pointed = state.playing ? state.block : (state.hover ?? state.block);
  const marks = (): Mark[] => {
    const found: Mark[] = state.block === null ? [] : [{ kind: "x", at: state.block, as: "pick" }];
    if (state.hover !== null && state.hover !== state.block) found.push({ kind: "x", at: state.hover, as: "hover" });
    return found;
  };
  const over = (these: readonly number[]): NonNullable<PanelProps["handlers"]> => {
    const within = (x: number) => Math.min(these.at(-1)!, Math.max(these[0]!, Math.round(x)));
    return () => ({
      onPoint: (x) => store.do(hover(x === null ? null : within(x))),
      onPress: (x) => store.do(goTo(within(x))),
      onStep: (by) => store.do((now) => ({ ...now, hover: within(blockAt(now, these) + by), playing: false })),
    });
  };
  const common = { look, home, marks, snippet: snippetOf(telling) };
  const origin = originOf(telling);
  return (
    <>
      <Panel
        {...common}
        id="examples-probabilities"
        text={PROBABILITIES}
        charts={probabilities}
        origin={withPlan(origin, telling)}
        handlers={over(story.exits)}
        legend={probabilitiesLegend(story, said !== null)}
        readout={pointed === null ? "" : probabilitiesAt(telling, pointed)}
        height="short"
      />
      {story.probes && (
        <Panel
          {...common}
          id="examples-probes"
          text={PROBES}
          charts={probes}
          origin={origin}
          handlers={over(story.blocks.map((block) => block.index))}
          legend={probabilitiesLegend(story, false)}
          readout={
            pointed === null
              ? story.probes.notes.join("; ")
              : sharesAt(telling, pointed, story.probes.probabilities[pointed + 1])
          }
          height="short"
        />
      )}
      <Panel
        {...common}
        id="examples-margin"
        text={MARGIN}
        charts={margin}
        origin={withPlan(origin, telling)}
        handlers={over(story.exits)}
        legend={marginLegend(said !== null)}
        readout={pointed === null ? "" : marginAt(telling, pointed)}
        height="low"
      />
      {story.ledger.blocks.length > 0 && (
        <Panel
          {...common}
          id="examples-ledger"
          text={LEDGER}
          charts={ledger}
          origin={origin}
          handlers={over(story.ledger.blocks)}
          legend={LEDGER_LEGEND}
          readout={pointed === null ? "" : ledgerAt(telling, pointed)}
          height="low"
        />
      )}
      <Panel
        {...common}
        id="examples-blocks"
        text={BLOCKS}
        charts={blocks}
        origin={origin}
        handlers={over(story.blocks.map((block) => block.index))}
        readout={pointed === null ? "" : blocksAt(telling, pointed)}
        height="short"
      />
    </>
  );
}

/** "block 24: 9 61 % · 7 30 %": the classes that are likeliest there. */
const probabilitiesAt = (telling: Telling, block: number): string =>
  sharesAt(telling, block, telling.story.probabilities[telling.story.exits.indexOf(block)]);

function sharesAt({ story }: Telling, block: number, row: readonly number[] | undefined): string {
  if (!row) return "";
  const shown = [...classesOf(story)].sort((a, b) => row[b.index]! - row[a.index]!).slice(0, 3);
  return `block ${block}: ${shown.map((one) => `${one.name} ${percent(row[one.index], 0)}`).join(" · ")}`;
}

function ledgerAt({ story: { ledger } }: Telling, block: number): string {
  const i = ledger.blocks.indexOf(block);
  const actual = ledger.loss[i + 1]! - ledger.loss[i]!;
  return i < 0 ? "" : `block ${block}: ${signed(actual, 3)} nats, first order ${signed(ledger.first[i], 3)}`;
}

function marginAt({ story }: Telling, block: number): string {
  const row = story.exits.indexOf(block);
  return row < 0 ? "" : `block ${block}: ${signed(story.margin[row], 3)}`;
}

const blocksAt = ({ story }: Telling, block: number): string =>
  `block ${block}: cosine ${signed(story.cosine[block], 3)} · ℓ2 ratio ${signed(story.ratio[block], 3)}`;

/* ---- where the numbers come from ---- */

function originOf({ of: { run, checkpoint, split }, story, context }: Telling): Origin {
  return {
    run: `${run.name} (${run.id})`,
    checkpoint: checkpointText(checkpoint),
    epoch: epochText(run, checkpoint.epoch),
    split,
    image: story.index,
    version: context.home.version,
  };
}

const withPlan = (origin: Origin, { plan }: Telling): Origin => (plan?.said ? { ...origin, plan: plan.text } : origin);

export const snippetOf = ({ of: { checkpoint, split, filter }, story }: Pick<Telling, "of" | "story">): Snippet => ({
  requests: [
    {
      path: "/probe/sample",
      body: {
        checkpoint: checkpoint.id,
        split,
        index: story.index,
        ...(story.probes ? { depth: true, limit: limitOf(filter) } : {}),
        wait: 60,
      },
    },
  ],
});
