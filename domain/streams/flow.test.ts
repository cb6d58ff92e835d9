import fc from "fast-check";
import { expect, test } from "vitest";
import { InFlow, OutFlow } from "./flow.ts";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const text = (pieces: { data: Uint8Array }[]) =>
  pieces.map(({ data }) => String.fromCharCode(...data)).join("");

test("sends no more than the window until credit comes", () => {
  const flow = new OutFlow<1>(4);
  flow.sent(1, bytes("abc"));
  expect(flow.room).toBe(1);
  flow.sent(1, bytes("d"));
  expect(flow.room).toBe(0);
  flow.credit(3);
  expect(flow.room).toBe(3);
});

test("believes no credit for what was never sent", () => {
  const flow = new OutFlow<1>(4);
  flow.sent(1, bytes("ab"));
  flow.credit(1_000_000);
  expect(flow.room).toBe(4);
});

test("says what is gone to one that has less than is kept", () => {
  const flow = new OutFlow<1>(4);
  flow.sent(1, bytes("abcd"));
  flow.credit(4);
  flow.sent(1, bytes("efgh"));
  expect(flow.resume(2)).toMatchObject({ lost: 2 });
  expect(text(flow.resume(2).pieces)).toBe("efgh");
  expect(flow.resume(null).lost).toBe(4);
});

test("gives credit in large pieces", () => {
  const flow = new InFlow(10);
  expect([flow.took(4), flow.took(4), flow.took(4), flow.took(4)]).toEqual([0, 0, 12, 0]);
  expect([flow.told(), flow.took(6)]).toEqual([16, 0]);
});

test("however often the connection breaks, the other side gets every byte once, in order", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("send" as const), length: fc.integer({ min: 1, max: 40 }) }),
    fc.record({ kind: fc.constant("arrive" as const), frames: fc.integer({ min: 1, max: 5 }) }),
    fc.constant({ kind: "break" as const }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const out = new OutFlow<1>(64);
      const incoming = new InFlow(16);
      let next = 0;
      let wire: Uint8Array[] = [];
      const got: number[] = [];
      const arrive = () => {
        const data = wire.shift();
        if (!data) return;
        got.push(...data);
        const credit = incoming.took(data.byteLength);
        if (credit > 0) out.credit(credit);
      };
      for (const one of steps) {
        if (one.kind === "send") {
          const size = Math.min(one.length, out.room);
          if (size === 0) continue;
          const data = Uint8Array.from({ length: size }, () => next++ % 251);
          out.sent(1, data);
          wire.push(data);
        } else if (one.kind === "arrive") for (let i = 0; i < one.frames; i++) arrive();
        else {
          const { pieces, lost } = out.resume(incoming.told());
          expect(lost).toBe(0);
          wire = pieces.map(({ data }) => data);
        }
      }
      while (wire.length > 0) arrive();
      expect(got).toEqual(Array.from({ length: next }, (_, i) => i % 251));
    }),
  );
});
