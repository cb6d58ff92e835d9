import { expect, it } from "vitest";
import { fitting, plural } from "./plural.ts";

it("fits a noun and a verb to the count", () => {
  const said = [0, 1, 2].map((count) => `${plural(count, "agent")} ${fitting(count, "runs", "run")} it`);
  expect(said).toEqual(["0 agents run it", "1 agent runs it", "2 agents run it"]);
  expect(plural(2, "history", "histories")).toBe("2 histories");
});
