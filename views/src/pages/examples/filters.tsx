/** What is above the images: which ones are listed, in which order, how many there are, and what the group means. */

import type { JSX } from "preact";
import { Chip, Icon, Progress, Segmented, Select } from "../../parts/controls";
import { memo } from "../../parts/memo";
import { BY_BLOCK, chooseSplit, GROUPS, type Group, type Sort, set } from "../../state";
import type { Store } from "../../store";
import { count } from "../../text";
import { lastFive } from "../interventions/words";
import { classNames, decidingBlocks, isDeep, type Listed, type Question, type Samples } from "./list";
import { chooseGroup, filterBy, shallow } from "./moves";
import { className } from "./story";
import { countOf, GROUP_NAMES, meaning, SAMPLE_OPTIONS, SORT_OPTIONS } from "./words";

interface Props {
  readonly store: Store;
  readonly question: Question;
  readonly shown: number | null; // the image that is told
}

/** Which images are measured: the split, and how many of it. */
export function ImagesChoice({ store, question, shown }: Props): JSX.Element {
  return (
    <>
      <Select
        label="Images"
        value={question.split}
        options={[
          { value: "validation", label: "validation" },
          { value: "train", label: "train" },
        ]}
        onChoose={(split) => store.do(chooseSplit(split))}
      />
      <Select
        label="Number of images"
        hidden
        value={question.filter.samples}
        options={SAMPLE_OPTIONS}
        onChoose={(samples) => store.do(filterBy({ samples }, shown))}
      />
    </>
  );
}

const ROOM = "\u2007".repeat(3); // as wide as three figures

/** A choice, and beside it how many images it shows; before that is known, there is room for it. */
const counted = (name: string, images: number | undefined | null) =>
  `${name} · ${images == null ? ROOM : count(images)}`;

/** A group that needs prediction depth or probes is counted only where they are there. */
const nameOf = (group: Group, answer: Samples | null) =>
  isDeep({ group, sort: "index" }) && answer?.counts[group] === undefined
    ? GROUP_NAMES[group]
    : counted(GROUP_NAMES[group], answer?.counts[group]);

interface FilterProps extends Props {
  readonly answer: Samples | null; // of these filters; null while it is not there
  readonly reference: number | null; // the block that borderline and corrected refer to
  readonly unblamed: number | null; // images, if no block is chosen
}

/** Drawn again only where something of it changes: there may be a thousand classes. */
export const Filters = memo(({ store, question, shown, answer, reference, unblamed }: FilterProps) => {
  const { filter, checkpoint } = question;
  const names = answer?.class_names ?? classNames(checkpoint) ?? [];
  const spoiled = filter.group === "spoiled";
  const by = new Map((spoiled ? answer?.spoiled_by : answer?.corrected_by)?.map((one) => [one.block, one.count]));
  const none = spoiled ? "any block" : `wrong after block ${reference ?? lastFive(checkpoint.blocks)}`;
  const whole = (value: string) => (value === "" ? null : Number(value));
  return (
    <div class="filters">
      <div class="group-choice">
        <Segmented
          label="Group"
          value={filter.group}
          options={GROUPS.map((value) => ({ value, label: nameOf(value, answer) }))}
          onChoose={(group) => store.do(chooseGroup(group, shown))}
        />
      </div>
      <Select
        wide
        label={spoiled ? "spoiled by" : "corrected by"}
        value={filter.by === null ? "" : String(filter.by)}
        none={counted(none, unblamed)}
        options={decidingBlocks(checkpoint, filter.group).map((block) => ({
          value: String(block),
          label: counted(`block ${block}`, by.get(block)),
        }))}
        disabled={!BY_BLOCK.includes(filter.group)}
        onChoose={(value) => store.do(filterBy({ by_block: whole(value) }, shown))}
      />
      <Select
        label="class"
        value={filter.class === null ? "" : String(filter.class)}
        none="all classes"
        options={names.map((_, index) => ({ value: String(index), label: className(names, index) }))}
        onChoose={(value) => store.do(filterBy({ class: whole(value) }, shown))}
      />
      <Select<Sort>
        wide
        label="order"
        value={filter.sort}
        options={SORT_OPTIONS}
        onChoose={(sort) => store.do(filterBy({ sort }, shown))}
      />
    </div>
  );
});

interface LineProps {
  readonly store: Store;
  readonly list: Listed;
  readonly told: number | null;
  onRandom(): void;
}

/** How many images the list has, and what they have in common. */
export function ListLine({ store, list, told, onRandom }: LineProps): JSX.Element {
  const shown = list.list;
  const deep = list.deep !== null;
  return (
    <>
      <div class="list-line" data-stale={list.stale ? "" : undefined}>
        <span class="list-count" role="status">
          {shown ? countOf(shown.answer) : ""}
        </span>
        <span class="hint list-meaning">{shown ? meaning(shown.question.filter, shown.answer) : ""}</span>
        <Chip
          onPress={() => store.do(deep ? shallow(told) : set({ depth: true }))}
          pressed={deep}
          title="After how many blocks each answer is settled, and what linear probes say: fitted to training images, which takes a while"
        >
          Depth and probes
        </Chip>
        <Chip onPress={onRandom} disabled={!shown?.total || list.stale}>
          <Icon name="dice" size={15} /> Random example
        </Chip>
      </div>
      <Computing list={list} onCancel={() => store.do(shallow(told))} />
    </>
  );
}

/** How far the predictions are; the first time, every image runs through the network. */
function Computing({ list, onCancel }: { list: Listed; onCancel(): void }): JSX.Element {
  const { asked, deep } = list;
  const answer = deep ?? list.answer;
  if (answer.state === "failed" && list.answer.state !== "failed")
    return (
      <p class="hint" role="status">
        Depth and probes: {answer.error.message}
      </p>
    );
  if (answer.state !== "waiting") return <div class="list-progress" />;
  const words = answer.away
    ? "The backend is not responding. This page tries again by itself."
    : `${deep ? "Fitting probes to training images, for" : "Computing the predictions of"} ${sampled(asked)}: ${Math.round(100 * answer.progress)} %`;
  return (
    <div class="list-progress" data-waiting="">
      <Progress share={answer.progress} label="Computing predictions" />
      <span class="hint">
        {words} {deep && <Chip onPress={onCancel}>Cancel</Chip>}
      </span>
    </div>
  );
}

const sampled = ({ filter: { samples } }: Question) =>
  samples === "all" ? "all images" : `the ${SAMPLE_OPTIONS.find((one) => one.value === samples)!.label}`;

/** A group without images: why, and what to do. */
export function NoImages({ store, question, shown }: Props): JSX.Element {
  const { filter } = question;
  return (
    <div class="no-images" role="status">
      <p class="no-images-title">No images in this group</p>
      <p class="hint">
        Choose another group{filter.class === null ? "" : " or class"}
        {filter.samples === "all" ? "" : ", a larger sample"}, or an earlier checkpoint, where more images are
        borderline or wrong.
      </p>
      <div class="story-actions">
        {filter.class !== null && (
          <Chip onPress={() => store.do(filterBy({ class: null }, shown))}>Show all classes</Chip>
        )}
        {filter.by !== null && (
          <Chip onPress={() => store.do(filterBy({ by_block: null }, shown))}>Show all {filter.group} images</Chip>
        )}
        {filter.group !== "all" && <Chip onPress={() => store.do(chooseGroup("all", shown))}>Show all images</Chip>}
        {filter.samples !== "all" && (
          <Chip onPress={() => store.do(filterBy({ samples: "all" }, shown))}>Measure the whole split</Chip>
        )}
      </div>
    </div>
  );
}
