import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Service } from "../src/sources/service";
import { Away, Refused, type Waiting } from "../src/sources/source";

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;
const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A real server whose routes the test writes. */
async function serving(routes: Record<string, Handler>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const route = `${request.method} ${request.url}`;
    asked.push(route);
    let body = "";
    request.on("data", (piece) => {
      body += piece;
    });
    request.on("end", () =>
      routes[route] ? routes[route](request, response, body) : response.writeHead(404).end("{}"),
    );
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { service: new Service(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked };
}

const json = (response: ServerResponse, value: unknown, status = 200) =>
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
const job = (state: string, more = {}) => ({ id: "j1", state, progress: 0.1, error: null, ...more });
const waiting = (signal = new AbortController().signal): Waiting & { told: number[]; grown: unknown[] } => {
  const [told, grown]: [number[], unknown[]] = [[], []];
  return { signal, told, grown, report: (progress) => told.push(progress), grow: (answer) => grown.push(answer) };
};
const event = (name: string, id: number, data: unknown) =>
  `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const REQUEST = { checkpoint: "c1" };

describe("the service", () => {
  it("answers at once where it can", async () => {
    const { service } = await serving({ "POST /probe/drop": (_q, response) => json(response, { samples: 3 }) });
    expect(await service.probe("drop", REQUEST, waiting())).toEqual({ samples: 3 });
  });

  it("is followed by its events until the job is done", async () => {
    const { service, asked } = await serving({
      "POST /probe/drop": (_q, response) => json(response, job("queued"), 202),
      "GET /jobs/j1/events": (_q, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(event("progress", 1, { progress: 0.5 }));
        response.write(event("partial", 2, { progress: 0.6, partial: { samples: 2 } }));
        setTimeout(() => response.end(event("done", 3, { job: job("done", { result: { samples: 4 } }) })), 5);
      },
    });
    const wait = waiting();
    expect(await service.probe("drop", REQUEST, wait)).toEqual({ samples: 4 });
    expect(wait.told.slice(0, 3)).toEqual([0.1, 0.5, 0.6]);
    expect(wait.grown).toEqual([{ samples: 2 }]);
    expect(asked).toEqual(["POST /probe/drop", "GET /jobs/j1/events"]);
  });

  it("is polled where events don't come", async () => {
    let asked = 0;
    const { service } = await serving({
      "POST /probe/drop": (_q, response) => json(response, job("queued"), 202),
      "GET /jobs/j1/events": (_q, response) => response.writeHead(500).end(),
      "GET /jobs/j1": (_q, response) => {
        asked += 1;
        json(
          response,
          asked < 2 ? job("running", { partial: { samples: 1 } }) : job("done", { result: { samples: 5 } }),
        );
      },
    });
    const wait = waiting();
    expect(await service.probe("drop", REQUEST, wait)).toEqual({ samples: 5 });
    expect(wait.grown).toEqual([{ samples: 1 }]);
  });

  it("cancels the job of an answer that is not wanted any more", async () => {
    const stop = new AbortController();
    const { service, asked } = await serving({
      "POST /probe/drop": (_q, response) => json(response, job("queued"), 202),
      "GET /jobs/j1/events": (_q, response) => {
        response.writeHead(200, { "Content-Type": "text/event-stream" });
        response.write(event("progress", 1, { progress: 0.2 }));
        setTimeout(() => stop.abort(), 5);
      },
      "DELETE /jobs/j1": (_q, response) => json(response, job("cancelled")),
    });
    await expect(service.probe("drop", REQUEST, waiting(stop.signal))).rejects.toThrow();
    await vi.waitFor(() => expect(asked).toContain("DELETE /jobs/j1"));
  });

  it("cancels a job that it hears of too late", async () => {
    const stop = new AbortController();
    const { service, asked } = await serving({
      "POST /probe/drop": (_q, response) => {
        stop.abort();
        json(response, job("queued"), 202);
      },
      "DELETE /jobs/j1": (_q, response) => json(response, job("cancelled")),
    });
    await expect(service.probe("drop", REQUEST, waiting(stop.signal))).rejects.toThrow();
    await vi.waitFor(() => expect(asked).toEqual(["POST /probe/drop", "DELETE /jobs/j1"]));
  });

  it("is asked one question after the other, in the order in which they come", async () => {
    const held: ServerResponse[] = [];
    const { service, asked } = await serving({
      "POST /probe/plan": (_q, response) => void held.push(response),
      "POST /probe/drop": (_q, response) => json(response, { samples: 1 }),
    });
    const plan = service.probe("plan", { ...REQUEST, plan: "0..8" }, waiting());
    const drop = service.probe("drop", REQUEST, waiting());
    const stop = new AbortController();
    const unwanted = service.probe("unroll", REQUEST, waiting(stop.signal));
    await vi.waitFor(() => expect(held).toHaveLength(1));
    stop.abort();
    expect(asked).toEqual(["POST /probe/plan"]);
    held[0]!.writeHead(500).end(); // a failure doesn't hold up what follows
    await expect(plan).rejects.toThrow();
    expect(await drop).toEqual({ samples: 1 });
    await expect(unwanted).rejects.toThrow("no longer needed");
    expect(asked).toEqual(["POST /probe/plan", "POST /probe/drop"]); // a question that was given up is never sent
  });

  it("goes on when a question that was given up gets no answer", async () => {
    const { service } = await serving({
      "POST /probe/plan": () => {},
      "POST /probe/drop": (_q, response) => json(response, { samples: 1 }),
    });
    const stop = new AbortController();
    service.probe("plan", { ...REQUEST, plan: "0..8" }, waiting(stop.signal)).catch(() => {});
    const drop = service.probe("drop", REQUEST, waiting());
    stop.abort();
    expect(await drop).toEqual({ samples: 1 });
  });

  it("says why it refuses, and when it is away", async () => {
    const { service } = await serving({
      "GET /runs": (_q, response) => response.writeHead(502).end(),
      "GET /checkpoints": (_q, response) => json(response, { title: "Not found", detail: "no such run" }, 404),
      "POST /probe/drop": (_q, response) =>
        response
          .writeHead(200, { "Content-Type": "application/problem+json" })
          .end('{"title": "Invalid request", "detail": "no such block", "status": 422}'),
    });
    const refused = service.probe("drop", REQUEST, waiting());
    await expect(refused).rejects.toMatchObject({ message: "no such block", status: 422, lasts: true });
    await expect(service.get("/runs")).rejects.toBeInstanceOf(Away);
    await expect(service.get("/checkpoints")).rejects.toMatchObject({ title: "Not found", message: "no such run" });
    await expect(service.get("/checkpoints")).rejects.toBeInstanceOf(Refused);
    await expect(new Service("http://127.0.0.1:9").get("/runs")).rejects.toBeInstanceOf(Away);
  });

  it("is asked again where somebody else cancelled the job, or it is gone", async () => {
    const { service } = await serving({
      "POST /probe/drop": (_q, response) => json(response, job("cancelled"), 202),
    });
    await expect(service.probe("drop", REQUEST, waiting())).rejects.toBeInstanceOf(Away);
    const { service: other } = await serving({
      "POST /probe/drop": (_q, response) => json(response, job("running"), 202), // no such job
      "POST /probe/plan": (_q, response) => json(response, { detail: "cancelled: send it again" }, 409),
    });
    await expect(other.probe("drop", REQUEST, waiting())).rejects.toBeInstanceOf(Away);
    await expect(other.probe("plan", REQUEST, waiting())).rejects.toBeInstanceOf(Away);
  });

  it("reports a failed job as its problem", async () => {
    const error = { title: "Out of memory", detail: "use fewer images" };
    const { service } = await serving({
      "POST /probe/drop": (_q, response) => json(response, job("failed", { error }), 202),
    });
    await expect(service.probe("drop", REQUEST, waiting())).rejects.toMatchObject({
      title: "Out of memory",
      message: "use fewer images",
    });
  });
});
