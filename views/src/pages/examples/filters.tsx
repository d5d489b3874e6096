/** What is above the images: which ones are listed, in which order, how many there are, and what the group means. */

import type { JSX } from "preact";
import type { Context } from "../../context";
import { Chip, Icon, Progress, Segmented, Select } from "../../parts/controls";
import { chooseSplit, GROUPS, type Sort, type State } from "../../state";
import { count } from "../../text";
import { classNames, decidingBlocks, type Listed, type Question } from "./list";
import { chooseGroup, filterBy } from "./moves";
import { className } from "./story";
import { countOf, GROUP_NAMES, meaning, SAMPLE_OPTIONS, SORT_OPTIONS } from "./words";

interface Props {
  readonly context: Context;
  readonly question: Question;
  readonly list: Listed;
  readonly shown: number | null; // the image that is told
}

/** Which images are measured: the split, and how many of it. */
export function ImagesChoice({ context, question, shown }: Omit<Props, "list">): JSX.Element {
  const { store } = context;
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

/** A choice, and beside it how many images it shows. */
const counted = (name: string, images: number | undefined | null) =>
  images === undefined || images === null ? name : `${name} · ${count(images)}`;

export function Filters({ context, question, list, shown }: Props): JSX.Element {
  const { store } = context;
  const { filter, checkpoint } = question;
  const answer = list.answer.value;
  const names = answer?.class_names ?? classNames(checkpoint) ?? [];
  const by = new Map(answer?.corrected_by.map((one) => [one.block, one.count]));
  const reference = answer?.reference ?? list.list?.answer.reference;
  const none = reference === undefined ? "any block" : `wrong after block ${reference}`;
  const whole = (value: string) => (value === "" ? null : Number(value));
  return (
    <div class="filters">
      <div class="group-choice">
        <Segmented
          label="Group"
          value={filter.group}
          options={GROUPS.map((value) => ({ value, label: counted(GROUP_NAMES[value], answer?.counts[value]) }))}
          onChoose={(group) => store.do(chooseGroup(group, shown))}
        />
      </div>
      <Select
        label="corrected by"
        value={filter.by === null ? "" : String(filter.by)}
        none={counted(none, list.corrected)}
        options={decidingBlocks(checkpoint).map((block) => ({
          value: String(block),
          label: counted(`block ${block}`, by.get(block)),
        }))}
        disabled={filter.group !== "corrected"}
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
        label="order"
        value={filter.sort}
        options={SORT_OPTIONS}
        onChoose={(sort) => store.do(filterBy({ sort }, shown))}
      />
    </div>
  );
}

/** How many images the list has, and what they have in common. */
export function ListLine({
  context,
  list,
  onRandom,
}: Pick<Props, "context" | "list"> & { onRandom(): void }): JSX.Element {
  const shown = list.list;
  const { answer } = list;
  return (
    <>
      <div class="list-line" data-stale={list.stale ? "" : undefined}>
        <span class="list-count" role="status">
          {shown ? countOf(shown.answer) : ""}
        </span>
        <span class="hint list-meaning">{shown ? meaning(shown.question.filter, shown.answer) : ""}</span>
        <Chip onPress={onRandom} disabled={!shown?.total || list.stale}>
          <Icon name="dice" size={15} /> Random example
        </Chip>
      </div>
      <div class="list-progress">
        {answer.state === "waiting" && (answer.away || answer.progress > 0) && (
          <>
            <Progress share={answer.progress} label="Computing predictions" />
            <span class="hint">
              {answer.away
                ? "The backend is not responding. This page tries again by itself."
                : `Computing the predictions of ${sampled(context.state)}: ${Math.round(100 * answer.progress)} %`}
            </span>
          </>
        )}
      </div>
    </>
  );
}

const sampled = ({ samples }: State) => (samples === "all" ? "all images" : `the ${samplesName(samples)}`);
const samplesName = (samples: State["samples"]) => SAMPLE_OPTIONS.find((one) => one.value === samples)!.label;

/** A group without images: why, and what to do. */
export function NoImages({ context, question, shown }: Omit<Props, "list">): JSX.Element {
  const { store } = context;
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
          <Chip onPress={() => store.do(filterBy({ by_block: null }, shown))}>Show all corrected images</Chip>
        )}
        {filter.group !== "all" && <Chip onPress={() => store.do(chooseGroup("all", shown))}>Show all images</Chip>}
        {filter.samples !== "all" && (
          <Chip onPress={() => store.do(filterBy({ samples: "all" }, shown))}>Measure the whole split</Chip>
        )}
      </div>
    </div>
  );
}
