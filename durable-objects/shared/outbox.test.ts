import { expect, it } from "vitest";
import { Outbox } from "./outbox.ts";

function table(count: number) {
  const rows = new Map<number, string>();
  for (let i = 1; i <= count; i++) rows.set(i, `message ${i}`);
  const taken: string[][] = [];
  const state = { failing: 0, attempts: [] as number[], gate: null as Promise<void> | null };
  const outbox = new Outbox<string>({
    getBatch: (limit) => [...rows].slice(0, limit).map(([position, message]) => ({ position, message })),
    deleteRows: (upTo) => {
      for (const position of rows.keys()) if (position <= upTo) rows.delete(position);
    },
    async process(messages) {
      await state.gate;
      if (state.failing-- > 0) throw new Error("the queue is away");
      taken.push(messages);
    },
    onError: (_, attempt) => state.attempts.push(attempt),
  });
  return { rows, taken, state, outbox };
}

it("drains everything in order and in batches, also what is added meanwhile", async () => {
  const { rows, taken, state, outbox } = table(120);
  let open = () => {};
  state.gate = new Promise((resolve) => {
    open = resolve;
  });
  const drained = outbox.drain(0);
  rows.set(121, "message 121");
  expect(outbox.drain(0)).toBe(drained);
  open();
  await drained;
  expect(taken.map((batch) => batch.length)).toEqual([50, 50, 21]);
  expect(taken.flat()[120]).toBe("message 121");
  expect(rows.size).toBe(0);
  expect(outbox.nextDueMs(5)).toBeNull();
});

it("keeps what was not taken, backs off, and sends it later", async () => {
  const { rows, taken, state, outbox } = table(3);
  outbox.load();
  expect(outbox.nextDueMs(7)).toBe(7);
  state.failing = 2;
  await outbox.drain(1_000);
  expect(rows.size).toBe(3);
  expect(outbox.nextDueMs(1_000)).toBe(2_000);
  await outbox.drain(2_000);
  expect(outbox.nextDueMs(2_000)).toBe(4_000);
  await outbox.drain(4_000);
  expect(taken).toEqual([["message 1", "message 2", "message 3"]]);
  expect(state.attempts).toEqual([1, 2]);
  expect(outbox.nextDueMs(4_000)).toBeNull();
});
