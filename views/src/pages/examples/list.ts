/** The images of a group as they are listed: fetched in pieces, of which those in sight are asked for. */

import type { Context } from "../../context";
import type { Split } from "../../curves";
import { type Answer, WAITING } from "../../loader";
import { probe, type Resource } from "../../resources";
import type { Checkpoint, Probes, Run, Schemas } from "../../sources/source";
import { BY_BLOCK, type Group, type Sort, type State } from "../../state";
import { THRESHOLD } from "./story";

export type Samples = Schemas["SamplesResult"];
export type Item = Schemas["SampleItem"];

export const PIECE = 120; // images fetched at once
const REST = 80; // ms that the list rests before a piece is fetched: what only flies past is not

/** Which images are listed, and in which order. */
export interface Filter {
  readonly group: Group;
  readonly by: number | null; // the block that corrected or spoiled them
  readonly class: number | null;
  readonly sort: Sort;
  readonly samples: State["samples"];
}

/** Whether the list itself needs prediction depth or probes, which are fitted to training images. */
export const isDeep = ({ group, sort }: Pick<Filter, "group" | "sort">): boolean =>
  group === "settled-late" || group === "spoiled" || sort.endsWith("depth") || sort.endsWith("confusion");

/** A list of images of one split, as one checkpoint predicts them. */
export interface Question {
  readonly run: Run;
  readonly checkpoint: Checkpoint;
  readonly split: Split;
  readonly filter: Filter;
}

export const limitOf = ({ samples }: Filter): number | null => (samples === "all" ? null : Number(samples));

export function requestOf(
  { checkpoint, split, filter }: Question,
  offset: number,
  count: number,
  depth = isDeep(filter),
): Probes["samples"][0] {
  return {
    checkpoint: checkpoint.id,
    split,
    group: filter.group,
    threshold: THRESHOLD,
    sort: filter.sort.replace("-", "") as NonNullable<Probes["samples"][0]["sort"]>,
    descending: filter.sort.startsWith("-"),
    offset,
    count,
    limit: limitOf(filter),
    ...(depth ? { depth } : {}),
    ...(filter.class === null ? {} : { class: filter.class }),
    ...(filter.by === null ? {} : filter.group === "spoiled" ? { spoiled_by: filter.by } : { corrected_by: filter.by }),
  };
}

const piece = (question: Question, number: number, depth?: boolean): Resource<Samples> =>
  probe("samples", requestOf(question, number * PIECE, PIECE, depth), number ? REST : 0);

/** A list as far as it is known. */
export class Listing {
  constructor(
    readonly question: Question,
    readonly answer: Samples, // with the first piece
    private readonly pieces: ReadonlyMap<number, readonly Item[] | Error>,
    /** Whether its images show their prediction depth. */
    readonly deep: boolean,
  ) {}

  get total(): number {
    return this.answer.total;
  }
  get first(): readonly Item[] {
    return this.answer.items;
  }
  item(position: number): Item | null {
    const piece = this.pieces.get(Math.floor(position / PIECE));
    return piece instanceof Error ? null : (piece?.[position % PIECE] ?? null);
  }
  /** Why the image at a position can't be had; null where it is there or may come. */
  missing(position: number): Error | null {
    const piece = this.pieces.get(Math.floor(position / PIECE));
    return piece instanceof Error ? piece : null;
  }
}

export interface Listed {
  readonly asked: Question;
  /** The list of the present filters; before it is there, the last one that was. */
  readonly list: Listing | null;
  readonly stale: boolean;
  readonly answer: Answer<Samples>;
  /** The list with depths, where the reader wants them; null where not. */
  readonly deep: Answer<Samples> | null;
  /** Images that are corrected, or spoiled, without a block being chosen; null where that is not known. */
  readonly unblamed: number | null;
}

/** `begun`: whether a story is there; what takes long waits for it. */
export function listed(context: Context, question: Question, begun: boolean): Listed {
  const { state, ask, memory } = context;
  const first = ask(piece(question, 0));
  const added = () => (begun && first.value ? ask(piece(question, 0, true)) : WAITING);
  const deep = isDeep(question.filter) ? first : state.depth ? added() : null;
  const last = memory.keep<{ list: Listing | null }>("last list", [], () => ({ list: null }));
  if (first.state === "done") {
    const numbers = piecesIn(state.sight, first.value.total);
    const known = deep?.value ?? first.value;
    const answers = numbers.map((number) => {
      const plain = ask(piece(question, number));
      const found = deep?.value ? ask(piece(question, number, true)) : plain;
      const best = found.state === "done" ? found : plain;
      return best.state === "failed" ? best.error : best.value?.items;
    });
    last.list = memory.keep("list", [known, deep !== null, ...numbers, ...answers], () => {
      const pieces = new Map<number, readonly Item[] | Error>([[0, known.items]]);
      numbers.forEach((number, i) => {
        if (answers[i]) pieces.set(number, answers[i]);
      });
      return new Listing(question, known, pieces, deep !== null);
    });
  }
  const { filter } = question;
  const any = { ...question, filter: { ...filter, by: null, sort: "index" } } as const;
  const counted = filter.by === null ? first : ask(probe("samples", requestOf(any, 0, 1)));
  const group = filter.group === "spoiled" ? "spoiled" : "corrected";
  return {
    asked: question,
    list: last.list,
    stale: first.state !== "done",
    answer: first,
    deep,
    unblamed: counted.value?.counts[group] ?? null,
  };
}

/** The pieces that are in sight, without the first one, which is always there. */
export function piecesIn(sight: State["sight"], total: number): number[] {
  if (!sight || !total) return [];
  const from = Math.max(1, Math.floor(sight[0] / PIECE));
  const to = Math.floor(Math.min(sight[1], total - 1) / PIECE);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

/** An image whose answer turns late, for a reader who chose none: the first that the latest block corrected. */
export function latest(items: readonly Item[]): Item | null {
  let best = items[0] ?? null;
  for (const item of items) if ((item.corrected_by ?? -1) > (best?.corrected_by ?? -1)) best = item;
  return best;
}

/** The blocks that can correct an image: those of the last stage, which the head can read, without the first one. Any can spoil it. */
export function decidingBlocks(checkpoint: Checkpoint, group?: Group): number[] {
  if (group === "spoiled") return checkpoint.blocks.map((block) => block.index);
  const last = Math.max(...checkpoint.blocks.map((block) => block.stage));
  return checkpoint.blocks.flatMap((block) => (block.stage === last ? [block.index] : [])).slice(1);
}

/** The names of the classes, where the checkpoint says them. */
export function classNames(checkpoint: Checkpoint): readonly string[] | null {
  const found = checkpoint.dataset?.class_names ?? checkpoint.preprocessing?.class_names;
  return Array.isArray(found) && found.length ? found.map(String) : null;
}

/** The filter of a state, and what in it does not fit this checkpoint. */
export function filterOf(state: State, checkpoint: Checkpoint): { filter: Filter; notices: string[] } {
  const notices: string[] = [];
  const names = classNames(checkpoint);
  const blocks = decidingBlocks(checkpoint, state.group);
  let by = BY_BLOCK.includes(state.group) ? state.by_block : null;
  let chosen = state.class;
  if (by !== null && !blocks.includes(by)) {
    const could = blocks.length
      ? `can be ${state.group} by blocks ${blocks[0]} to ${blocks.at(-1)}`
      : "can’t be told by block";
    notices.push(`by “${by}”: images ${could}. Showing all ${state.group} images instead.`);
    by = null;
  }
  if (chosen !== null && names && chosen >= names.length) {
    notices.push(`class “${chosen}”: the classes are 0 to ${names.length - 1}. Showing all classes instead.`);
    chosen = null;
  }
  return { filter: { group: state.group, by, class: chosen, sort: state.sort, samples: state.samples }, notices };
}
