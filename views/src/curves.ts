/** A run's curves: the arrays of one safetensors file, and their values at an epoch. */

import type { Block } from "./plan";

export type Split = "train" | "validation";
export const SPLITS: readonly Split[] = ["train", "validation"];
type Range = readonly [number, number];

/** How a metric is named and drawn: iterscope/viewing/curves.py. */
export interface MetricShown {
  readonly title: string;
  readonly axis: string;
  readonly unit: number;
  readonly diverging: boolean;
  readonly bounds: Range | null;
}

/** One sentence about one epoch, and whether it agrees with the paper. */
export interface Claim {
  readonly epoch: number;
  readonly verdict: "holds" | "partly" | "no" | "untrained";
  readonly sentence: string;
  readonly cosine: number | null;
  readonly ratio: number | null;
  readonly early_cosine: number | null;
  readonly early_ratio: number | null;
}

interface Header {
  run: string;
  status: string;
  cursor: number;
  imported: boolean;
  merged: { runs: string[]; seeds: (number | null)[]; n: number } | null;
  blocks: Block[];
  epochs: number[];
  metrics: Record<string, MetricShown>;
  series: { metric: string; split: Split; epochs: number[] | null }[];
  scalars: { name: string; split: Split | null; epochs: number[] | null }[];
  ranges: Record<string, Range>;
  limits: Record<string, Range>;
  claims: Claim[];
}

/** One metric on one split: a row of per-block values for each epoch. */
export interface Series {
  readonly epochs: readonly number[];
  readonly rows: readonly Float32Array[];
}

/** One number for each epoch. */
export interface Scalar {
  readonly epochs: readonly number[];
  readonly values: Float32Array;
  readonly std: Float32Array | null;
}

/** The arrays of a safetensors file, and its metadata. */
export function safetensors(file: ArrayBuffer): {
  arrays: Map<string, Float32Array>;
  metadata: Record<string, string>;
} {
  const size = Number(new DataView(file).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(file, 8, size)));
  const { __metadata__: metadata = {}, ...tensors } = header;
  const arrays = new Map<string, Float32Array>();
  for (const [name, tensor] of Object.entries(tensors) as [string, { data_offsets: [number, number] }][]) {
    const [start, stop] = tensor.data_offsets;
    arrays.set(name, new Float32Array(file, 8 + size + start, (stop - start) / 4));
  }
  return { arrays, metadata };
}

/** Index of the latest epoch that is not after `epoch`; −1 before the first. */
export function position(epochs: readonly number[], epoch: number): number {
  let low = 0;
  let high = epochs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (epochs[middle]! <= epoch) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

const wider = (old: Range | undefined, found: Range): Range =>
  old ? [Math.min(old[0], found[0]), Math.max(old[1], found[1])] : found;

/** The curves of one run, or the means over its seeds. Nothing changes in place. */
export class Curves {
  private constructor(
    readonly header: Omit<Header, "series" | "scalars">,
    readonly series: ReadonlyMap<string, Series>,
    readonly scalars: ReadonlyMap<string, Scalar>,
  ) {}

  static read(file: ArrayBuffer): Curves {
    const { arrays, metadata } = safetensors(file);
    const { series, scalars, ...header } = JSON.parse(metadata.curves ?? "{}") as Header;
    const width = header.blocks.length;
    return new Curves(
      header,
      new Map(
        series.map(({ metric, split, epochs }) => {
          const flat = arrays.get(`${metric}/${split}`)!;
          const own = epochs ?? header.epochs;
          return [
            `${metric}/${split}`,
            { epochs: own, rows: own.map((_, i) => flat.subarray(i * width, (i + 1) * width)) },
          ];
        }),
      ),
      new Map(
        scalars.map(({ name, split, epochs }) => {
          const key = `${name}/${split ?? ""}`;
          const scalar = {
            epochs: epochs ?? header.epochs,
            values: arrays.get(`${key}/value`)!,
            std: arrays.get(`${key}/std`) ?? null,
          };
          return [key, scalar];
        }),
      ),
    );
  }

  get blocks(): readonly Block[] {
    return this.header.blocks;
  }
  get epochs(): readonly number[] {
    return this.header.epochs;
  }
  get first(): number {
    return this.epochs[0] ?? 0;
  }
  get last(): number {
    return this.epochs.at(-1) ?? 0;
  }
  /** Number of seeds that these are means of. */
  get seeds(): number {
    return this.header.merged?.n ?? 1;
  }

  metric(name: string): MetricShown {
    return this.header.metrics[name] ?? { title: name, axis: name, unit: 1, diverging: false, bounds: null };
  }

  /** The values of that epoch, or of the latest earlier one. */
  row(metric: string, split: Split, epoch: number): Float32Array | null {
    const found = this.series.get(`${metric}/${split}`);
    return found?.rows[position(found.epochs, epoch)] ?? null;
  }

  claim(epoch: number): Claim | null {
    const { claims } = this.header;
    return (
      claims[
        position(
          claims.map((claim) => claim.epoch),
          epoch,
        )
      ] ?? null
    );
  }

  /** These curves and what was logged or loaded since. */
  with(more: Curves): Curves {
    const merged = <T extends { epochs: readonly number[] }>(
      a: ReadonlyMap<string, T>,
      b: ReadonlyMap<string, T>,
      join: (x: T, y: T) => T,
    ) => {
      const all = new Map(a);
      for (const [key, found] of b) {
        const known = all.get(key);
        all.set(key, known ? join(known, found) : found);
      }
      return all;
    };
    const ranges = { ...this.header.ranges };
    for (const [key, found] of Object.entries(more.header.ranges)) ranges[key] = wider(ranges[key], found);
    const limits = { ...this.header.limits };
    for (const [key, found] of Object.entries(more.header.limits)) limits[key] = wider(limits[key], found);
    const epochs = [...new Set([...this.epochs, ...more.epochs])].sort((a, b) => a - b);
    const claims = new Map([...this.header.claims, ...more.header.claims].map((claim) => [claim.epoch, claim]));
    return new Curves(
      { ...more.header, epochs, ranges, limits, claims: [...claims.values()].sort((a, b) => a.epoch - b.epoch) },
      merged(this.series, more.series, (a, b) => {
        const rows = new Map(a.epochs.map((epoch, i) => [epoch, a.rows[i]!]));
        b.epochs.forEach((epoch, i) => void rows.set(epoch, b.rows[i]!));
        const ordered = [...rows.keys()].sort((x, y) => x - y);
        return { epochs: ordered, rows: ordered.map((epoch) => rows.get(epoch)!) };
      }),
      merged(this.scalars, more.scalars, (a, b) => {
        const newer = new Set(b.epochs);
        if (a.epochs.every((epoch) => newer.has(epoch))) return b;
        const values = new Map(a.epochs.map((epoch, i) => [epoch, a.values[i]!]));
        b.epochs.forEach((epoch, i) => void values.set(epoch, b.values[i]!));
        const ordered = [...values.keys()].sort((x, y) => x - y);
        return { epochs: ordered, values: Float32Array.from(ordered, (epoch) => values.get(epoch)!), std: null };
      }),
    );
  }
}
