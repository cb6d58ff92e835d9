import { expect, test } from "vitest";
import { emptyCounts } from "./counts.ts";
import { defaultGates } from "./defaults.ts";
import { judgeEvidence, judgeFailures } from "./gates.ts";

const counts = {
  ...emptyCounts(),
  verified: 6,
  failed: 1,
  rejected: 2,
  timed_out: 1,
  unreachable: 3,
  unchanged: 4,
};

test("failures are judged together, over those that reported, and told apart", () => {
  expect(judgeFailures(counts, { ...defaultGates, maxFailures: 4 }, 0)).toEqual({
    verdict: "pass",
    gate: "failures",
    text: "4 agents failed (1 by its own word, 2 rejected, 1 timed out), within the 4 allowed",
    inputs: {
      failures: 4,
      failed: 1,
      rejected: 2,
      timed_out: 1,
      reported: 10,
      mayStillReport: 0,
      maxFailures: 4,
    },
  });
  expect(judgeFailures(counts, { ...defaultGates, maxFailures: "39%" }, 0)).toMatchObject({
    verdict: "fail",
    text: "4 of 10 agents that reported failed (1 by its own word, 2 rejected, 1 timed out), more than 39%",
  });
  const own = { ...emptyCounts(), failed: 2, verified: 1 };
  expect(judgeFailures(own, { ...defaultGates, maxFailures: 1 }, 0).text).toBe(
    "2 agents failed, more than the 1 allowed",
  );
});

test("who is silent is no evidence, and no failure", () => {
  const silent = { ...emptyCounts(), verified: 1, timed_out: 1, unreachable: 3 };
  expect(judgeEvidence(silent, 5, { minReported: 3 })).toEqual({
    verdict: "hold",
    gate: "evidence",
    text: "2 of 5 agents that were offered the release reported, and 3 must",
    inputs: { offered: 5, verified: 1, failed: 0, timed_out: 1, unreachable: 3, minReported: 3 },
  });
});
