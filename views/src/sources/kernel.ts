/** The kernel of a notebook, through anywidget's channel: it answers the same questions as the service. */

import { type Probe, type Probes, Refused, type Source, type Waiting } from "./source";

/** What anywidget gives a view. */
export interface Model {
  send(content: unknown): void;
  on(event: "msg:custom", heard: Heard): void;
  off(event: "msg:custom", heard: Heard): void;
  get(name: string): unknown;
}
type Heard = (message: Message, buffers: readonly DataView[]) => void;

interface Message {
  readonly id: number;
  readonly progress?: number;
  readonly partial?: unknown;
  readonly value?: unknown;
  readonly problem?: { readonly title: string; readonly detail: string };
}

interface Open {
  take(value: unknown): void;
  refuse(error: Error): void;
  report(progress: number): void;
  grow(answer: unknown): void;
}

export class Kernel implements Source {
  readonly kind = "kernel";
  readonly address = null;
  private readonly open = new Map<number, Open>();
  private readonly pictures = new Map<string, Promise<string>>();
  /** Of questions. Every view of a widget hears all answers, so each counts from a place of its own. */
  private count = Math.floor(Math.random() * 2 ** 31) * 2 ** 20;

  constructor(private readonly model: Model) {
    model.on("msg:custom", this.heard);
  }

  private readonly heard: Heard = (message, buffers) => {
    const question = this.open.get(message.id);
    if (!question) return; // of another view, or not wanted any more
    if (message.progress !== undefined) return question.report(message.progress);
    if (message.partial !== undefined) return question.grow(message.partial);
    this.open.delete(message.id);
    const { problem } = message;
    if (problem) return question.refuse(new Refused(problem.title, problem.detail));
    const [file] = buffers;
    // A copy: arrays in it begin at multiples of four bytes, which a part of a larger message may not.
    question.take(file ? file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) : message.value);
  };

  private ask<T>(question: Record<string, unknown>, waiting?: Waiting): Promise<T> {
    this.count += 1;
    const id = this.count;
    return new Promise<T>((take, refuse) => {
      this.open.set(id, {
        take: take as (value: unknown) => void,
        refuse,
        report: (share) => waiting?.report(share),
        grow: (answer) => waiting?.grow(answer),
      });
      waiting?.signal.addEventListener("abort", () => {
        if (!this.open.delete(id)) return;
        this.model.send({ id, cancel: true });
        refuse(new Refused("Cancelled", "The answer is no longer needed."));
      });
      this.model.send({ id, ...question });
    });
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>({ get: path });
  }

  file(path: string): Promise<ArrayBuffer> {
    return this.ask<ArrayBuffer>({ file: path });
  }

  probe<P extends Probe>(name: P, request: Probes[P][0], waiting: Waiting): Promise<Probes[P][1]> {
    return this.ask<Probes[P][1]>({ probe: name, request }, waiting);
  }

  image(path: string): Promise<string> {
    const known = this.pictures.get(path);
    if (known) return known;
    const found = this.file(path).then((png) => URL.createObjectURL(new Blob([png], { type: "image/png" })));
    this.pictures.set(path, found);
    found.catch(() => this.pictures.delete(path)); // it may be asked for again
    return found;
  }

  close(): void {
    this.model.off("msg:custom", this.heard);
    for (const picture of this.pictures.values()) void picture.then(URL.revokeObjectURL, () => {});
  }
}
