/** The pinned images as a row of thumbnails; a press tells the story of one. */

import type { JSX } from "preact";
import type { Context } from "../../context";
import type { Pins } from "../../images";
import { Chip } from "../../parts/controls";
import { Picture } from "../../parts/picture";
import { unpinAll } from "../../pins";
import { imagePath } from "../../resources";
import { MOST_PINS } from "../../state";
import type { Question } from "./list";
import { choose } from "./moves";

interface Props {
  readonly context: Context;
  readonly question: Question;
  readonly pins: Pins;
}

export function PinBar({ context, question, pins: { key, shown: pins } }: Props): JSX.Element {
  const { state, store, home } = context;
  const { checkpoint, split } = question;
  const full = pins.length >= MOST_PINS ? " (maximum)" : "";
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons, no fieldset
    <div class="pin-bar" role="group" aria-label="Pinned images">
      <span class="hint" role="status">
        {state.said ?? (pins.length ? `${pins.length} pinned${full}` : "Pin images to follow them in Interventions.")}
      </span>
      {pins.map((index) => (
        <button
          key={index}
          type="button"
          class="pinned"
          title={`Image ${index}`}
          aria-label={`Pinned image ${index}: tell its story`}
          onClick={() => store.do(choose(index))}
        >
          <Picture source={home.source} path={imagePath(checkpoint, split, index)} size={28} alt="" />
        </button>
      ))}
      {pins.length > 0 && <Chip onPress={() => store.do(unpinAll(key))}>Unpin all</Chip>}
    </div>
  );
}
