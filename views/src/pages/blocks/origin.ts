/** Where the numbers of the Blocks page come from, and the requests that bring them. */

import type { Origin } from "../../charts/export";
import { byBlock, overEpochs as copyOver, type Snippet } from "../../copy";
import type { Split } from "../../curves";
import { soFar } from "../../loader";
import { measuredSplit, type State } from "../../state";
import { plural } from "../../text";
import { checkpointText, epochText } from "../runs";
import { type Line, loggedImages, type Over, shownSplit, splitsOf } from "./data";
import { epochsOf, measuredOf, type Reference, type View } from "./view";

const named = (split: "both" | Split) => (split === "both" ? "train and validation" : split);
/** The splits that are drawn of what was logged. */
export const splitText = (state: State): string => named(shownSplit(state));

export function originOf(view: View, metric: string, overTime = false): Origin {
  const { lines, reference, context, shown } = view;
  const { state, home } = context;
  const line = lines[0]!;
  const measured = measuredOf(line, metric);
  const found = measured && soFar<{ samples: number }>(measured.answer);
  const { seeds } = line.curves;
  const splits = overTime && metric !== "gradient_norm_ratio" ? [measuredSplit(state)] : splitsOf(metric, state);
  const images = found
    ? plural(found.samples, "image")
    : !measured && metric !== "accuracy" && loggedImages(context, shown.all, lines, splits);
  const split = metric.startsWith("drop")
    ? "validation"
    : measured || overTime
      ? measuredSplit(state)
      : shownSplit(state);
  const epochs = epochsOf(view, metric).flatMap((each, i) =>
    each === undefined ? [] : epochText(lines[i]!.run, each),
  );
  return {
    run: lines.map((each) => runsOf(each, measured !== null)).join(", "),
    split: named(split),
    version: home.version,
    ...(overTime ? {} : { epoch: [...new Set(epochs)].join(", ") }),
    ...(reference && !overTime ? { reference: `${pinName(reference, metric)} (${reference.line.run.id})` } : {}),
    ...(overTime && measured
      ? {}
      : measured
        ? { checkpoint: lines.flatMap((each) => checkpointOf(each, metric)).join("; ") }
        : { seeds }),
    ...(images ? { images } : {}),
    ...(metric.endsWith("_effective") ? { update: "effective update hᵢ₊₁ − hᵢ" } : {}),
  };
}

/** A measurement is of one run; curves may be the mean over several. */
function runsOf({ run, name, curves }: Line, measured: boolean): string {
  const merged = measured ? null : curves.header.merged;
  return merged ? `${name} (${merged.runs.join(", ")})` : `${run.name} (${run.id})`;
}

/** The pinned curve's name; of what was measured, with the epoch of the checkpoint. */
function pinName({ line, name }: Reference, metric: string): string {
  const saved = measuredOf(line, metric)?.checkpoint;
  return saved && line.run.status !== "imported" ? `epoch ${saved.epoch} of ${line.run.name}` : name;
}

function checkpointOf(line: Line, metric: string): string[] {
  const saved = measuredOf(line, metric)?.checkpoint;
  return saved ? [checkpointText(saved)] : [];
}

export function snippetOf({ lines, reference, epoch, context }: View, metric: string): Snippet | null {
  const line = lines[0]!;
  if (measuredOf(line, metric)) {
    const requests = [...lines, ...(reference ? [reference.line] : [])].flatMap((each) => {
      const found = measuredOf(each, metric);
      const name = metric.startsWith("drop") ? "drop" : "block-metrics";
      if (!found?.checkpoint) return [];
      const more =
        name === "drop"
          ? { split: "validation", blocks: "each" }
          : { split: measuredSplit(context.state), update: "effective" };
      return [{ path: `/probe/${name}`, body: { checkpoint: found.checkpoint.id, ...more, wait: 60 } }];
    });
    return requests.length ? { requests } : null;
  }
  const merge = (each: Line) => (each.curves.seeds > 1 ? "&merge=seeds" : "");
  const shown = [
    ...lines.map((each) => [each, epoch] as const),
    ...(reference ? [[reference.line, reference.epoch] as const] : []),
  ];
  return {
    requests: shown.map(([each]) => ({ path: `/runs/${each.run.id}/metrics?metric=${metric}${merge(each)}` })),
    draw: byBlock(
      metric,
      splitsOf(metric, context.state),
      line.curves.metric(metric).unit,
      shown.map(([, at]) => at),
      context.state.difference && reference !== null,
    ),
  };
}

export function overSnippet({ lines, context }: View, over: Over, map: boolean): Snippet {
  const line = lines[0]!;
  const { metric } = context.state;
  if (over.measured) {
    const body = { checkpoints: `run:${line.run.id}/every`, split: "validation", blocks: "each", wait: 60 };
    return { requests: [{ path: "/probe/drop", body }] };
  }
  const merge = line.curves.seeds > 1 ? "&merge=seeds" : "";
  return {
    requests: [{ path: `/runs/${line.run.id}/metrics?metric=${metric}${merge}` }],
    draw: copyOver(metric, measuredSplit(context.state), line.curves.metric(metric).unit, map),
  };
}
