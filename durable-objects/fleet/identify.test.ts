import { expect, it } from "vitest";
import { type AgentId, makeAgentId } from "../../domain/ids.ts";
import { freeAgentId } from "./identify.ts";

const fleetId = "flt_01JD0000000000000000000000";
const bytes = (last: number) => new Uint8Array([0, 0, 0, 0, last]);

it("draws again while an id is taken", () => {
  const taken = new Map<AgentId, true>([
    [makeAgentId(fleetId, 7, bytes(1)), true],
    [makeAgentId(fleetId, 7, bytes(2)), true],
  ]);
  const draws = [bytes(1), bytes(2), bytes(1), bytes(3), bytes(4)];
  const drawn = freeAgentId(taken, fleetId, 7, () => draws.shift() ?? bytes(9));
  expect(drawn).toBe(makeAgentId(fleetId, 7, bytes(3)));
  expect(draws).toHaveLength(1);
});
