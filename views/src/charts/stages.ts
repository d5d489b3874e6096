/** The stages of a network. */

import type { Block } from "../plan";

/** Positions at which a stage begins, the first one included. */
export const stageStarts = (blocks: readonly Block[]): number[] =>
  blocks.flatMap((block, i) => (i === 0 || block.stage !== blocks[i - 1]!.stage ? [i] : []));

/** The blocks of each stage. */
export function stagesOf(blocks: readonly Block[]): (readonly Block[])[] {
  const starts = stageStarts(blocks);
  return starts.map((start, i) => blocks.slice(start, starts[i + 1] ?? blocks.length));
}

export const blockTitle = (block: Block): string =>
  `Block ${block.index}, stage ${block.stage + 1}${block.is_projection ? ": projection, its shortcut is not the identity" : ""}`;
