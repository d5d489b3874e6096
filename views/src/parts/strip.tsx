/** The network as a strip of blocks: coloured by a metric, and a way to mark and choose blocks. */

import type { JSX } from "preact";
import { css, inkOn, type Look, mixed, ramp } from "../charts/look";
import type { Range } from "../charts/spec";
import { blockTitle, stagesOf } from "../charts/stages";
import type { Block } from "../plan";
import { endsText, signed } from "../text";

interface StripProps {
  readonly blocks: readonly Block[];
  readonly values: Float32Array | undefined; // in their shown unit
  readonly limits: Range;
  readonly diverging: boolean;
  readonly look: Look;
  readonly marked: number | null;
  readonly hovered: number | null;
  readonly chosen: readonly number[];
  readonly onPoint: (block: number | null) => void;
  readonly onPress: (block: number, more: boolean) => void;
  /** An arrow key moves the mark; with Shift, the blocks on the way are chosen. */
  readonly onMove: (block: number, more: boolean) => void;
}

const buttonOf = (target: EventTarget | null) =>
  target instanceof Element ? target.closest<HTMLElement>("[data-block]") : null;
const blockOf = (target: EventTarget | null): number | null => {
  const found = buttonOf(target);
  return found ? Number(found.dataset.block) : null;
};

export function Strip(properties: StripProps): JSX.Element {
  const { blocks, values, limits, look, marked, hovered, chosen, onPoint, onPress, onMove } = properties;
  const stops = ramp(properties.diverging, look);
  const [low, high] = limits;
  const home = marked ?? 0; // where Tab enters
  const last = blocks.length - 1;

  const key = (event: KeyboardEvent) => {
    const block = blockOf(event.target);
    if (block === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = { ArrowRight: Math.min(last, block + 1), ArrowLeft: Math.max(0, block - 1), Home: 0, End: last }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const root = (event.currentTarget as HTMLElement).getRootNode() as ShadowRoot;
    onMove(next, event.shiftKey);
    root.querySelector<HTMLElement>(`.net [data-block="${next}"]`)?.focus();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of buttons, no fieldset
    <div
      class="net"
      role="group"
      aria-label="Blocks of the network: arrow keys move, Shift selects several"
      onPointerOver={(event) => {
        const button = buttonOf(event.target);
        if (button) button.title = button.ariaLabel ?? ""; // now, not for every block at every epoch
        onPoint(blockOf(event.target));
      }}
      onPointerLeave={() => onPoint(null)}
      onClick={(event) => {
        const block = blockOf(event.target);
        if (block !== null) onPress(block, event.shiftKey || event.ctrlKey || event.metaKey);
      }}
      onKeyDown={key}
    >
      {stagesOf(blocks).map((stage) => (
        <div key={stage[0]!.index} class="net-stage" style={`--count: ${stage.length}`}>
          <span class="net-name">stage {stage[0]!.stage + 1}</span>
          <div class="net-blocks">
            {stage.map((block) => {
              const value = values?.[block.index] ?? Number.NaN;
              const colour = Number.isFinite(value) ? mixed(stops, (value - low) / (high - low || 1)) : null;
              const mark =
                block.index === hovered
                  ? "hover"
                  : block.index === marked
                    ? "pick"
                    : chosen.includes(block.index)
                      ? "chosen"
                      : undefined;
              const words = `${blockTitle(block)}${colour ? `: ${signed(value, 3)}` : ""}`;
              return (
                <button
                  key={block.index}
                  type="button"
                  class={block.is_projection ? "net-block projection" : "net-block"}
                  aria-label={words}
                  aria-pressed={block.index === marked || chosen.includes(block.index)}
                  tabIndex={block.index === home ? 0 : -1}
                  data-block={block.index}
                  data-mark={mark}
                >
                  <span style={colour ? `background: ${css(colour)}; color: ${inkOn(colour)}` : undefined}>
                    {block.index}
                  </span>
                </button>
              );
            })}
          </div>
        </div>
      ))}
    </div>
  );
}

export function Key({ limits, diverging, look }: { limits: Range; diverging: boolean; look: Look }): JSX.Element {
  const [low, high] = endsText(limits);
  return (
    <div class="net-key">
      <span>{low}</span>
      <span class="net-scale" style={`background: linear-gradient(to right, ${ramp(diverging, look).join()})`} />
      <span>{high}</span>
    </div>
  );
}
