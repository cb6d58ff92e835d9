import { expect, test } from "vitest";
import { matchSelector, parseSelector } from "../../../domain/fleets/selector.ts";
import type { AgentRelease } from "../../../protocol/api/agent-releases.ts";
import type { Release } from "../../../protocol/api/rollouts.ts";
import { agentPackageName } from "../../../protocol/package-index.ts";
import { releaseBody } from "./assignments.ts";
import { draftOfRelease, releaseOfDraft, selectorOf, startingPackages } from "./upgrade-draft.ts";

const kept = (name: string, selector: string) => ({
  name,
  version: "1.0.0",
  url: "https://packages.example/x",
  sha256: "ab".repeat(32),
  signature: null,
  type: "top-level" as const,
  selector,
});
const current = {
  packages: [kept("otelcol", "role=db"), kept("otelcol", "role=web"), kept("zsh", "")],
} as unknown as Release;

test("an upgrade names its package, and what the release has of that name for others", () => {
  const drafts = startingPackages(current, "otelcol", "role=web", undefined);
  expect(drafts.map(({ key, name, version, selector }) => [key, name, version, selector])).toEqual([
    [0, "otelcol", "", "role=web"],
    [1, "otelcol", "1.0.0", "role=db"],
  ]);
  expect(startingPackages(current, "otelcol", "", undefined)).toHaveLength(1);
  const draft = { assignments: [], packages: drafts, keepOthers: true, refreshInputs: false };
  expect(releaseBody(draft).packages[1]).toEqual(kept("otelcol", "role=db"));
});

const agentRelease = (version: string) =>
  ({
    version,
    package: {
      name: agentPackageName,
      version,
      url: `https://muster.example/downloads/${version}/muster-agent.json`,
      sha256: "cd",
    },
  }) as AgentRelease;

test("the agent's own upgrade begins with the newest that the control plane has, or with another", () => {
  const [older, newest] = [agentRelease("1.9.0"), agentRelease("2.0.0")];
  const [draft] = startingPackages(null, agentPackageName, "role=web", newest);
  expect(draft).toMatchObject({ ...newest.package, selector: "role=web" });
  if (!draft) return;
  expect(releaseOfDraft([newest, older], draft)).toBe(newest);
  const chosen = { ...draft, signature: "of another file", ...draftOfRelease(older) };
  expect(chosen).toMatchObject({ ...older.package, selector: "role=web", signature: "" });
  expect(releaseOfDraft([newest, older], chosen)).toBe(older);
  expect(releaseOfDraft([newest, older], { ...chosen, sha256: "ef" })).toBeUndefined();
  expect(startingPackages(null, "otelcol", "", newest)).toMatchObject([{ version: "", url: "" }]);
});

test("who has taken an upgrade is still who it is for", () => {
  const before = { role: "web", "service.version": "1.0.0" };
  const selector = parseSelector(selectorOf(before));
  expect(matchSelector(selector, { ...before, "service.version": "2.0.0" })).toBe(true);
  expect(matchSelector(selector, { ...before, role: "db" })).toBe(false);
});

test("an agent's labels select it", () => {
  expect(selectorOf({ role: "web", region: "eu" })).toBe("role=web,region=eu");
  const odd = { rack: "hall 2, row 7", note: 'the "old" one', empty: "" };
  expect(matchSelector(parseSelector(selectorOf(odd)), odd)).toBe(true);
  expect(matchSelector(parseSelector(selectorOf(odd)), { ...odd, rack: "hall 2" })).toBe(false);
});

test("an agent with no label but its version is not everybody", () => {
  expect(selectorOf({ "service.version": "1" })).toBe("service.version=1");
});
