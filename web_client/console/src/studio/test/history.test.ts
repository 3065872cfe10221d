import { describe, expect, it } from "vitest";

import { MAX_PAST, record, redo, settle, startHistory, undo } from "../model/history";

describe("history", () => {
  it("has nothing to undo at the start", () => {
    const history = startHistory(1);
    expect(undo(history)).toBe(history);
    expect(redo(history)).toBe(history);
  });

  it("brings back what was undone, in order", () => {
    let history = record(record(startHistory("a"), "b", null), "c", null);
    history = undo(undo(history));
    expect(history.present).toBe("a");
    history = redo(redo(history));
    expect(history.present).toBe("c");
  });

  it("makes one step of a drag, and a new one after it", () => {
    let history = record(record(record(startHistory(0), 1, "size"), 2, "size"), 3, "size");
    expect(undo(history).present).toBe(0);
    history = record(settle(history), 4, "size");
    expect(undo(history).present).toBe(3);
  });

  it("forgets the undone future after a new change", () => {
    const history = record(undo(record(startHistory("a"), "b", null)), "c", null);
    expect(redo(history)).toBe(history);
  });

  it("keeps a bounded past", () => {
    let history = startHistory(0);
    for (let step = 1; step <= 3 * MAX_PAST; step += 1) history = record(history, step, null);
    expect(history.past).toHaveLength(MAX_PAST);
    expect(history.past[0]).toBe(2 * MAX_PAST);
  });
});
