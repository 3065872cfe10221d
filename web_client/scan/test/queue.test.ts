import { describe, expect, it } from "vitest";
import type { Outcome, ReadOutcome } from "../src/api";
import { openDelivery } from "../src/delivery";
import { MAX_QUEUED, openQueue, type QueuedQuery } from "../src/queue";
import { installId, newUuid, openShelf, type Shelf } from "../src/visitor";
import type { VerifyRequest } from "../src/wire_types";

function memoryShelf(): Shelf {
  return openShelf(() => {
    throw new DOMException("denied", "SecurityError");
  });
}

function query(key: string): QueuedQuery {
  const request: VerifyRequest = {
    payload: `7K3M9QRTVW2X4Y6Z8${key}`,
    method: "mobile",
    language: "en",
  };
  return { key, request };
}

const DOWN = { kind: "unreachable" } as const;
function problem(status: number): Outcome {
  const rest = { host: null, hint: null, retry_after_s: null };
  return { kind: "problem", problem: { slug: "", status, ...rest } };
}

/** A server whose answers are set by the test; it keeps the keys that it was asked with. */
function scripted(answers: Outcome[]): {
  keys: string[];
  verify: (request: VerifyRequest, key: string) => Promise<Outcome>;
  verifyPhoto: () => Promise<Outcome>;
  read: () => Promise<ReadOutcome>;
} {
  const keys: string[] = [];
  return {
    keys,
    verify: (_request, key) => {
      keys.push(key);
      return Promise.resolve(answers.shift() ?? DOWN);
    },
    verifyPhoto: () => Promise.resolve(DOWN),
    read: () => Promise.resolve(DOWN),
  };
}

describe("offline queue", () => {
  it("is empty at first and after rubbish was stored", () => {
    const shelf = memoryShelf();
    expect(openQueue(shelf).waiting()).toEqual([]);
    for (const rubbish of ["", "{", "{}", "null", '[1,{"key":""},{"key":"a","request":{}}]']) {
      shelf.set("dianjin.queue", rubbish);
      expect(openQueue(shelf).waiting()).toEqual([]);
    }
  });

  it("survives a reload of the page, in order", () => {
    const shelf = memoryShelf();
    openQueue(shelf).add(query("a"));
    openQueue(shelf).add(query("b"));
    expect(openQueue(shelf).waiting()).toEqual([query("a"), query("b")]);
  });

  it("keeps one entry per key", () => {
    const queue = openQueue(memoryShelf());
    queue.add(query("a"));
    queue.add(query("a"));
    expect(queue.waiting()).toHaveLength(1);
  });

  it("refuses what is over its limit and says so", () => {
    const queue = openQueue(memoryShelf());
    for (let n = 0; n < MAX_QUEUED; n += 1) expect(queue.add(query(`k${n}`))).toBe(true);
    expect(queue.add(query("over"))).toBe(false);
    expect(queue.waiting()).toHaveLength(MAX_QUEUED);
  });
});

describe("delivery", () => {
  it("queues an unsent query and sends it later with the same key", async () => {
    const server = scripted([DOWN, problem(422)]);
    const delivery = openDelivery(server, openQueue(memoryShelf()));
    expect(await delivery.send(query("a"))).toEqual({ kind: "queued", waiting: 1 });
    expect(await delivery.flush()).toEqual([problem(422)]);
    expect(server.keys).toEqual(["a", "a"]);
    expect(delivery.waiting()).toBe(0);
  });

  it.each([[DOWN], [problem(429)], [problem(503)]])(
    "keeps a query that %j does not settle, and those behind it",
    async (passing) => {
      const queue = openQueue(memoryShelf());
      queue.add(query("a"));
      queue.add(query("b"));
      const server = scripted([passing]);
      expect(await openDelivery(server, queue).flush()).toEqual([]);
      expect(server.keys).toEqual(["a"]);
      expect(queue.waiting()).toEqual([query("a"), query("b")]);
    },
  );

  it("does not send the same query twice when two flushes meet", async () => {
    const queue = openQueue(memoryShelf());
    queue.add(query("a"));
    const server = scripted([problem(422)]);
    const delivery = openDelivery(server, queue);
    await Promise.all([delivery.flush(), delivery.flush()]);
    expect(server.keys).toEqual(["a"]);
  });
});

describe("visitor", () => {
  it("has one id of the agreed form, also without storage", () => {
    const shelf = memoryShelf();
    const id = installId(shelf);
    expect(id).toMatch(/^[A-Za-z0-9_-]{8,64}$/);
    expect(installId(shelf)).toBe(id);
  });

  it("replaces an id that was tampered with", () => {
    const shelf = memoryShelf();
    shelf.set("dianjin.install", "bad id\r\nX: y");
    expect(installId(shelf)).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("makes version 4 UUIDs (RFC 9562, 5.4)", () => {
    expect(newUuid()).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(newUuid()).not.toBe(newUuid());
  });
});
