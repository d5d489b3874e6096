import { describe, expect, it, vi } from "vitest";
import { type Answer, Loader, soFar } from "../src/loader";
import type { Resource } from "../src/resources";
import { Away, Refused, type Source, type Waiting } from "../src/sources/source";

const source = {} as Source;
const turn = () => new Promise((resolve) => setTimeout(resolve));

/** A question whose answer comes when the test says so. */
function question(key: string, options: Partial<Resource<string>> = {}) {
  let done!: (value: string) => void;
  let fail!: (error: Error) => void;
  const promise = new Promise<string>((resolve, reject) => {
    [done, fail] = [resolve, reject];
  });
  const ask = vi.fn((_source: Source, _waiting: Waiting) => promise);
  return { resource: { key, computed: true, ask, ...options } as Resource<string>, ask, done, fail };
}

/** A view that reads some resources each time it is drawn. */
function view(read: () => Resource<string>[]) {
  const drawn: Answer<string>[][] = [];
  const loader: Loader = new Loader(source, () => draw());
  const draw = () => loader.drawing((ask) => drawn.push(read().map((resource) => ask(resource))) > 0);
  return { loader, draw, last: () => drawn.at(-1)! };
}

describe("the loader", () => {
  it("asks for what is read, and draws again with the answer", async () => {
    const one = question("one");
    const shown = view(() => [one.resource]);
    shown.draw();
    expect(shown.last()[0]).toMatchObject({ state: "waiting", progress: 0 });
    one.done("answer");
    await turn();
    expect(shown.last()[0]).toEqual({ state: "done", value: "answer" });
    shown.draw();
    expect(one.ask).toHaveBeenCalledTimes(1);
  });

  it("stops a computation that is not read any more; its late answer changes nothing", async () => {
    const [old, next] = [question("old"), question("next")];
    let wanted = old;
    const shown = view(() => [wanted.resource]);
    shown.draw();
    const { signal } = old.ask.mock.calls[0]![1];
    wanted = next;
    shown.draw();
    expect(signal.aborted).toBe(true);
    old.done("late");
    await turn();
    expect(shown.last()[0]).toMatchObject({ state: "waiting" });
    next.done("right");
    await turn();
    expect(shown.last()[0]).toEqual({ state: "done", value: "right" });
  });

  it("asks for a few at once, the first read first", async () => {
    const all = ["a", "b", "c", "d"].map((key) => question(key));
    const shown = view(() => all.map((one) => one.resource));
    shown.draw();
    expect(all.map((one) => one.ask.mock.calls.length)).toEqual([1, 1, 1, 0]);
    all[0]!.done("a");
    await turn();
    expect(all[3]!.ask).toHaveBeenCalledTimes(1);
  });

  it("does not compute what only flies past", async () => {
    vi.useFakeTimers();
    const steps = ["1", "2", "3"].map((key) => question(key, { rest: 300 }));
    let at = 0;
    const shown = view(() => [steps[at]!.resource]);
    for (at = 0; at < 3; at += 1) {
      shown.draw();
      vi.advanceTimersByTime(100);
    }
    at = 2;
    shown.draw();
    vi.advanceTimersByTime(300);
    expect(steps.map((one) => one.ask.mock.calls.length)).toEqual([1, 0, 1]); // the first change at once, and the last
    expect(steps[0]!.ask.mock.calls[0]![1].signal.aborted).toBe(true);
    vi.useRealTimers();
  });

  it("draws with an answer that grows", async () => {
    const one = question("one");
    const shown = view(() => [one.resource]);
    shown.draw();
    const waiting = one.ask.mock.calls[0]![1];
    waiting.grow("of 32");
    waiting.report(0.5);
    expect(shown.last()[0]).toEqual({ state: "waiting", progress: 0.5, away: false, partial: "of 32" });
    expect(soFar(shown.last()[0]!)).toBe("of 32");
    one.done("of all");
    await turn();
    expect(shown.last()[0]).toEqual({ state: "done", value: "of all" });
    waiting.grow("late");
    expect(soFar(shown.last()[0]!)).toBe("of all");
  });

  it("tries again while the source is away, and says so", async () => {
    vi.useFakeTimers();
    const ask = vi.fn().mockRejectedValueOnce(new Away("away")).mockResolvedValue("back");
    const shown = view(() => [{ key: "k", computed: false, ask }]);
    shown.draw();
    await vi.advanceTimersByTimeAsync(1);
    expect(shown.last()[0]).toMatchObject({ state: "waiting", away: true });
    await vi.advanceTimersByTimeAsync(600);
    expect(shown.last()[0]).toEqual({ state: "done", value: "back" });
    vi.useRealTimers();
  });

  it("keeps a refusal until it is asked to try again", async () => {
    const ask = vi.fn().mockRejectedValueOnce(new Refused("No", "because")).mockResolvedValue("yes");
    const shown = view(() => [{ key: "k", computed: true, ask }]);
    shown.draw();
    await turn();
    expect(shown.last()[0]).toMatchObject({ state: "failed" });
    shown.draw();
    expect(ask).toHaveBeenCalledTimes(1);
    shown.loader.again();
    await turn();
    expect(shown.last()[0]).toEqual({ state: "done", value: "yes" });
  });

  it("reports progress, and brings live answers up to date", async () => {
    vi.useFakeTimers();
    let report!: (progress: number) => void;
    let finish!: (value: string) => void;
    const resource: Resource<string> = {
      key: "k",
      computed: true,
      ask: (_source, waiting) => {
        report = waiting.report;
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
      renew: (value) => (value.length < 3 ? { after: 1000, ask: async () => `${value}+` } : null),
    };
    const shown = view(() => [resource]);
    shown.draw();
    report(0.4);
    expect(shown.last()[0]).toMatchObject({ progress: 0.4 });
    finish("a");
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(1001);
    expect(shown.last()[0]).toEqual({ state: "done", value: "a+" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(shown.last()[0]).toEqual({ state: "done", value: "a++" });
    vi.useRealTimers();
  });

  it("draws nothing but progress ten times a second at most, and what grows at once", async () => {
    vi.useFakeTimers();
    const one = question("one");
    let drawn = 0;
    const loader: Loader = new Loader(source, () => draw());
    const draw = () =>
      loader.drawing((ask) => {
        drawn += 1;
        ask(one.resource);
        return true;
      });
    draw();
    const { report, grow } = one.ask.mock.calls[0]![1];
    for (let percent = 1; percent <= 40; percent += 1) {
      report(percent / 100);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(drawn).toBe(1 + 5);
    grow("of 32");
    grow("of 359");
    expect(drawn).toBe(1 + 5 + 2);
    report(0.5);
    await vi.advanceTimersByTimeAsync(100);
    expect(drawn).toBe(1 + 5 + 2 + 1); // the last one is drawn, too
    vi.useRealTimers();
    loader.close();
  });

  it("stops everything when the view is left", () => {
    const one = question("one");
    const shown = view(() => [one.resource]);
    shown.draw();
    shown.loader.close();
    expect(one.ask.mock.calls[0]![1].signal.aborted).toBe(true);
  });
});
