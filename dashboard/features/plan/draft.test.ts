import { expect, test } from "vitest";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { revertRolloutBody, startRolloutBody } from "../../../protocol/api/rollouts.ts";
import { chooseConfig, otherAssignments, releaseBody, startingAssignments } from "./assignments.ts";
import {
  defaultTerms,
  emptyMetric,
  emptyWebhook,
  readCountOrPercent,
  type TermsDraft,
  termsBody,
} from "./terms.ts";

const cfg = (n: number) => `cfg_01JD000000000000000000000${n}`;
const current = {
  assignments: [
    { configId: cfg(1), version: 3, selector: "role=web", fileName: "haproxy.cfg" },
    { configId: cfg(2), version: 7, selector: "", fileName: "motd" },
  ],
} as unknown as Release;
/** As it arrives: what is no number arrives as null. */
const sent = (terms: Partial<TermsDraft>, active = false) =>
  JSON.parse(JSON.stringify(termsBody({ ...defaultTerms, ...terms }, { active })));
const refusedFields = (terms: Partial<TermsDraft>) => {
  const parsed = revertRolloutBody.safeParse(sent(terms));
  return parsed.success ? [] : [...new Set(parsed.error.issues.map((issue) => issue.path.join(".")))];
};

test("a deploy takes the named config to its latest version where it is, and keeps what else the fleet runs", () => {
  const assignments = startingAssignments(current, cfg(1));
  expect(assignments).toEqual([
    { key: 0, config: cfg(1), version: "latest", selector: "role=web", fileName: "haproxy.cfg" },
  ]);
  expect(otherAssignments(current, assignments).map((one) => one.configId)).toEqual([cfg(2)]);
});

test("a config that the fleet does not run yet is for every agent", () => {
  const empty = { version: "latest", selector: "", fileName: undefined };
  expect(startingAssignments(current, cfg(3))).toEqual([{ key: 0, config: cfg(3), ...empty }]);
  expect(startingAssignments(null, undefined)).toEqual([{ key: 0, config: "", ...empty }]);
});

test("a config that is brought from another fleet has that one's version, and its places only where it is new", () => {
  const origin = {
    assignments: [
      { configId: cfg(1), version: 2, selector: "", fileName: "edge.cfg" },
      { configId: cfg(3), version: 4, selector: "zone=a", fileName: "a.cfg" },
      { configId: cfg(3), version: 5, selector: "zone=b", fileName: "a.cfg" },
    ],
  } as unknown as Release;
  expect(startingAssignments(current, cfg(1), origin)).toEqual([
    { key: 0, config: cfg(1), version: 2, selector: "role=web", fileName: "haproxy.cfg" },
  ]);
  expect(startingAssignments(current, cfg(3), origin)).toEqual([
    { key: 0, config: cfg(3), version: 4, selector: "zone=a", fileName: "a.cfg" },
    { key: 1, config: cfg(3), version: 5, selector: "zone=b", fileName: "a.cfg" },
  ]);
  expect(startingAssignments(null, cfg(2), origin)).toMatchObject([{ version: "latest", selector: "" }]);
});

test("a config that is chosen in a row comes with its place in the current release", () => {
  expect(chooseConfig(current, cfg(2))).toEqual({
    config: cfg(2),
    version: "latest",
    selector: "",
    fileName: "motd",
  });
});

test.each([
  ["25%", "25%"],
  [" 3 ", 3],
  ["0", 0],
  ["101%", null],
  ["a few", null],
])("%s is read as %s", (text, value) => {
  expect(readCountOrPercent(text)).toBe(value);
});

test("what the form sends is what the contract takes", () => {
  const release = releaseBody({
    assignments: startingAssignments(current, cfg(1)),
    packages: [
      {
        key: 0,
        name: "otelcol",
        version: "0.139.0",
        url: "https://downloads.example.test/otelcol.tar.gz",
        sha256: ` ${"AB".repeat(32)} `,
        signature: "",
        type: "top-level",
        selector: "role=web",
      },
    ],
    keepOthers: true,
    refreshInputs: false,
  });
  expect(startRolloutBody.safeParse({ ...release, ...sent({}) }).success).toBe(true);
});

test.each(["all-at-once", "rolling", "canary", "blue-green"] as const)(
  "the contract takes every part of a %s plan",
  (strategy) => {
    const body = sent({
      strategy,
      maxUnavailable: "10%",
      ramped: true,
      steps: [
        { key: 0, by: "selector", agents: "", selector: "role=web" },
        { key: 1, by: "agents", agents: "5", selector: "" },
      ],
      metrics: [
        { key: 0, ...emptyMetric, metric: "errors_total", per: "requests_total" },
        { key: 1, ...emptyMetric, metric: "temperature", as: "value", compared: false, max: "80" },
      ],
      webhooks: [{ key: 0, ...emptyWebhook, url: "https://gate.example.test/ok" }],
      startAt: "2026-11-22T09:00",
      windows: [{ key: 0, days: ["mon"], from: "09:00", to: "17:00", timeZone: "Europe/Berlin" }],
      overridesFreeze: true,
      freezeReason: "security fix",
      message: "why",
    });
    expect(revertRolloutBody.safeParse(body).error).toBeUndefined();
  },
);

test.each<[string, Partial<TermsDraft>]>([
  ["strategy.batch", { batch: "a few" }],
  ["strategy.pauseSeconds", { pauseSeconds: "" }],
  ["gates.soakSeconds", { soakSeconds: "soon" }],
  ["gates.metrics.0.metric", { metrics: [{ key: 0, ...emptyMetric }] }],
  ["schedule.startAt", { startAt: "tomorrow" }],
])("what cannot be read is sent, so that it is refused at %s", (path, terms) => {
  expect(refusedFields(terms)).toEqual([path]);
});

test("while another rollout is active the plan queues, unless something else is chosen", () => {
  expect(sent({}).onActive).toBe("refuse");
  expect(sent({}, true).onActive).toBe("queue");
  expect(sent({ onActive: "supersede" }, true).onActive).toBe("supersede");
});
