import { expect, it } from "vitest";
import { errorFacts } from "./log.ts";

it("tells what broke and where, and none of a query's parameters", () => {
  const cause = new Error("no such table: api_keys");
  const error = new Error("Failed query: select ?\nparams: s3cret,more", { cause });
  const facts = JSON.stringify(errorFacts(error));
  expect(facts).toContain("Failed query: select ?");
  expect(facts).toContain("no such table: api_keys");
  expect(facts).toContain("log.test.ts");
  expect(facts).not.toContain("s3cret");
});

it("takes whatever was thrown", () => {
  expect(errorFacts("plain")).toEqual({ error: "plain" });
});
