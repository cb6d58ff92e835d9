import { expect, it } from "vitest";
import { sentValues } from "./sent-values.ts";

const parameter = (name: string, byDefault: string | null) => ({
  name,
  title: "",
  type: "string" as const,
  default: byDefault,
  pattern: null,
  help: "",
});

it("gives an emptied field its default, and leaves out what is new and must be given", () => {
  const origin = { template: "t", version: 1, parameters: { PORT: "1", HOST: "a" } };
  const parameters = [parameter("PORT", "8080"), parameter("HOST", null), parameter("NEW", null)];
  expect(sentValues({ origin, parameters }, { PORT: "1", HOST: "a" })).toEqual({ PORT: "1", HOST: "a" });
  expect(sentValues({ origin, parameters }, {})).toEqual({ PORT: "8080", HOST: "" });
  expect(sentValues({ origin, parameters }, { NEW: "x" })).toMatchObject({ NEW: "x" });
});
