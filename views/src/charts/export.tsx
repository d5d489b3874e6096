/** A figure as a file: the chart itself, drawn for paper, with its title, its legend and where it comes from. */

import { type JSX, render } from "preact";
import { visible } from "../text";
import { picture } from "./draw";
import { frameOf } from "./frame";
import { DASHES, LIGHT } from "./look";
import { type Chart, rowsOf } from "./spec";

/** A figure: one chart or several side by side. */
export interface Figure {
  readonly title: string;
  readonly charts: readonly Chart[];
  readonly legend: readonly LegendEntry[];
  readonly origin: Origin;
}
export interface LegendEntry {
  readonly name: string;
  readonly colour: string;
  readonly dash?: keyof typeof DASHES;
}

/** Where the numbers of a figure come from. Whatever is not known is left out. */
export interface Origin {
  readonly run?: string; // name and id
  readonly checkpoint?: string; // id and digest
  readonly epoch?: string;
  readonly split?: string;
  readonly images?: string; // how many
  readonly image?: number; // its position in the split
  readonly seeds?: number;
  readonly plan?: string;
  readonly update?: string;
  readonly reference?: string; // what is drawn beside it, or taken from it
  readonly version: string;
  readonly address?: string;
}

/** The origin as text: what was measured, and by what. */
export function originLines(origin: Origin): string[] {
  const { run, checkpoint, epoch, split, images, image, seeds, plan, update, reference, version, address } = origin;
  const parts = [
    run && `run ${run}`,
    checkpoint && `checkpoint ${checkpoint}`,
    epoch && `epoch ${epoch}`,
    split && `split ${split}`,
    images,
    image !== undefined && `image ${image}`,
    seeds && seeds > 1 && `mean of ${seeds} seeds`,
    plan && `plan ${plan}`,
    update,
    reference && `pinned ${reference}`,
  ];
  const what = parts.filter(Boolean).join(" · ");
  return [what, [`Iterscope ${version}`, address].filter(Boolean).join(" · ")].map(visible).filter(Boolean);
}

const SIZE = { width: 760, height: 420 };
const EDGE = 16;
const LETTERS = 120; // of the origin, on one line
const ROW = 20; // of the legend

const wrapped = (text: string): string[] => text.match(new RegExp(`.{1,${LETTERS}}`, "gu")) ?? [];

interface Placed extends LegendEntry {
  readonly left: number;
  readonly row: number;
}

/** Entries beside each other, in as many rows as they need. */
function placed(entries: readonly LegendEntry[]): Placed[] {
  let [left, row] = [EDGE, 0];
  return entries.map((entry) => {
    const width = 46 + 6.4 * entry.name.length;
    if (left > EDGE && left + width > SIZE.width) [left, row] = [EDGE, row + 1];
    left += width;
    return { ...entry, left: left - width, row };
  });
}

function Legend({ entries, top }: { entries: readonly Placed[]; top: number }): JSX.Element {
  return (
    <g font-size="11" fill={LIGHT.ink} style={`color: ${LIGHT.ink}`}>
      {entries.map(({ name, colour, dash, left, row }) => {
        const y = top + ROW * row;
        const pattern = DASHES[dash ?? "solid"].map((part) => 2 * part).join(" ");
        return (
          <g key={name}>
            <path d={`M${left} ${y - 4}h20`} stroke={colour} stroke-width="2" stroke-dasharray={pattern || undefined} />
            <text x={left + 26} y={y}>
              {visible(name)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

/** The figure as an SVG document in light colours. `font`: CSS that brings the typeface. */
export function svgOf(figure: Figure, font: string): string {
  const lines = originLines(figure.origin).flatMap(wrapped);
  const legend = figure.legend.length > 1 ? placed(figure.legend) : [];
  const top = 34 + 12 * lines.length;
  const head = top + (legend.length ? ROW * (legend.at(-1)!.row + 1) : 4);
  const height = SIZE.height + head;
  const share = SIZE.width / figure.charts.length;
  const root = document.createElement("div");
  render(
    <svg xmlns="http://www.w3.org/2000/svg" width={SIZE.width} height={height} viewBox={`0 0 ${SIZE.width} ${height}`}>
      {font && <style>{font}</style>}
      <rect width="100%" height="100%" fill={LIGHT.paper} />
      <g font-family={LIGHT.font} style="font-variant-numeric: tabular-nums">
        <text x={EDGE} y="24" font-size="15" font-weight="600" fill={LIGHT.ink}>
          {visible(figure.title)}
        </text>
        {lines.map((line, i) => (
          <text key={line} x={EDGE} y={40 + 12 * i} font-size="9" fill={LIGHT.muted}>
            {line}
          </text>
        ))}
        <Legend entries={legend} top={top + 14} />
        {figure.charts.map((chart, i) => (
          <g key={chart} transform={`translate(${i * share} ${head})`}>
            {picture({ chart, frame: frameOf(chart, share, SIZE.height), look: LIGHT, id: `export-${i}` })}
          </g>
        ))}
      </g>
    </svg>,
    root,
  );
  const svg = new XMLSerializer().serializeToString(root.firstElementChild!);
  render(null, root);
  return svg;
}

const cell = (value: string | number): string => {
  const text = Number.isNaN(value) ? "" : String(value);
  return /[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
};

/** What is drawn, one row for each point; above it the title, the axes with units, and where it comes from. */
export function csvOf(figure: Figure): string {
  const several = figure.charts.length > 1;
  const height = figure.charts[0]?.y.title; // beside the first one only, where several share their axis
  const axes = figure.charts.map(({ heading = "", x, y }) =>
    `${heading} x: ${x.title}; y: ${y.title || height}`.trim(),
  );
  const rows = figure.charts.flatMap((chart) =>
    [...rowsOf(chart)].map((row) => (several ? [chart.heading ?? "", ...row] : row).map(cell).join(",")),
  );
  const head = [...(several ? ["chart"] : []), "series", "x", "y", "value"].join(",");
  return `# ${[figure.title, ...axes, ...originLines(figure.origin)].join("; ")}\n${[head, ...rows].join("\n")}\n`;
}

/** An SVG document as a PNG at twice its size. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;base64,${base64(new TextEncoder().encode(svg))}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 2 * image.width, height: 2 * image.height });
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the browser can't write PNG")))),
  );
}

export function base64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

/** Put a file into the reader's downloads. */
export function save(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

export const fileName = (title: string): string =>
  `iterscope-${title
    .toLowerCase()
    .replace(/[^a-z0-9ℓ]+/g, "-")
    .replace(/^-|-$/g, "")}`;
