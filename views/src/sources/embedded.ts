/** The page itself: answers that were measured before it was written. */

import { base64 } from "../charts/export";
import template from "../document.html";
import { NotMeasured, type Probe, type Probes, type Source } from "./source";

/** What a file holds, by question. */
export interface Embedded {
  readonly version: string;
  /** The address of what is shown first: "blocks?run=…". */
  readonly place: string;
  /** What each measurement's options are where a question doesn't say. */
  readonly defaults: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly answers: Readonly<Record<string, unknown>>; // resources and measurements as JSON
  readonly files: Readonly<Record<string, string>>; // base64
  readonly images: Readonly<Record<string, string>>; // data URLs
  /** What lists of images show, each once: the answers of `samples` hold places in it. */
  readonly items: readonly unknown[];
}

type Lists<Item> = { readonly probe?: string; readonly items: readonly Item[] };

/** Answers whose lists hold places, and the items at these: each order of a group lists the same images. */
export function sharedItems(answers: Readonly<Record<string, unknown>>): Pick<Embedded, "answers" | "items"> {
  const places = new Map<string, number>();
  const place = (item: unknown): number => {
    const text = JSON.stringify(item);
    if (!places.has(text)) places.set(text, places.size);
    return places.get(text)!;
  };
  const written = Object.entries(answers).map(([name, answer]) => {
    const { probe, items } = answer as Lists<unknown>;
    return [name, probe === "samples" ? { ...(answer as object), items: items.map(place) } : answer];
  });
  return { answers: Object.fromEntries(written), items: [...places.keys()].map((text) => JSON.parse(text)) };
}

const sorted = (value: unknown): unknown =>
  value && typeof value === "object" && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, each]) => each !== undefined && each !== null)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, each]) => [key, sorted(each)]),
      )
    : value;

/** The name of a measurement's question, whatever the order of its options. Nothing depends on how long one waits. */
export function questionOf(name: string, request: object, defaults: Readonly<Record<string, unknown>> = {}): string {
  return `${name} ${JSON.stringify(sorted({ ...defaults, ...request, wait: null }))}`;
}

/** "/runs/r1/curves?metric=…" → "curves". */
const nameOf = (path: string): string => path.split("?")[0]!.split("/").at(-1)!;

export class Document implements Source {
  readonly kind = "embedded";
  readonly address = null;

  constructor(private readonly held: Embedded) {}

  async get<T>(path: string): Promise<T> {
    return this.answer<T>(path, nameOf(path));
  }

  async file(path: string): Promise<ArrayBuffer> {
    const text = this.held.files[path];
    if (text === undefined) throw new NotMeasured(nameOf(path));
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
  }

  async probe<P extends Probe>(name: P, request: Probes[P][0]): Promise<Probes[P][1]> {
    const defaults = this.held.defaults[name];
    const deep = questionOf(name, { ...request, depth: true }, defaults); // holds all that the same without depths does
    return this.answer<Probes[P][1]>(deep in this.held.answers ? deep : questionOf(name, request, defaults), name);
  }

  image(path: string): string {
    return this.held.images[path] ?? "";
  }

  private answer<T>(key: string, name: string): T {
    if (!(key in this.held.answers)) throw new NotMeasured(name);
    const answer = this.held.answers[key] as Lists<number>;
    if (answer.probe !== "samples") return answer as T;
    return { ...answer, items: answer.items.map((place) => this.held.items[place]) } as T;
  }
}

/** One HTML file that shows what it holds, and asks nobody for anything. */
export function documentOf(title: string, held: Embedded, font: string, script: string): string {
  const parts: Record<string, string> = {
    title: title.replace(/&/g, "&amp;").replace(/</g, "&lt;"),
    font,
    data: JSON.stringify(held).replace(/</g, "\\u003c"), // nothing in it ends the script element
    script,
  };
  return template.replace(/\{(title|font|data|script)\}/g, (_, name: string) => parts[name] ?? "");
}

export const fileText = (file: ArrayBuffer): string => base64(new Uint8Array(file));
