/** Which image's story is told, and what is known of it. */

import type { Context } from "../../context";
import { noSuchImage, sizeOf } from "../../images";
import { type Answer, WAITING } from "../../loader";
import { imagePath, probe } from "../../resources";
import { Refused, type Schemas } from "../../sources/source";
import { set } from "../../state";
import { isDeep, type Listed, type Listing, latest, limitOf, type Question } from "./list";
import { type Planned, planned } from "./planned";
import { belongs, readStory, type Story } from "./story";

type Answered = Answer<Schemas["SampleResult"]>;

/** A story with everything that its parts are drawn from. */
export interface Telling {
  readonly context: Context;
  readonly of: Question;
  readonly story: Story;
  readonly image: string; // its path
  readonly plan: Planned | null;
  /** Whether the image is in the group shown; null while that is not known. */
  readonly inGroup: boolean | null;
  readonly stale: boolean; // another image is on its way
}

export interface Told {
  /** The image that is told, or on its way. */
  readonly index: number | null;
  readonly telling: Telling | null;
  readonly error: Error | null;
  readonly notices: readonly string[];
}

interface Held {
  story: Story;
  of: Question;
}

/** One image: at once without probes, and with them where the list has them, too, so that both are fitted once. */
function sample({ ask }: Context, { checkpoint, split, filter }: Question, list: Listed, index: number): Answered {
  const asked = { checkpoint: checkpoint.id, split, index };
  const limit = limitOf(filter);
  const deep = list.deep?.value ? ask(probe("sample", { ...asked, depth: true, limit })) : null;
  return deep?.value ? deep : ask(probe("sample", asked));
}

/** A story with what probes say only where the reader wants that: a file has it without being asked. */
const shownStory = (value: Schemas["SampleResult"], list: Listed): Story => {
  const story = readStory(value);
  return list.deep ? story : { ...story, probes: null };
};

/** Whether a list has an image; a list by depth or probes, as far as its first piece tells where the image's own are not there. */
const isIn = ({ question: { filter }, answer, first }: Listing, story: Story): boolean =>
  isDeep({ group: filter.group, sort: "index" }) && !story.probes
    ? first.some(({ index }) => index === story.index)
    : belongs(story, filter, answer.reference);

/** The image of an address; or, in a sentence, that there is none. */
function named(context: Context, question: Question, list: Listed, index: number): Answered | string {
  const { checkpoint, split } = question;
  const size = sizeOf(context.ask, checkpoint, split);
  if (size === null) return WAITING;
  if (index >= size) return noSuchImage(`index “${index}”`, checkpoint, split, size);
  const answer = sample(context, question, list, index);
  const refused = answer.state === "failed" && answer.error instanceof Refused && answer.error.status === 422;
  return refused ? `${answer.error.message}.` : answer;
}

/** The story of the address's image; else, of the one that stays from the list before; else, of one of the list's. */
export function tell(context: Context, question: Question, list: Listed): Told {
  const { state } = context;
  const now = list.stale ? null : list.list;
  const first = now ? latest(now.first) : null;
  if (state.index !== null) {
    const answer = named(context, question, list, state.index);
    if (typeof answer !== "string") return found(context, question, list, state.index, answer, []);
    const some = first !== null || (list.stale && list.answer.state !== "failed");
    const notice = `${answer} Showing ${some ? "an image of the list" : "none"} instead.`;
    return firstOf(context, question, list, first?.index ?? null, [notice]);
  }
  if (state.kept === null) return firstOf(context, question, list, first?.index ?? null, []);
  const answer = sample(context, question, list, state.kept);
  if (now && answer.state !== "waiting") {
    const stays = answer.value && isIn(now, shownStory(answer.value, list));
    context.settle(set({ index: stays ? state.kept : (now.first[0]?.index ?? null), kept: null }));
  }
  return found(context, question, list, state.kept, answer, []);
}

function firstOf(context: Context, question: Question, list: Listed, index: number | null, notices: string[]): Told {
  if (index !== null) return found(context, question, list, index, sample(context, question, list, index), notices);
  const waits = list.stale && list.answer.state !== "failed";
  return { index: null, telling: waits ? telling(context, list, true) : null, error: null, notices };
}

function found(
  context: Context,
  question: Question,
  list: Listed,
  index: number,
  answer: Answered,
  notices: string[],
): Told {
  if (answer.state === "failed") return { index, telling: null, error: answer.error, notices };
  if (answer.value) {
    const value = answer.value;
    const story = context.memory.keep("story", [value, list.deep !== null], () => shownStory(value, list));
    Object.assign(held(context), { story, of: question });
  }
  return { index, telling: telling(context, list, !answer.value), error: null, notices };
}

/** Whether a story is known. */
export const begun = (context: Context): boolean => held(context).story !== undefined;

const held = (context: Context) => context.memory.keep<Partial<Held>>("last story", [], () => ({}));

/** The last story that is known: it stays, dimmed, until the next one is there. */
function telling(context: Context, list: Listed, stale: boolean): Telling | null {
  const { story, of } = held(context);
  if (!story || !of) return null;
  const { index, exits } = story;
  return {
    context,
    of,
    story,
    image: imagePath(of.checkpoint, of.split, index),
    plan: stale ? null : planned(context, { checkpoint: of.checkpoint, split: of.split, index, exits }),
    inGroup: list.stale || stale || !list.list ? null : isIn(list.list, story),
    stale,
  };
}
