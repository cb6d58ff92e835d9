import fc from "fast-check";
import { expect, it } from "vitest";
import { lastProofMs } from "./presence.ts";

const time = fc.integer({ min: 1, max: 1_000_000 });
const evidence = fc.record({
  connectedAt: time,
  polledAt: fc.option(time),
  offeredAt: fc.option(time),
  answeredAt: fc.option(time),
  aliveAt: time,
});

it("is the latest evidence, and the object's own life speaks only for those on a socket", () => {
  fc.assert(
    fc.property(evidence, ({ answeredAt, aliveAt, ...times }) => {
      const history =
        answeredAt === null
          ? []
          : [{ hash: "h", releaseId: null, status: "applied" as const, error: null, at: answeredAt }];
      const own = Math.max(times.connectedAt, times.polledAt ?? 0, times.offeredAt ?? 0, answeredAt ?? 0);
      const agent = { ...times, history };
      expect(lastProofMs({ ...agent, transport: "http" }, aliveAt)).toBe(own);
      expect(lastProofMs({ ...agent, transport: "websocket" }, aliveAt)).toBe(Math.max(own, aliveAt));
    }),
  );
});
