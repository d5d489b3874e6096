/** Where a view's data come from: a service, the kernel of a notebook, or the page itself. */

import type { components } from "../api";

export type Schemas = components["schemas"];
export type Run = Schemas["Run"];
export type Checkpoint = Schemas["Checkpoint"];

/** The measurements that the views ask for: name → request and answer, from the OpenAPI document. */
export interface Probes {
  "block-metrics": [Partial<Schemas["BlockMetricsRequest"]>, Schemas["BlockMetricsResult"]];
  drop: [Partial<Schemas["DropRequest"]>, Schemas["DropResult"]];
  plan: [Partial<Schemas["PlanRequest"]>, Schemas["PlanResult"]];
  unroll: [Partial<Schemas["UnrollRequest"]>, Schemas["UnrollResult"]];
  predictions: [Partial<Schemas["PredictionsRequest"]>, Schemas["PredictionsResult"]];
  samples: [Partial<Schemas["SamplesRequest"]>, Schemas["SamplesResult"]];
  sample: [Partial<Schemas["SampleRequest"]>, Schemas["SampleResult"]];
}
export type Probe = keyof Probes;

/** How a long answer is waited for. */
export interface Waiting {
  /** Whether anything else that is asked for goes first. */
  readonly ahead?: boolean;
  /** The answer is not wanted any more: what computes it stops. */
  readonly signal: AbortSignal;
  /** 0 to 1. */
  report(progress: number): void;
  /** The answer for the images that are done so far; parts of it may still be empty. */
  grow(answer: unknown): void;
}

export interface Source {
  readonly kind: "service" | "kernel" | "embedded";
  /** A resource as JSON: /runs, /checkpoints?run=… */
  get<T>(path: string): Promise<T>;
  /** A file: /runs/{id}/curves. */
  file(path: string): Promise<ArrayBuffer>;
  /** A measurement. */
  probe<P extends Probe>(name: P, request: Probes[P][0], waiting: Waiting): Promise<Probes[P][1]>;
  /** The address of an image; "" where there is none. */
  image(path: string): string | Promise<string>;
  /** The service's address for copied requests; null where there is none. */
  readonly address: string | null;
}

/** The source refuses a request, and says why. */
export class Refused extends Error {
  constructor(
    readonly title: string,
    detail: string,
    readonly status = 0,
  ) {
    super(detail);
  }
  /** Whether it would refuse it again. */
  get lasts(): boolean {
    return this.status >= 400 && this.status < 500;
  }
}

/** Whether it may help to ask again. */
export const mayHelp = (error: Error): boolean => !(error instanceof Refused && error.lasts);

/** The source can't be reached now. */
export class Away extends Error {}

/** The answer was never computed, and nothing here computes it. */
export class NotMeasured extends Refused {
  constructor(name: string) {
    super(
      "Not measured",
      `This file holds no such measurement (${name}): open the network in Iterscope to compute it.`,
    );
  }
  override get lasts(): boolean {
    return true;
  }
}
