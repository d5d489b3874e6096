/** One item of the strip: a bar on the line of the hidden state, its skip connection, its number, its handle. */

import type { JSX } from "preact";
import { memo } from "../../parts/memo";
import type { Block, Item } from "../../plan";
import { scaleText } from "./words";

export interface TileProps {
  readonly item: Item;
  readonly block: Block;
  readonly height: number; // px
  readonly width: number; // relative
  readonly fill: string | null;
  readonly moved: boolean;
  readonly focused: boolean;
  readonly selected: boolean;
  readonly pointed: boolean;
  readonly entry: boolean; // where Tab enters
  readonly over: "target" | "no" | null; // what is dragged is over it
  readonly shift: string | null; // while it is dragged itself
}

const alpha = (item: Item) => (item.scale === null ? "α auto" : `α ${scaleText(item.scale)}`);

/** "Block 9, stage 2, projection, dropped, shortcut kept". */
export function tileName(item: Item, block: Block): string {
  const what = item.off
    ? [item.times ? "dropped, shortcut kept" : "dropped"]
    : [item.times > 1 ? `${item.times} times` : "", item.scale === 1 ? "" : alpha(item)];
  return [
    `Block ${item.block}${item.again ? " again" : ""}`,
    `stage ${block.stage + 1}`,
    block.is_projection ? "projection" : "",
    ...what,
  ]
    .filter(Boolean)
    .join(", ");
}

export const Tile = memo((properties: TileProps): JSX.Element => {
  const { item, block, height, width, fill, focused, selected, over, shift } = properties;
  const flags = {
    off: item.off,
    projection: block.is_projection,
    again: item.again,
    many: item.times > 1,
    moved: properties.moved,
    selected,
    focus: focused,
    pointed: properties.pointed,
    dragging: shift !== null,
  };
  const names = Object.entries(flags).flatMap(([name, on]) => (on ? [name] : []));
  const badge = [item.times > 1 ? `×${item.times}` : "", !item.off && item.scale !== 1 ? alpha(item) : ""].filter(
    Boolean,
  );
  const label = tileName(item, block);
  const again = item.again ? " again" : "";
  const colour = fill === null ? "" : `; --fill: ${fill}`;
  const moving = shift === null ? "" : `; transform: ${shift}`;
  return (
    <div
      class={["tile", ...names, over ?? ""].join(" ").trimEnd()}
      data-key={item.key}
      title={label}
      style={`--grow: ${width.toFixed(3)}; --bar: ${height.toFixed(1)}px${colour}${moving}`}
    >
      <span class="tile-skip" aria-hidden="true" />
      <span class="tile-badge" aria-hidden="true">
        {badge.map((line) => (
          <span key={line}>{line}</span>
        ))}
      </span>
      <button
        type="button"
        class="tile-body"
        aria-label={label}
        aria-pressed={selected || focused}
        tabIndex={properties.entry ? 0 : -1}
        data-block={item.block}
      />
      <button
        type="button"
        class="tile-number"
        aria-label={`${item.off ? "Restore" : "Drop"} block ${item.block}${again}`}
        aria-pressed={item.off}
        title={item.off ? "Restore" : "Drop"}
        tabIndex={-1}
        data-toggle={item.block}
      >
        {item.block}
      </button>
      {item.times > 0 && (
        <span
          class="tile-grip"
          title="Drag up or down to change the repetitions, sideways to change the scale α"
          aria-hidden="true"
        />
      )}
    </div>
  );
});
