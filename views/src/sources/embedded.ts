/** The page itself: answers that were measured before it was written. */

import { base64 } from "../charts/export";
import { NotMeasured, type Probe, type Probes, type Source } from "./source";

/** What a file holds, by question. */
export interface Embedded {
  readonly version: string;
  /** The address of what is shown first: "blocks?run=…". */
  readonly place: string;
  readonly answers: Readonly<Record<string, unknown>>; // resources and measurements as JSON
  readonly files: Readonly<Record<string, string>>; // base64
  readonly images: Readonly<Record<string, string>>; // data URLs
}

/** The name of a measurement's question: the order of its options doesn't matter. */
export function questionOf(name: string, request: unknown): string {
  const sorted = (value: unknown): unknown =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, each]) => each !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, each]) => [key, sorted(each)]),
        )
      : value;
  return `${name} ${JSON.stringify(sorted(request))}`;
}

export class Document implements Source {
  readonly kind = "embedded";
  readonly address = null;

  constructor(private readonly held: Embedded) {}

  async get<T>(path: string): Promise<T> {
    return this.answer<T>(path, path);
  }

  async file(path: string): Promise<ArrayBuffer> {
    const text = this.held.files[path];
    if (text === undefined) throw new NotMeasured(path);
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer;
  }

  async probe<P extends Probe>(name: P, request: Probes[P][0]): Promise<Probes[P][1]> {
    return this.answer<Probes[P][1]>(questionOf(name, request), name);
  }

  image(path: string): string {
    return this.held.images[path] ?? "";
  }

  private answer<T>(key: string, name: string): T {
    if (!(key in this.held.answers)) throw new NotMeasured(name);
    return this.held.answers[key] as T;
  }
}

/** What is held, as the text of a script element: nothing in it ends that element. */
export const written = (held: Embedded): string => JSON.stringify(held).replace(/</g, "\\u003c");

export const fileText = (file: ArrayBuffer): string => base64(new Uint8Array(file));
