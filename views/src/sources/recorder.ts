/** Remembers what a source was asked and what it answered, so that a file can hold it. */

import { type Embedded, fileText, questionOf } from "./embedded";
import type { Probe, Probes, Source, Waiting } from "./source";

const MOST_IMAGES = 400;

export class Recorder implements Source {
  private readonly paths = new Set<string>();
  private readonly files = new Set<string>();
  private readonly answers = new Map<string, unknown>();
  private readonly images = new Set<string>();

  constructor(private readonly source: Source) {}

  get kind() {
    return this.source.kind;
  }
  get address() {
    return this.source.address;
  }

  get<T>(path: string): Promise<T> {
    this.paths.add(path);
    return this.source.get<T>(path);
  }

  file(path: string): Promise<ArrayBuffer> {
    if (!path.includes("&since=")) this.files.add(path);
    return this.source.file(path);
  }

  async probe<P extends Probe>(name: P, request: Probes[P][0], waiting: Waiting): Promise<Probes[P][1]> {
    const answer = await this.source.probe(name, request, waiting);
    this.answers.set(questionOf(name, request), answer);
    return answer;
  }

  image(path: string): string | Promise<string> {
    this.images.add(path);
    return this.source.image(path);
  }

  /** Everything, as a file holds it: resources as they are now, measurements as they were answered. */
  async held(version: string, place: string): Promise<Embedded> {
    const paths = [...this.paths].map(async (path) => [path, await this.source.get(path)] as const);
    const files = [...this.files].map(async (path) => [path, fileText(await this.source.file(path))] as const);
    const images = [...this.images].slice(-MOST_IMAGES).map(async (path) => [path, await this.picture(path)] as const);
    return {
      version,
      place,
      defaults: {},
      answers: { ...Object.fromEntries(this.answers), ...Object.fromEntries(await Promise.all(paths)) },
      files: Object.fromEntries(await Promise.all(files)),
      images: Object.fromEntries(await Promise.all(images)),
    };
  }

  private async picture(path: string): Promise<string> {
    const answer = await fetch(await this.source.image(path));
    return answer.ok ? `data:image/png;base64,${fileText(await answer.arrayBuffer())}` : "";
  }
}
