/**
 * Answers to what a view asks for. A view is drawn with the answers that are there; what it reads while it is drawn is what it wants.
 * An answer has its place by its question, so that one that comes late changes nothing but that place.
 */

import type { Resource } from "./resources";
import { Away, type Source, type Waiting } from "./sources/source";

export type Answer<T> =
  | {
      readonly state: "waiting";
      readonly progress: number;
      readonly away: boolean;
      readonly value?: undefined;
      /** The answer for the images that are done so far; parts of it may still be empty. */
      readonly partial?: T;
    }
  | { readonly state: "done"; readonly value: T }
  | { readonly state: "failed"; readonly error: Error; readonly value?: undefined };

/** Reads an answer, and wants it. */
export type Ask = <T>(resource: Resource<T>) => Answer<T>;

const AT_ONCE = 3; // requests; a browser opens six connections to one server
const KEPT = 150; // answers
const CALM = 100; // ms between drawings of nothing but progress: they take time from what is computed beside the page
const AGAIN = [500, 1000, 2000, 4000]; // ms between tries while the source is away
/** What is known of an answer: all of it, or what there is so far. */
export const soFar = <T>(answer: Answer<T> | null): T | undefined =>
  answer?.state === "waiting" ? answer.partial : answer?.value;

export const WAITING: Answer<never> = { state: "waiting", progress: 0, away: false };

interface Work {
  readonly resource: Resource<unknown>;
  readonly stop: AbortController;
}

export class Loader {
  private readonly answers = new Map<string, Answer<unknown>>();
  private readonly work = new Map<string, Work>();
  private readonly renewals = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly since = new Map<string, number>();
  private wanted = new Map<string, Resource<unknown>>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private rested = Number.NEGATIVE_INFINITY; // when something was wanted last that has to rest

  constructor(
    readonly source: Source,
    private readonly changed: () => void,
  ) {}

  /**
   * Draw with the answers that are there; afterwards exactly what was read is wanted, the first read most.
   * `draw` says whether it has drawn: if not, nothing that it read counts.
   */
  drawing(draw: (ask: Ask) => boolean): void {
    const read = new Map<string, Resource<unknown>>();
    const drawn = draw(<A>(resource: Resource<A>) => {
      read.set(resource.key, resource);
      return (this.answers.get(resource.key) as Answer<A> | undefined) ?? WAITING;
    });
    if (!drawn) return;
    this.wanted = read;
    this.pursue();
  }

  /** Whether something that is wanted is still read; computations don't count. */
  get reading(): boolean {
    for (const [key, { computed }] of this.wanted) {
      if (!computed && (this.answers.get(key)?.state ?? "waiting") === "waiting") return true;
    }
    return false;
  }

  /** Ask again for what was refused. */
  again(): void {
    for (const [key, answer] of this.answers) if (answer.state === "failed") this.answers.delete(key);
    this.changed();
  }

  close(): void {
    for (const { stop } of this.work.values()) stop.abort();
    this.work.clear();
    this.wanted = new Map();
    this.pursue();
  }

  private pursue(): void {
    for (const [key, { resource, stop }] of this.work) {
      if (!this.wanted.has(key) && resource.computed) {
        stop.abort();
        this.work.delete(key);
        this.answers.delete(key);
      }
    }
    for (const [key, timer] of this.renewals) {
      if (this.wanted.has(key)) continue;
      clearTimeout(timer);
      this.renewals.delete(key);
    }
    for (const key of this.since.keys()) if (!this.wanted.has(key)) this.since.delete(key);
    clearTimeout(this.timer);
    const now = performance.now();
    let soonest = Number.POSITIVE_INFINITY;
    let changes = false;
    for (const [key, resource] of this.wanted) {
      const answer = this.answers.get(key);
      if (answer?.state === "done") this.renewLater(resource, answer.value);
      if ((answer && answer.state !== "waiting") || this.work.has(key)) continue;
      const rest = resource.rest ?? 0;
      if (!this.since.has(key)) {
        // The first of several changes is asked for at once.
        this.since.set(key, now - this.rested < rest ? now : now - rest);
        changes ||= rest > 0;
      }
      const left = this.since.get(key)! + rest - now;
      if (left > 0) soonest = Math.min(soonest, left);
      else if (this.work.size < AT_ONCE) void this.begin(resource);
    }
    if (changes) this.rested = now;
    if (soonest < Number.POSITIVE_INFINITY) this.timer = setTimeout(() => this.pursue(), soonest);
  }

  private async begin(resource: Resource<unknown>): Promise<void> {
    const { key } = resource;
    const stop = new AbortController();
    this.work.set(key, { resource, stop });
    const mine = () => this.work.get(key)?.stop === stop;
    let progress = 0;
    let partial: unknown;
    let said = Number.NEGATIVE_INFINITY; // when progress was drawn last
    let later: ReturnType<typeof setTimeout> | undefined;
    const told = () => {
      clearTimeout(later);
      later = undefined;
      if (mine()) this.put(key, { state: "waiting", progress, away: false, ...(partial ? { partial } : {}) });
    };
    const again = () => {
      later = undefined;
      waiting.report(progress);
    };
    const waiting: Waiting = {
      signal: stop.signal,
      ...(resource.ahead ? { ahead: true } : {}),
      report: (share) => {
        progress = share;
        const now = performance.now();
        if (now >= said + CALM) {
          said = now;
          told();
        } else later ??= setTimeout(again, said + CALM - now);
      },
      grow: (answer) => {
        partial = answer;
        told();
      },
    };
    for (let tries = 0; mine(); tries += 1) {
      let answer: Answer<unknown>;
      try {
        answer = { state: "done", value: await resource.ask(this.source, waiting) };
      } catch (error) {
        if (error instanceof Away && mine()) {
          progress = 0;
          partial = undefined;
          clearTimeout(later);
          later = undefined;
          this.put(key, { state: "waiting", progress, away: true });
          await new Promise((resolve) => setTimeout(resolve, AGAIN[Math.min(tries, AGAIN.length - 1)]));
          continue;
        }
        answer = { state: "failed", error: error as Error };
      }
      if (mine()) {
        this.work.delete(key);
        this.put(key, answer);
        this.forget();
      }
      break;
    }
    this.pursue();
  }

  private renewLater(resource: Resource<unknown>, value: unknown): void {
    const renewal = resource.renew?.(value);
    if (!renewal || this.renewals.has(resource.key)) return;
    const renew = async () => {
      const next = await renewal.ask(this.source).catch(() => value); // it is tried again
      if (this.renewals.get(resource.key) !== timer) return;
      this.renewals.delete(resource.key);
      if (next !== value) this.put(resource.key, { state: "done", value: next });
      else this.pursue();
    };
    const timer = setTimeout(() => void renew(), renewal.after);
    this.renewals.set(resource.key, timer);
  }

  private put(key: string, answer: Answer<unknown>): void {
    this.answers.delete(key); // the newest comes last
    this.answers.set(key, answer);
    this.changed();
  }

  private forget(): void {
    for (const key of this.answers.keys()) {
      if (this.answers.size <= KEPT) return;
      if (!this.wanted.has(key) && !this.work.has(key)) this.answers.delete(key);
    }
  }
}
