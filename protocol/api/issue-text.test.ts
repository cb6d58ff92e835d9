import { expect, test } from "vitest";
import { z } from "zod";
import { issueText } from "./issue-text.ts";
import { strategy } from "./rollout-terms.ts";

const textsOf = (schema: z.ZodType, value: unknown) =>
  (schema.safeParse(value).error?.issues ?? []).map((issue) => `${issue.path.join(".")} ${issueText(issue)}`);

const bounds = z.object({
  low: z.number().min(1),
  above: z.number().gt(0),
  high: z.number().max(9),
  below: z.number().lt(9),
  name: z.string().min(1).max(3),
  pair: z.array(z.string()).min(2).max(2),
  given: z.string(),
  own: z.string().min(3, "use three letters"),
});

test("says what a value must be", () => {
  const wrong = { low: 0, above: 0, high: 10, below: 9, name: "", pair: ["a"], own: "x" };
  expect(textsOf(bounds, wrong)).toEqual([
    "low must be 1 or more",
    "above must be more than 0",
    "high must be 9 or less",
    "below must be less than 9",
    "name must not be empty",
    "pair needs at least 2 items",
    "given is needed",
    "own use three letters",
  ]);
  expect(textsOf(bounds.pick({ name: true, pair: true }), { name: "long", pair: ["a", "b", "c"] })).toEqual([
    "name may have at most 3 characters",
    "pair may have at most 2 items",
  ]);
  expect(textsOf(bounds.pick({ given: true }), { given: 1 })).toEqual([
    "given Invalid input: expected string, received number",
  ]);
});

test("says it of plans that are impossible", () => {
  const wave = { pauseSeconds: 0, promotion: "manual" };
  expect(textsOf(strategy, { kind: "canary", steps: [], ...wave })).toEqual(["steps must not be empty"]);
  expect(textsOf(strategy, { kind: "rolling", batch: 1, maxUnavailable: 1, rate: { perMinute: 0 } })).toEqual(
    ["rate.perMinute must be 0.1 or more"],
  );
});
