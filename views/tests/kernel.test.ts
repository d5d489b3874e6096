import { describe, expect, it, vi } from "vitest";
import { Kernel } from "../src/sources/kernel";

type Sent = { id: number } & Record<string, unknown>;
type Heard = (message: never, buffers: readonly DataView[]) => void;

/** anywidget's model, which all views of one widget share. */
function model() {
  const heard = new Set<Heard>();
  const sent: Sent[] = [];
  return {
    sent,
    send: (content: unknown) => void sent.push(content as Sent),
    on: (_event: string, each: Heard) => void heard.add(each),
    off: (_event: string, each: Heard) => void heard.delete(each),
    get: () => "",
    answer: (message: object, buffers: readonly DataView[] = []) => {
      for (const each of heard) each(message as never, buffers);
    },
  };
}
const waiting = (signal = new AbortController().signal) => ({ signal, report: vi.fn() });

describe("the kernel of a notebook", () => {
  it("answers each view of one widget what it asked", async () => {
    const shared = model();
    const [one, other] = [new Kernel(shared), new Kernel(shared)];
    const answers = [one.get("/runs"), other.get("/checkpoints?run=here")];
    for (const { id, get } of shared.sent) shared.answer({ id, value: `answer to ${get}` });
    expect(await Promise.all(answers)).toEqual(["answer to /runs", "answer to /checkpoints?run=here"]);
  });

  it("reads a file that is a part of a larger message", async () => {
    const shared = model();
    const file = new Kernel(shared).file("/runs/here/curves");
    shared.answer({ id: shared.sent[0]!.id }, [new DataView(new Uint8Array([9, 1, 2, 3, 9]).buffer, 1, 3)]);
    expect([...new Uint8Array(await file)]).toEqual([1, 2, 3]);
  });

  it("reports progress, and says what is refused", async () => {
    const shared = model();
    const listening = waiting();
    const found = new Kernel(shared).probe("plan", { plan: "0" }, listening);
    const { id } = shared.sent[0]!;
    shared.answer({ id, progress: 0.5 });
    shared.answer({ id, problem: { title: "Not possible", detail: "no such block" } });
    await expect(found).rejects.toMatchObject({ title: "Not possible", message: "no such block" });
    expect(listening.report).toHaveBeenCalledWith(0.5);
  });

  it("withdraws what is not wanted any more, and hears no answer to it", async () => {
    const shared = model();
    const stop = new AbortController();
    const found = new Kernel(shared).probe("plan", { plan: "0" }, waiting(stop.signal));
    const { id } = shared.sent[0]!;
    stop.abort();
    await expect(found).rejects.toMatchObject({ title: "Cancelled" });
    expect(shared.sent[1]).toEqual({ id, cancel: true });
    shared.answer({ id, value: 1 });
  });
});
