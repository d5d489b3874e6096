/** A titled figure: its help, its legend, what is read out where the pointer is, and its menu. */

import type { ComponentChildren, JSX } from "preact";

import type { Mark } from "../charts/draw";
import { csvOf, type Figure, fileName, type LegendEntry, type Origin, pngOf, save, svgOf } from "../charts/export";
import { DASHES, type Look } from "../charts/look";
import { Plot, type PlotProps } from "../charts/plot";
import type { Chart } from "../charts/spec";
import { asCurl, asPython, type Snippet } from "../copy";
import type { Home } from "../home";
import { visible } from "../text";
import { Fold, type Help, HelpFold, Icon } from "./controls";

type Handlers = Pick<PlotProps, "onPoint" | "onPress" | "onDrag" | "onStep">;

export interface PanelProps {
  readonly id: string;
  readonly text: Help;
  readonly charts: readonly Chart[];
  readonly look: Look;
  readonly home: Home;
  readonly origin: Origin;
  readonly marks?: (chart: Chart, i: number) => readonly Mark[];
  readonly handlers?: (chart: Chart, i: number) => Handlers;
  readonly legend?: readonly LegendEntry[];
  readonly badge?: string;
  readonly readout?: string;
  readonly controls?: ComponentChildren;
  readonly snippet?: Snippet | null;
  readonly height?: "tall" | "short" | "low";
  readonly wide?: boolean;
  /** Shown instead of the charts. */
  readonly instead?: ComponentChildren;
  readonly stale?: boolean;
  /** What is shown is of the first images only, so far. */
  readonly growing?: boolean;
}

export function LegendOf({ entries }: { entries: readonly LegendEntry[] }): JSX.Element {
  return (
    <div class="panel-legend">
      {entries.map(({ name, colour, dash }) => (
        <span key={name} class="legend-entry">
          <svg width="20" height="8" aria-hidden="true">
            <path
              d="M1 4h18"
              stroke={colour}
              stroke-width="2.4"
              stroke-dasharray={DASHES[dash ?? "solid"].map((part) => 2 * part).join(" ") || undefined}
              stroke-linecap={dash === "dot" ? "round" : "butt"}
            />
          </svg>
          {visible(name)}
        </span>
      ))}
    </div>
  );
}

const told = new Map<HTMLElement, { label: string | null; timer: ReturnType<typeof setTimeout> }>();
/** Say on a button what became of it, for a moment. */
export function tell(button: HTMLElement, text: string): void {
  const label = told.get(button)?.label ?? button.textContent;
  clearTimeout(told.get(button)?.timer);
  button.textContent = text;
  const timer = setTimeout(() => {
    button.textContent = label;
    told.delete(button);
  }, 1600);
  told.set(button, { label, timer });
}

export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy"); // where the clipboard is only for pages over HTTPS
    field.remove();
    return done;
  }
}

async function exported(
  kind: "svg" | "pdf" | "png" | "csv",
  { origin, ...shown }: Figure,
  address: string,
  home: Home,
): Promise<void> {
  const figure = { ...shown, origin: { ...origin, address } };
  const name = fileName(figure.title);
  if (kind === "csv") return save(`${name}.csv`, new Blob([csvOf(figure)], { type: "text/csv" }));
  const svg = svgOf(figure, kind === "pdf" ? "" : await home.font());
  if (kind === "svg") save(`${name}.svg`, new Blob([svg], { type: "image/svg+xml" }));
  else save(`${name}.${kind}`, kind === "png" ? await pngOf(svg) : await home.pdf!(svg));
}

interface MenuProps {
  readonly figure: Figure;
  readonly home: Home;
  readonly snippet: Snippet | null;
  readonly stale: boolean;
}

function Menu({ figure, home, snippet, stale }: MenuProps): JSX.Element {
  const kinds = [
    ["svg", "SVG image"],
    ...(home.pdf ? [["pdf", "PDF"]] : []),
    ["png", "PNG image"],
    ["csv", "CSV of the plotted data"],
  ] as ["svg" | "pdf" | "png" | "csv", string][];
  const { address } = home.source;
  // Every click writes the address first (element.tsx). It already says what is on its way: a figure of before has none.
  const here = () => (address === null || stale ? "" : location.href);
  const service = address === null ? null : { address, guarded: home.guarded };
  const copies =
    service && snippet
      ? ([
          ["Copy as Python", () => asPython(snippet, service, here())],
          ["Copy as cURL", () => asCurl(snippet, service)],
        ] as const)
      : [];
  return (
    <Fold sign={<Icon name="save" size={15} />} label={`Save the figure “${figure.title}”`} kind="menu">
      {kinds.map(([kind, label]) => (
        <button
          key={kind}
          type="button"
          data-export={kind}
          onClick={({ currentTarget }) => {
            const fold = currentTarget.closest("details");
            exported(kind, figure, here(), home).then(
              () => fold?.removeAttribute("open"),
              (error: Error) => tell(currentTarget, `Not saved: ${error.message}`),
            );
          }}
        >
          {label}
        </button>
      ))}
      {copies.map(([label, text]) => (
        <button
          key={label}
          type="button"
          data-copy={label.split(" ").at(-1)!.toLowerCase()}
          onClick={async ({ currentTarget }) => tell(currentTarget, (await copied(text())) ? "Copied" : "Copy failed")}
        >
          {label}
        </button>
      ))}
    </Fold>
  );
}

export function Panel(properties: PanelProps): JSX.Element {
  const {
    id,
    text,
    charts,
    look,
    home,
    origin,
    legend = [],
    badge,
    readout,
    controls,
    snippet = null,
    instead,
  } = properties;
  const figure: Figure = { title: text.title, charts, legend, origin };
  return (
    <section
      class={`panel${properties.wide ? " wide" : ""}`}
      id={id}
      data-stale={properties.stale ? "" : undefined}
      data-growing={properties.growing ? "" : undefined}
    >
      <div class="panel-head">
        <div class="panel-words">
          <div class="panel-line">
            <h2 class="panel-title" title={text.title}>
              {text.title}
            </h2>
            <div class="panel-said">
              {badge && (
                <span class="panel-badge" hidden={Boolean(readout)}>
                  {badge}
                </span>
              )}
              <span class="panel-readout" aria-live="polite">
                {readout}
              </span>
            </div>
          </div>
          {controls && <div class="panel-controls">{controls}</div>}
          {legend.length > 0 && <LegendOf entries={legend} />}
        </div>
        <div class="panel-tools">
          <HelpFold text={text} paper={home.paper} />
          <Menu
            figure={figure}
            home={home}
            snippet={snippet}
            stale={properties.stale === true || properties.growing === true}
          />
        </div>
      </div>
      <div class={`charts ${properties.height ?? "tall"}`}>
        {instead ? (
          <div class="instead">{instead}</div>
        ) : (
          charts.map((chart, i) => (
            <Plot
              key={chart.heading ?? i}
              id={`${id}-${i}`}
              chart={chart}
              look={look}
              marks={properties.marks?.(chart, i) ?? []}
              label={`${[text.title, chart.heading].filter(Boolean).join(", ")}. ${text.help}`}
              {...properties.handlers?.(chart, i)}
            />
          ))
        )}
      </div>
    </section>
  );
}
