/** One image of the grid. */

import { Icon } from "../../parts/controls";
import { memo } from "../../parts/memo";
import { Picture } from "../../parts/picture";
import type { Source } from "../../sources/source";
import { number, signed } from "../../text";
import type { Item } from "./list";
import { className } from "./story";
import { depthMeaning, depthText } from "./words";

export interface CellProps {
  readonly position: number;
  readonly total: number;
  readonly item: Item | null; // null: not fetched yet, or missing
  readonly missing: Error | null; // why there is none
  readonly deep: boolean; // whether depths are shown
  readonly blocks: number; // of the network
  readonly source: Source;
  readonly path: string; // of its image; "" where it is not known yet
  readonly names: readonly string[];
  readonly chosen: boolean;
  readonly pinned: boolean;
  readonly entered: boolean; // Tab reaches this one
  readonly left: number; // px
  readonly top: number;
  readonly width: number;
}

function depthOf({ depth, confusion, spoiled_by }: Item, blocks: number): string {
  if (depth === null) return "";
  const means = depthMeaning(depth, blocks);
  return `, prediction depth ${depthText(depth, blocks)}${means && ` (${means})`}, confusion ${signed(number(confusion))}${spoiled_by === null ? "" : `, spoiled by block ${spoiled_by}`}`;
}

export const Cell = memo((properties: CellProps) => {
  const { position, total, item, missing, deep, blocks, source, path, names, chosen, pinned, entered } = properties;
  const { left, top, width } = properties;
  const prediction = item ? className(names, item.prediction) : "";
  const label = item ? className(names, item.label) : "";
  const words = item
    ? `Image ${item.index}: labelled ${label}, predicted ${prediction}, margin at the output ${signed(number(item.margin))}${deep ? depthOf(item, blocks) : ""}`
    : (missing?.message ?? "Image not loaded yet");
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list of which only a part is in the document
    <div
      class="cell"
      role="listitem"
      aria-setsize={total}
      aria-posinset={position + 1}
      style={`width: ${width}px; transform: translate(${left}px, ${top}px)`}
    >
      <button
        type="button"
        class="thumbnail"
        data-position={position}
        data-index={item?.index}
        aria-label={words}
        title={item || missing ? words : undefined}
        aria-current={chosen ? "true" : undefined}
        tabIndex={entered ? 0 : -1}
      >
        {missing && <span class="cell-missing">not available</span>}
        {item && (
          <>
            <Picture source={source} path={path} size={56} alt="" />
            <span class="cell-label">{label}</span>
            {item.correct ? (
              <span class="cell-said right">✓</span>
            ) : (
              <span class="cell-said wrong">→ {prediction}</span>
            )}
            <span class="cell-margin">
              {signed(number(item.margin))}
              {deep && item.depth !== null && ` · d ${depthText(item.depth, blocks)}`}
            </span>
          </>
        )}
      </button>
      {item && (
        <button
          type="button"
          class="pin"
          tabIndex={-1} // the key P does the same
          data-pin={item.index}
          aria-pressed={pinned}
          aria-label={`Pin image ${item.index}`}
          title="Pin (P)"
        >
          <Icon name="pin" size={13} />
        </button>
      )}
    </div>
  );
});
