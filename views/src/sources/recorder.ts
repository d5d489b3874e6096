/** Remembers what a source was asked and what it answered, so that a file can hold it. */

import { type Embedded, fileText, questionOf, sharedItems } from "./embedded";
import { type Probe, type Probes, Refused, type Run, type Source, type Waiting } from "./source";

const MOST_IMAGES = 400;
const MOST_ANSWERS = 150; // as many as a view keeps

/** The oldest go. */
function drop(kept: Map<string, unknown> | Set<string>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(key);
  }
}

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
    if (!path.includes("&since=")) this.files.add(path).add(path.replace("&merge=seeds", "")); // one run's curves too
    return this.source.file(path);
  }

  async probe<P extends Probe>(name: P, request: Probes[P][0], waiting: Waiting): Promise<Probes[P][1]> {
    const answer = await this.source.probe(name, request, waiting);
    const question = questionOf(name, request);
    this.answers.delete(question); // the newest comes last
    this.answers.set(question, answer);
    drop(this.answers, MOST_ANSWERS);
    return answer;
  }

  image(path: string): string | Promise<string> {
    this.images.delete(path);
    this.images.add(path);
    drop(this.images, MOST_IMAGES);
    return this.source.image(path);
  }

  /** Everything, as a file holds it: resources as they are now, measurements as they were answered. */
  async held(version: string, place: string): Promise<Embedded> {
    const { source } = this;
    const resources = await all(this.paths, (path) => source.get<unknown>(path));
    const list = resources["/runs"] as { runs: Run[] } | undefined;
    if (list) {
      const shown = new Set(list.runs.flatMap((run) => this.shownWith(run)));
      resources["/runs"] = { ...list, runs: list.runs.filter(({ id }) => shown.has(id)) }; // no others of the store
    }
    return {
      version,
      place,
      defaults: {},
      ...sharedItems({ ...Object.fromEntries(this.answers), ...resources }),
      files: await all(this.files, async (path) => fileText(await source.file(path))),
      images: await all(this.images, (path) => this.picture(path)),
    };
  }

  /** A run that was shown, and with it the runs that its mean over seeds is of. */
  private shownWith({ id, siblings }: Run): readonly string[] {
    const files = [...this.files].filter((path) => path.startsWith(`/runs/${id}/`));
    if (files.some((path) => path.endsWith("&merge=seeds"))) return [id, ...siblings];
    return files.length || this.paths.has(`/checkpoints?run=${id}`) ? [id] : [];
  }

  private async picture(path: string): Promise<string> {
    const answer = await fetch(await this.source.image(path));
    return answer.ok ? `data:image/png;base64,${fileText(await answer.arrayBuffer())}` : "";
  }
}

/** What is read of each path; what is no longer there, such as a deleted run, is left out. */
async function all<T>(paths: Iterable<string>, read: (path: string) => Promise<T>): Promise<Record<string, T>> {
  const found = [...paths].map(async (path): Promise<[string, T][]> => {
    try {
      return [[path, await read(path)]];
    } catch (error) {
      if (error instanceof Refused) return [];
      throw error;
    }
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}
