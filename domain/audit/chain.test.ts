import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  breakAfter,
  type ChainedEvent,
  type ChainPoint,
  canonicalJson,
  checkExport,
  type ExportedEvent,
  genesis,
  hashOf,
} from "./chain.ts";

const text = fc.string({ unit: "binary", maxLength: 20 });
const json = fc.jsonValue({ maxDepth: 3 });
const plainEvent = fc.record({
  id: text,
  at: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  actor: text,
  actorName: text,
  onBehalfOf: fc.option(text),
  action: text,
  target: text,
  summary: text,
  changes: fc.array(fc.record({ path: text, before: json, after: json }, { requiredKeys: ["path"] }), {
    maxLength: 3,
  }),
  address: text,
  userAgent: text,
  requestId: text,
  sensitiveRead: fc.boolean(),
});

function sealed(plain: readonly Omit<ChainedEvent, "seq" | "organizationId">[]): ExportedEvent[] {
  let previous = genesis;
  return plain.map((one, i) => {
    const event = { ...one, seq: i + 1, organizationId: "org_1" };
    const hash = hashOf(previous.hash, event);
    const line = { ...event, hash, previousHash: previous.hash };
    previous = { seq: event.seq, hash };
    return line;
  });
}
const chain = (minLength: number) => fc.array(plainEvent, { minLength, maxLength: 8 }).map(sealed);

/** As the server checks: from the store's rows, in order. */
function verify(events: readonly ExportedEvent[], start: ChainPoint = genesis) {
  let head = start;
  for (const event of events) {
    const broken = breakAfter(head, event);
    if (broken) return broken;
    head = event;
  }
  return null;
}

/** Another value of the same kind. */
function tampered(value: unknown): unknown {
  if (typeof value === "string") return `${value}x`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return [...value, { path: "added" }];
  return "was null";
}

it("is whole as it was sealed, and also after a way through JSON", () => {
  fc.assert(
    fc.property(chain(0), (events) => {
      expect(verify(events)).toBeNull();
      const lines = events.map((event) => JSON.parse(JSON.stringify(event)) as ExportedEvent);
      expect(checkExport(lines)).toMatchObject({ valid: true, checked: events.length });
    }),
  );
});

it("finds any field of any event that was changed, there or right after", () => {
  fc.assert(
    fc.property(chain(1), fc.nat(), fc.nat(), (events, which, field) => {
      const at = which % events.length;
      const event = events[at] as ExportedEvent;
      const names = Object.keys(event) as (keyof ExportedEvent)[];
      const name = names[field % names.length] as keyof ExportedEvent;
      const changed = events.with(at, { ...event, [name]: tampered(event[name]) });
      const offline = checkExport(changed);
      expect(offline.valid, name).toBe(false);
      expect(offline.checked, name).toBeLessThanOrEqual(at);
      // The store holds no `previousHash`: it is the hash of the event before.
      if (name !== "previousHash") expect(verify(changed), name).not.toBeNull();
    }),
    { numRuns: 300 },
  );
});

it("finds a changed event that was sealed anew, at the next one", () => {
  fc.assert(
    fc.property(chain(2), fc.nat(), (events, which) => {
      const at = which % (events.length - 1);
      const event = events[at] as ExportedEvent;
      const forged = { ...event, summary: `${event.summary}x` };
      const resealed = { ...forged, hash: hashOf(event.previousHash, forged) };
      expect(verify(events.with(at, resealed))).toMatchObject({ fault: "changed", seq: at + 2 });
    }),
  );
});

it("finds what was taken out, but for the end, which a noted head finds", () => {
  fc.assert(
    fc.property(chain(2), fc.nat(), (events, which) => {
      const at = which % events.length;
      const left = events.toSpliced(at, 1);
      const last = events.at(-1) as ExportedEvent;
      if (at < events.length - 1) {
        expect(verify(left)).toMatchObject({ fault: "missing", seq: at + 1, id: null });
      } else {
        expect(verify(left)).toBeNull();
        expect(checkExport(left, { noted: last }).firstBroken).toMatchObject({ fault: "missing" });
      }
    }),
  );
});

it("finds two events that changed places, and one that is there twice", () => {
  fc.assert(
    fc.property(chain(2), fc.nat(), (events, which) => {
      const at = which % (events.length - 1);
      const [one, other] = [events[at], events[at + 1]] as [ExportedEvent, ExportedEvent];
      expect(verify(events.with(at, other).with(at + 1, one))).not.toBeNull();
      expect(verify(events.toSpliced(at, 0, one))).not.toBeNull();
    }),
  );
});

describe("an export", () => {
  const events = sealed(
    fc.sample(plainEvent, { numRuns: 6, seed: 1 }) as Omit<ChainedEvent, "seq" | "organizationId">[],
  );

  it("may begin anywhere", () => {
    expect(checkExport(events.slice(2))).toMatchObject({ valid: true, checked: 4, head: { seq: 6 } });
  });

  it("may leave events out only when that is said", () => {
    const some = [events[0], events[3], events[5]] as ExportedEvent[];
    expect(checkExport(some)).toMatchObject({ valid: false, firstBroken: { fault: "missing", seq: 2 } });
    expect(checkExport(some, { gaps: true })).toMatchObject({ valid: true, checked: 3 });
  });

  it("is held to what was noted", () => {
    const third = events[2] as ExportedEvent;
    expect(checkExport(events, { noted: third }).valid).toBe(true);
    const other = { seq: 3, hash: "f".repeat(64) };
    expect(checkExport(events, { noted: other }).firstBroken).toMatchObject({
      fault: "not_as_noted",
      seq: 3,
    });
  });

  it("says of an empty file that there was nothing to check", () => {
    expect(checkExport([])).toEqual({ valid: true, checked: 0, firstBroken: null, head: null });
  });
});

it("writes JSON in one way only", () => {
  expect(canonicalJson({ b: 1, a: [{ d: null, c: undefined }, "ü"] })).toBe('{"a":[{"d":null},"ü"],"b":1}');
});

it("says of an event without a hash that it is not sealed", () => {
  const [event] = sealed(fc.sample(plainEvent, 1) as Omit<ChainedEvent, "seq" | "organizationId">[]);
  expect(breakAfter(genesis, { ...(event as ExportedEvent), hash: null })).toMatchObject({
    fault: "unsealed",
  });
});
