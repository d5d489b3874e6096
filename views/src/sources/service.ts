/** The service: REST, with a job's server-sent events, and polling behind them. */

import { Away, type Probe, type Probes, Refused, type Schemas, type Source, type Waiting } from "./source";

const POLL = 250; // ms
/** Seconds that the service goes on without a reader: a page that is closed while it asks can't cancel what it doesn't know yet. */
const LEASE = "10";
const PROBLEM = "application/problem+json";
/** By another page that asked for the same, or by a backend that was ended: it is asked for again. */
const CANCELLED = "The measurement was cancelled by another page or program.";
const NOT_NEEDED = "The answer is no longer needed.";
type Job = Schemas["Job"];

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export class Service implements Source {
  readonly kind = "service";
  /** Questions are sent one after the other: the service then runs first what was asked for first. */
  private sent: Promise<unknown> = Promise.resolve();

  /** `base`: where the interface is for this page; `address`: where it is for everybody. */
  constructor(
    private readonly base: string,
    readonly address: string | null = null,
  ) {}

  async get<T>(path: string): Promise<T> {
    return (await this.fetch(path)).json();
  }

  async file(path: string): Promise<ArrayBuffer> {
    return (await this.fetch(path)).arrayBuffer();
  }

  image(path: string): string {
    return this.base + path;
  }

  async probe<P extends Probe>(name: P, request: Probes[P][0], waiting: Waiting): Promise<Probes[P][1]> {
    const asking = this.sent.then(() => {
      if (waiting.signal.aborted) throw new Refused("Cancelled", NOT_NEEDED);
      return this.fetch(`/probe/${name}`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          "Iterscope-Lease": LEASE,
          ...(waiting.ahead ? { Priority: "u=7" } : {}),
        },
        body: JSON.stringify({ ...request, wait: 0 }), // what is not known yet grows in the job's events
      });
    });
    const givenUp = new Promise((resolve) => waiting.signal.addEventListener("abort", resolve, { once: true }));
    this.sent = Promise.race([asking, givenUp]).catch(() => {});
    const response = await asking;
    const answer = await response.json();
    return response.status === 202 ? this.follow<Probes[P][1]>(answer, waiting) : answer;
  }

  private async fetch(path: string, options: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.base + path, options);
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new Away("The backend is not responding.");
    }
    const refused = response.headers.get("content-type")?.startsWith(PROBLEM); // whatever the status is
    if (response.ok && !refused) return response;
    const problem = await response.json().catch(() => ({}));
    const status = problem.status ?? response.status;
    if (status === 409) throw new Away(CANCELLED);
    if ([502, 503, 504].includes(status)) throw new Away("The backend is not responding.");
    throw new Refused(problem.title ?? "Refused", problem.detail ?? `The backend answered ${status}.`, status);
  }

  private async follow<T>(job: Job, waiting: Waiting): Promise<T> {
    const { signal } = waiting;
    const cancel = () =>
      void fetch(`${this.base}/jobs/${job.id}`, { method: "DELETE", keepalive: true }).catch(() => {});
    if (signal.aborted) cancel();
    signal.addEventListener("abort", cancel, { once: true });
    try {
      let now = job;
      let seen = "0";
      while (!signal.aborted) {
        waiting.report(now.progress);
        if (now.partial) waiting.grow(now.partial);
        if (now.state === "done") return now.result as T;
        if (now.state === "cancelled") throw new Away(CANCELLED);
        if (now.state === "failed") {
          const problem = now.error as { title?: string; detail?: string; status?: number } | null;
          throw new Refused(
            problem?.title ?? "Job failed",
            problem?.detail ?? `Job ${now.id} failed.`,
            problem?.status,
          );
        }
        const last = await this.events(job.id, seen, waiting).catch((): Last => ({ seen, job: null }));
        seen = last.seen;
        if (last.job === null) await pause(POLL);
        now = last.job ?? (await this.job(job.id));
      }
      throw new Refused("Cancelled", NOT_NEEDED);
    } finally {
      signal.removeEventListener("abort", cancel);
    }
  }

  private async job(id: string): Promise<Job> {
    try {
      return await this.get<Job>(`/jobs/${id}`);
    } catch (error) {
      if (error instanceof Refused && error.status === 404) throw new Away("The backend was restarted.");
      throw error;
    }
  }

  /** Read a job's events until the stream ends: with the finished job, or without. */
  private async events(id: string, after: string, waiting: Waiting): Promise<Last> {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": after };
    const response = await this.fetch(`/jobs/${id}/events`, { headers, signal: waiting.signal });
    const last: Last = { seen: after, job: null };
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
      text += piece.value;
      const events = text.split(/\r?\n\r?\n/);
      text = events.pop() ?? "";
      for (const event of events) {
        const fields = new Map(event.split(/\r?\n/).map((line) => line.split(/: ?(.*)/s, 2) as [string, string]));
        const data = fields.get("data");
        if (data === undefined) continue;
        last.seen = fields.get("id") ?? last.seen;
        const value = JSON.parse(data);
        if (value.job) {
          last.job = value.job;
          continue;
        }
        if (value.partial) waiting.grow(value.partial);
        waiting.report(value.progress ?? 0);
      }
    }
    return last;
  }
}

interface Last {
  seen: string;
  job: Job | null;
}
