import { expect, it } from "vitest";
import { byGiver, healthWord, statusWord } from "./agent-words.ts";

it("puts what people gave before what an agent tells of itself", () => {
  const { given, told } = byGiver({ "host.name": "a", role: "web", "os.type": "linux", hostile: "no" });
  expect(given).toEqual([
    ["hostile", "no"],
    ["role", "web"],
  ]);
  expect(told.map(([key]) => key)).toEqual(["host.name", "os.type"]);
});

it("tells who left from who was cut off, and what was said last from what is so", () => {
  const left = { status: "revoked", healthy: true, decommissioned: {} } as const;
  expect([statusWord(left), healthWord(left)]).toEqual(["decommissioned", "was healthy"]);
  const away = { status: "offline", healthy: false } as const;
  expect([statusWord(away), healthWord(away)]).toEqual(["offline", "was unhealthy"]);
  const here = { status: "online", healthy: true, decommissioned: null } as const;
  expect([statusWord(here), healthWord(here)]).toEqual(["online", "healthy"]);
  expect(healthWord({ status: "online", healthy: null })).toBeNull();
});
