/** A chart drawn as SVG, and a second SVG above it for the marks: moving a mark draws nothing else. */

import type { ComponentChildren, JSX } from "preact";
import { endsText } from "../text";
import type { Frame, Place } from "./frame";
import { DASHES, type Look, mixed, ramp, scaleRamp } from "./look";
import type { Band, Bars, Cells, Chart, Layer, Line, Numbers, Rule } from "./spec";
import { stageStarts } from "./stages";

const SMALL = 11; // px, of ticks
const at = (value: number) => Math.round(100 * value) / 100;

/** A path through the points; gaps are left out. */
export function pathOf(x: Numbers, y: Numbers, frame: Frame): string {
  let pen = "M";
  let path = "";
  for (let i = 0; i < y.length; i += 1) {
    const [left, top] = [frame.x(x[i]!), frame.y(y[i]!)];
    if (!Number.isFinite(left + top)) {
      pen = "M";
      continue;
    }
    path += `${pen}${at(left)} ${at(top)}`;
    pen = "L";
  }
  return path;
}

/** A shape for each stretch of defined intervals. What goes below the 0 of a logarithmic axis goes down to the axis. */
function outline({ x, low, high }: Band, frame: Frame): string {
  let path = "";
  let [there, back]: [string[], string[]] = [[], []];
  for (let i = 0; i <= low.length; i += 1) {
    const [left, top] = [frame.x(x[i]!), frame.y(high[i]!)];
    const end = frame.y(low[i]!);
    const bottom = low[i]! <= 0 && !Number.isFinite(end) ? frame.bottom : end;
    if (Number.isFinite(left + top + bottom)) {
      there.push(`${at(left)} ${at(top)}`);
      back.unshift(`${at(left)} ${at(bottom)}`);
    } else if (there.length) {
      path += `M${[...there, ...back].join("L")}Z`;
      [there, back] = [[], []];
    }
  }
  return path;
}

const dashes = (line: Line | Rule, width: number) =>
  DASHES[line.dash ?? "solid"].map((part) => at(part * width)).join(" ") || undefined;

/** Markers of one line as one path: circles and squares are ends of lines of no length. */
function Markers({ line, frame, look }: { line: Line; frame: Frame; look: Look }): JSX.Element {
  const size = line.size ?? 6;
  let plain = "";
  let diamonds = "";
  for (let i = 0; i < line.y.length; i += 1) {
    const [x, y] = [at(frame.x(line.x[i]!)), at(frame.y(line.y[i]!))];
    if (!Number.isFinite(x + y)) continue;
    const d = 4.4;
    if (line.hollow?.[i]) diamonds += `M${x} ${y - d}l${d} ${d}l${-d} ${d}l${-d} ${-d}Z`;
    else if (line.marker === "triangle") plain += `M${x} ${y - 3.6}l3.6 6.4h-7.2Z`;
    else plain += line.marker === "tick" ? `M${x - 7} ${y}h14` : `M${x} ${y}h0`;
  }
  const filled = line.marker === "triangle";
  const cap = line.marker === "square" ? "square" : line.marker === "tick" ? "butt" : "round";
  return (
    <>
      {plain && (
        <path
          d={plain}
          stroke={line.colour}
          stroke-width={filled ? 0.5 : size}
          stroke-linecap={cap}
          fill={filled ? line.colour : "none"}
        />
      )}
      {diamonds && <path d={diamonds} stroke={line.colour} stroke-width="1.6" fill={look.paper} />}
    </>
  );
}

function LineLayer({ line, frame, look }: { line: Line; frame: Frame; look: Look }): JSX.Element {
  return (
    <g opacity={line.opacity ?? 1} class="line">
      {!line.bare && (
        <path
          d={pathOf(line.x, line.y, frame)}
          fill="none"
          stroke={line.colour}
          stroke-width={line.width}
          stroke-dasharray={dashes(line, line.width)}
          stroke-linejoin="round"
          stroke-linecap={line.dash === "dot" ? "round" : "butt"}
        />
      )}
      {line.marker && <Markers line={line} frame={frame} look={look} />}
    </g>
  );
}

/** Where the cells of a column begin and end: half-way to its neighbours. */
export function edges(x: Numbers): number[] {
  const found: number[] = [];
  for (let i = 0; i <= x.length; i += 1) {
    if (x.length === 1) found.push(x[0]! - 0.5 + i);
    else if (i === 0) found.push(x[0]! - (x[1]! - x[0]!) / 2);
    else if (i === x.length) found.push(x[i - 1]! + (x[i - 1]! - x[i - 2]!) / 2);
    else found.push((x[i - 1]! + x[i]!) / 2);
  }
  return found;
}

/** The cells as one picture, one pixel high for each row: thousands of rectangles would take long. */
const SHADES = 256;

function CellsLayer({ cells, frame, look }: { cells: Cells; frame: Frame; look: Look }): JSX.Element | null {
  const rows = cells.rows[0]?.length ?? 0;
  if (!rows) return null;
  const bounds = edges(cells.x);
  const left = Math.max(frame.left, frame.x(bounds[0]!));
  const right = Math.min(frame.right, frame.x(bounds.at(-1)!));
  const width = Math.max(1, Math.round(right - left));
  const canvas = Object.assign(document.createElement("canvas"), { width, height: rows });
  const context = canvas.getContext("2d");
  if (!context) return null;
  const picture = context.createImageData(width, rows);
  const shades = Array.from({ length: SHADES }, (_, i) => mixed(ramp(cells.diverging, look), i / (SHADES - 1)));
  const [low, high] = cells.limits;
  let column = 0;
  for (let px = 0; px < width; px += 1) {
    const x = frame.x.invert(left + px + 0.5);
    while (column < cells.rows.length - 1 && x > bounds[column + 1]!) column += 1;
    for (let row = 0; row < rows; row += 1) {
      const value = cells.rows[column]![row]!;
      if (!Number.isFinite(value)) continue;
      const shade = Math.round(((SHADES - 1) * (value - low)) / (high - low || 1));
      const at = 4 * ((rows - 1 - row) * width + px);
      picture.data.set(shades[Math.min(SHADES - 1, Math.max(0, shade))]!, at);
      picture.data[at + 3] = 255;
    }
  }
  context.putImageData(picture, 0, 0);
  const top = frame.y(rows - 0.5);
  return (
    <image
      href={canvas.toDataURL()}
      x={left}
      y={top}
      width={right - left}
      height={frame.y(-0.5) - top}
      preserveAspectRatio="none"
      style="image-rendering: pixelated"
    />
  );
}

function BarsLayer({ bars, frame }: { bars: Bars; frame: Frame }): JSX.Element {
  let path = "";
  if (bars.columns) {
    for (let i = 0; i < bars.y.length; i += 1) {
      const [left, right] = [-0.32, 0.32].map((by) => at(frame.x(bars.y[i]! + by)));
      const [low, high] = [at(frame.y(bars.low[i]!)), at(frame.y(bars.high[i]!))];
      if (Number.isFinite(low + high)) path += `M${left} ${low}H${right}V${high}H${left}Z`;
    }
    return <path d={path} fill={bars.colour} stroke={bars.colour} stroke-width="1" />;
  }
  for (let i = 0; i < bars.y.length; i += 1) {
    const [low, high, y] = [frame.x(bars.low[i]!), frame.x(bars.high[i]!), frame.y(bars.y[i]!)];
    if (Number.isFinite(low + high))
      path += `M${at(low)} ${at(y)}H${at(high)}M${at(low)} ${y - 4}v8M${at(high)} ${y - 4}v8`;
  }
  return <path d={path} stroke={bars.colour} stroke-width="1.5" />;
}

function RuleLayer({ rule, frame }: { rule: Rule; frame: Frame }): JSX.Element | null {
  const where = at(rule.along === "x" ? frame.x(rule.at) : frame.y(rule.at));
  if (!Number.isFinite(where)) return null;
  const path = rule.along === "x" ? `M${where} ${frame.top}V${frame.bottom}` : `M${frame.left} ${where}H${frame.right}`;
  return <path d={path} stroke={rule.colour} stroke-width={rule.name ? 1.5 : 1} stroke-dasharray={dashes(rule, 1.5)} />;
}

/** The names of rules, above the plot. */
function RuleLabels({ chart, frame, look }: { chart: Chart; frame: Frame; look: Look }): JSX.Element {
  return (
    <g font-size="10.5" fill={look.muted}>
      {chart.layers.map((layer) => {
        if (layer.kind !== "rule" || !layer.label) return null;
        const x = at(frame.x(layer.at)) + 4;
        const fits = x + 5.6 * layer.label.length < frame.width;
        return (
          <text key={layer.label} x={fits ? x : frame.right} y={frame.top - 6} text-anchor={fits ? "start" : "end"}>
            {layer.label}
          </text>
        );
      })}
    </g>
  );
}

function drawn(layer: Layer, frame: Frame, look: Look): JSX.Element | null {
  switch (layer.kind) {
    case "line":
      return <LineLayer line={layer} frame={frame} look={look} />;
    case "band":
      return <path d={outline(layer, frame)} fill={layer.colour} fill-opacity="0.14" />;
    case "rule":
      return <RuleLayer rule={layer} frame={frame} />;
    case "stripe": {
      const [top, bottom] = [frame.y(layer.to), frame.y(layer.from)];
      return (
        <rect
          x={frame.left}
          width={frame.right - frame.left}
          y={top}
          height={bottom - top}
          fill={layer.colour}
          fill-opacity="0.14"
        />
      );
    }
    case "bars":
      return <BarsLayer bars={layer} frame={frame} />;
    case "cells":
      return <CellsLayer cells={layer} frame={frame} look={look} />;
  }
}

function Axes({ chart, frame, look }: { chart: Chart; frame: Frame; look: Look }): JSX.Element {
  const { left, right, top, bottom } = frame;
  const across = (left + right) / 2;
  const middle = (top + bottom) / 2;
  const lines = (place: Place, path: (pixel: number) => string) =>
    place.ticks.map(([value]) => path(at(place(value)))).join("");
  return (
    <g font-size={SMALL} fill={look.muted}>
      {chart.y.grid !== false && (
        <path d={lines(frame.y, (y) => `M${left} ${y}H${right}`)} stroke={look.grid} stroke-width="1" />
      )}
      {chart.x.grid !== false && (
        <path d={lines(frame.x, (x) => `M${x} ${top}V${bottom}`)} stroke={look.grid} stroke-width="1" />
      )}
      <path d={`M${left} ${bottom}H${right}`} stroke={look.grid} stroke-width="1" />
      {frame.x.ticks.map(([value, name]) => (
        <text key={value} x={at(frame.x(value))} y={bottom + 15} text-anchor="middle">
          {name}
        </text>
      ))}
      {frame.y.ticks.map(([value, name]) => {
        const parts = name.split("\n");
        return parts.map((part, i) => (
          <text
            key={`${value} ${part}`}
            x={left - 6}
            y={at(frame.y(value)) + 4 + 13 * (i - (parts.length - 1) / 2)}
            text-anchor="end"
          >
            {part}
          </text>
        ));
      })}
      <text x={across} y={bottom + 32} text-anchor="middle" font-size="12">
        {chart.x.title}
      </text>
      {chart.y.title && (
        <text transform={`translate(13 ${middle}) rotate(-90)`} text-anchor="middle" font-size="12">
          {chart.y.title}
        </text>
      )}
      {chart.heading && (
        <text x={left} y={13} font-size="12" font-weight="600" fill={look.ink}>
          {chart.heading}
        </text>
      )}
    </g>
  );
}

/** A dotted line where a stage begins, and its name above the plot. */
function Stages({ chart, frame, look }: { chart: Chart; frame: Frame; look: Look }): JSX.Element | null {
  const starts = stageStarts(chart.blocks ?? []);
  if (starts.length < 2) return null;
  const shown = starts.filter((start) => frame.x(start - 0.5) > frame.left - 40 && frame.x(start) < frame.right);
  const border = shown
    .map((start) => at(frame.x(start - 0.5)))
    .filter((x) => x > frame.left + 1 && x < frame.right)
    .map((x) => `M${x} ${frame.top}V${frame.bottom}`)
    .join("");
  return (
    <g font-size="10.5" fill={look.muted}>
      <path d={border} stroke={look.muted} stroke-width="1" stroke-dasharray="1 3" />
      {shown.map((start) => (
        <text key={start} x={Math.max(frame.left, at(frame.x(start - 0.5)) + 2)} y={frame.top - 6}>
          stage {chart.blocks![start]!.stage + 1}
        </text>
      ))}
    </g>
  );
}

/** The key of the colours, to the right of the plot. */
function Scale({ chart, frame, look, id }: { chart: Chart; frame: Frame; look: Look; id: string }): JSX.Element | null {
  if (!chart.scale) return null;
  const { title, colours, limits } = chart.scale;
  const stops = scaleRamp(colours, look);
  const { right, top, bottom } = frame;
  const [low, high] = endsText(limits);
  return (
    <g font-size="10.5" fill={look.muted}>
      <linearGradient id={id} x1="0" y1="1" x2="0" y2="0">
        {stops.map((colour, i) => (
          <stop key={colour} offset={i / (stops.length - 1)} stop-color={colour} />
        ))}
      </linearGradient>
      <rect x={right + 10} y={top} width="9" height={bottom - top} fill={`url(#${id})`} />
      <text x={right + 23} y={top + 8}>
        {high}
      </text>
      <text x={right + 23} y={bottom}>
        {low}
      </text>
      <text
        transform={`translate(${right + 36} ${(top + bottom) / 2}) rotate(-90)`}
        text-anchor="middle"
        font-size={SMALL}
      >
        {title}
      </text>
    </g>
  );
}

export interface PictureProps {
  readonly chart: Chart;
  readonly frame: Frame;
  readonly look: Look;
  readonly id: string;
}

/** The chart itself, without its frame element. */
export function picture({ chart, frame, look, id }: PictureProps): JSX.Element {
  return (
    <g font-family={look.font} style={`color: ${look.ink}`}>
      <clipPath id={`${id}-clip`}>
        <rect
          x={frame.left - 4}
          y={frame.top - 5}
          width={frame.right - frame.left + 8}
          height={frame.bottom - frame.top + 10}
        />
      </clipPath>
      <Axes chart={chart} frame={frame} look={look} />
      <Stages chart={chart} frame={frame} look={look} />
      <g clip-path={`url(#${id}-clip)`}>{chart.layers.map((layer) => drawn(layer, frame, look))}</g>
      <RuleLabels chart={chart} frame={frame} look={look} />
      <Scale chart={chart} frame={frame} look={look} id={`${id}-scale`} />
    </g>
  );
}

/** What is pointed at, marked or chosen. */
export type Mark =
  | { readonly kind: "x"; readonly at: number; readonly as: MarkStyle }
  | { readonly kind: "row"; readonly at: number; readonly as: MarkStyle }
  | {
      readonly kind: "trail";
      readonly x: Numbers;
      readonly y: Numbers;
      readonly as: MarkStyle;
      readonly colour?: string;
    }
  | { readonly kind: "span"; readonly from: number; readonly to: number; readonly as: MarkStyle };
export type MarkStyle = "hover" | "pick" | "chosen" | "now" | "brush";

export function marks(found: readonly Mark[], frame: Frame): ComponentChildren {
  return found.map((mark) => {
    const style = `mark ${mark.as}`;
    if (mark.kind === "x") {
      const x = at(frame.x(mark.at));
      return x >= frame.left - 1 && x <= frame.right + 1 ? (
        <line class={style} x1={x} x2={x} y1={frame.top} y2={frame.bottom} />
      ) : null;
    }
    if (mark.kind === "row") {
      const [top, bottom] = [frame.y(mark.at + 0.5), frame.y(mark.at - 0.5)];
      return <rect class={style} x={frame.left} width={frame.right - frame.left} y={top} height={bottom - top} />;
    }
    if (mark.kind === "span") {
      const [left, right] = [frame.x(Math.min(mark.from, mark.to)), frame.x(Math.max(mark.from, mark.to))];
      return <rect class={style} x={left} width={right - left} y={frame.top} height={frame.bottom - frame.top} />;
    }
    return <path class={`${style} trail`} d={pathOf(mark.x, mark.y, frame)} stroke={mark.colour} />;
  });
}
