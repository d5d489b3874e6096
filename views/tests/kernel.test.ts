import { describe, expect, it, vi } from "vitest";
import { Kernel } from "../src/sources/kernel";

interface Sent {
  readonly id: number;
  readonly [name: string]: unknown;
}
type Heard = (message: never, buffers: readonly DataView[]) => void;

/** A widget's model: what the views sent, and what all of them hear. */
function widget() {
  const listeners = new Set<Heard>();
  const sent: Sent[] = [];
  return {
    sent,
    listeners,
    send: (content: unknown) => void sent.push(content as Sent),
    on: (_event: string, heard: Heard) => void listeners.add(heard),
    off: (_event: string, heard: Heard) => void listeners.delete(heard),
    get: () => "",
    answer(message: object, buffers: readonly DataView[] = []) {
      for (const heard of [...listeners]) heard(message as never, buffers);
    },
  };
}
const waiting = () => {
  const controller = new AbortController();
  return { controller, signal: controller.signal, report: vi.fn(), grow: vi.fn() };
};

describe("the kernel's channel", () => {
  it("gives each of two views its own answers", async () => {
    const model = widget();
    const [first, second] = [new Kernel(model), new Kernel(model)];
    const answers = [first.get("/runs"), second.get("/checkpoints")];
    for (const { id, get } of [...model.sent].reverse()) model.answer({ id, value: get });
    expect(await Promise.all(answers)).toEqual(["/runs", "/checkpoints"]);
  });
  it("copies a file, so that its arrays are aligned", async () => {
    const model = widget();
    const file = new Kernel(model).file("/runs/here/curves");
    model.answer({ id: model.sent[0]!.id }, [new DataView(Uint8Array.of(9, 1, 2, 3, 4, 9).buffer, 1, 4)]);
    expect([...new Uint8Array(await file)]).toEqual([1, 2, 3, 4]);
  });
  it("reports progress, and says what was refused", async () => {
    const model = widget();
    const wait = waiting();
    const answer = new Kernel(model).probe("drop", { checkpoint: "here" }, wait);
    const { id, probe, request } = model.sent[0]!;
    expect([probe, request]).toEqual(["drop", { checkpoint: "here" }]);
    model.answer({ id, progress: 0.5 });
    expect(wait.report).toHaveBeenCalledWith(0.5);
    model.answer({ id, partial: { samples: 32 } });
    expect(wait.grow).toHaveBeenCalledWith({ samples: 32 });
    model.answer({ id, problem: { title: "Not possible", detail: "limit of drop is -1" } });
    await expect(answer).rejects.toThrow("limit of drop is -1");
  });
  it("withdraws what is not wanted any more", async () => {
    const model = widget();
    const wait = waiting();
    const answer = new Kernel(model).probe("drop", { checkpoint: "here" }, wait);
    wait.controller.abort();
    await expect(answer).rejects.toThrow("no longer needed");
    const { id } = model.sent[0]!;
    expect(model.sent[1]).toEqual({ id, cancel: true });
    model.answer({ id, value: "late" }); // changes nothing
    wait.controller.abort();
    expect(model.sent).toHaveLength(2);
  });
  it("hears nothing after it was closed", () => {
    const model = widget();
    new Kernel(model).close();
    expect(model.listeners.size).toBe(0);
  });
});
