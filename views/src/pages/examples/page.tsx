/** The Examples page: images that late blocks correct or lose, and one image on its way through the network. */

import type { JSX } from "preact";
import type { Context } from "../../context";
import type { Drawn } from "../../element";
import { type Pins, pinsIn } from "../../images";
import { pinKey, pinsOf, togglePin } from "../../pins";
import { imagePath } from "../../resources";
import { type Action, letGo, measuredSplit } from "../../state";
import { CheckpointSelect, Failed, Head, isShown, Loading, RunPicker, shownCheckpoint, shownRun } from "../runs";
import { Filters, ImagesChoice, ListLine, NoImages } from "./filters";
import { Grid, type Reach } from "./grid";
import { filterOf, type Item, type Listed, listed, type Question } from "./list";
import { choose, look, next, onward, play, stepBlock, still } from "./moves";
import { StoryPanels } from "./panels";
import { PinBar } from "./pinbar";
import { begun, type Told, tell } from "./tell";

export function examplesPage(context: Context): Drawn {
  const shown = shownRun(context);
  if (!isShown(shown)) return { content: shown };
  const saved = shownCheckpoint(context, shown.run);
  if (!("all" in saved)) return { content: saved };
  const { state, store, memory } = context;
  const { checkpoint } = saved;
  const split = measuredSplit(state);
  const { filter, notices } = filterOf(state, checkpoint);
  const question = memory.keep<Question>(
    "question",
    [shown.run.id, checkpoint.id, split, ...Object.values(filter)],
    () => ({
      run: shown.run,
      checkpoint,
      split,
      filter,
    }),
  );
  const list = listed(context, question, begun(context));
  const told = tell(context, question, list);
  const pins = pinsIn(context.ask, state, checkpoint, split);
  const reach = memory.keep<Reach>("reach", [], () => ({ random: () => {} }));
  const all = [...shown.notices, ...saved.notices, ...notices, ...told.notices, ...pins.notices];
  return {
    content: (
      <div class="page examples-page">
        <Head title="Examples" context={context} notices={all}>
          <RunPicker context={context} shown={shown} />
          <CheckpointSelect context={context} shown={saved} run={shown.run} />
          <ImagesChoice store={store} question={question} shown={told.index} />
        </Head>
        <Filters
          store={store}
          question={question}
          shown={told.index}
          answer={list.answer.value ?? null}
          reference={(list.answer.value ?? list.list?.answer)?.reference ?? null}
          unblamed={list.unblamed}
        />
        <div class="examples">
          <Images context={context} question={question} list={list} told={told} pins={pins} reach={reach} />
          <StoryOf context={context} told={told} list={list} />
        </div>
        {told.telling && (
          <p class="hint keys">
            Keys: among the images, arrows move, Enter opens an image, P pins it. Elsewhere, ← → move through the last
            stage, Space plays, P pins the open image. In the strip and in a chart, ← → move along it.
          </p>
        )}
      </div>
    ),
    keys: (key) => examplesKey(key, question, told),
    tick: tick(context, told),
  };
}

interface ImagesProps {
  readonly context: Context;
  readonly question: Question;
  readonly list: Listed;
  readonly told: Told;
  readonly pins: Pins;
  readonly reach: Reach;
}

/** The list, from its count to the grid. */
function Images({ context, question, list, told, pins, reach }: ImagesProps): JSX.Element {
  const { state, store, memory, home } = context;
  const { checkpoint, split } = (list.list ?? { question }).question;
  const key = pinKey(checkpoint, split);
  const handlers = memory.keep("grid handlers", [checkpoint.id, split, key], () => ({
    source: home.source,
    path: (item: Item) => imagePath(checkpoint, split, item.index),
    onChoose: (index: number) => store.do(choose(index)),
    onPin: (index: number) => store.do(togglePin(index, key)),
    onSight: (first: number, last: number) => store.do(look(first, last)),
  }));
  const { answer } = list;
  const empty = list.list?.total === 0;
  return (
    <div class="listing">
      <ListLine store={store} list={list} told={told.index} onRandom={() => reach.random()} />
      <PinBar context={context} question={question} pins={pins} />
      {answer.state === "failed" && <Failed context={context} error={answer.error} />}
      {empty && !list.stale ? (
        <NoImages store={store} question={question} shown={told.index} />
      ) : (
        answer.state !== "failed" && (
          <Grid
            reach={reach}
            list={empty ? null : list.list}
            busy={list.stale}
            chosen={told.index}
            pins={pinsOf(state, key)}
            {...handlers}
          />
        )
      )}
    </div>
  );
}

function StoryOf({ context, told, list }: { context: Context; told: Told; list: Listed }): JSX.Element {
  if (told.error) return <Failed context={context} error={told.error} />;
  if (told.telling) return <StoryPanels telling={told.telling} />;
  if (told.index === null && (!list.stale || list.answer.state === "failed"))
    return <p class="hint">There is no image to show.</p>;
  return <Loading away={false} />;
}

/** What plays: one block after the other, each for a while. */
function tick({ state, memory }: Context, { telling }: Told): Action | null {
  const index = telling?.story.index;
  const since = memory.keep("pace", [state.playing, state.block, index], () => performance.now());
  return state.playing && telling && !telling.stale ? onward(telling.story.exits, since) : null;
}

function examplesKey(key: string, { checkpoint, split }: Question, told: Told): Action | null {
  const exits = told.telling?.story.exits ?? [];
  switch (key) {
    case "ArrowLeft":
    case "ArrowRight":
      return exits.length ? stepBlock(exits, key === "ArrowRight" ? 1 : -1) : null;
    case "p":
    case "P":
      return told.index === null ? null : togglePin(told.index, pinKey(checkpoint, split));
    case " ":
      return !exits.length ? null : still() ? next(exits) : play(exits);
    case "Escape":
      return (state) => letGo({ ...state, playing: false, hover: null });
    default:
      return null;
  }
}
