import { z } from "zod";
import { driftPolicies } from "../../../domain/fleets/drift.ts";
import { acceptedDraft, acceptedDrift } from "../../../protocol/api/drift.ts";
import { fleet } from "../../../protocol/api/fleets.ts";
import { clean } from "../../output.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, oneOf, repeated, text } from "../../spec.ts";
import { findAgent } from "../agents/find.ts";
import { paintDiff } from "../configs/diff.ts";
import { checkTerms } from "../deploy/check-terms.ts";
import { actionOptions, carryOut, deployed } from "../deploy/deploy.ts";
import { readTerms, termOptions } from "../deploy/terms.ts";
import { showRollout } from "../rollouts/view.ts";
import { requireSuccess, watchRollout } from "../rollouts/watch.ts";

const names = z.array(text).default([]);

export const reapplyDrift = command({
  name: "reapply",
  summary: "Give drifted agents their files anew",
  about:
    "A rollout of the current release for the drifted agents alone, by the same rules as any other. Agents that run something else than the current release gives them are left out.",
  options: {
    agent: repeated("--agent <agent>", "Only this one, by id or name; repeatable", names),
    ...termOptions,
    ...actionOptions,
  },
  examples: [
    "muster drift reapply --dry-run",
    "muster drift reapply --agent web-1 --wait",
    "muster drift reapply --batch 10%",
  ],
  answer: deployed,
  async run(cli, { options }) {
    const terms = readTerms(options, cli.io.now());
    checkTerms(terms, [], cli.io.now());
    const target = await cli.scope.fleet();
    const agents = await Promise.all(options.agent.map((one) => findAgent(cli, one)));
    const client = await cli.client();
    const { dryRun, wait } = options;
    await carryOut(cli, {
      send: (query) =>
        client.call("POST /v1/fleets/{fleet}/drift/reapply", {
          path: { fleet: target.id },
          query,
          body: { ...terms, ...(agents.length > 0 && { agents }) },
        }),
      dryRun,
      wait,
      heading: `for drifted agents of ${target.slug}`,
      startAt: terms.schedule?.startAt ?? null,
    });
  },
});

export const acceptDrift = command({
  name: "accept",
  summary: "Take over what somebody changed on an agent, as new config versions, and roll them out",
  about:
    "What was changed on the host goes into the config's text, whose placeholders stay. A line that is filled in from variables, secrets or labels cannot be taken over: change those instead. All agents that run the old version get the new one.",
  args: { agent: argument("Id or name", text, "agent") },
  options: {
    file: repeated("--file <name>", "Only this file; repeatable", names),
    ...termOptions,
    ...actionOptions,
  },
  examples: [
    "muster drift accept web-1 --dry-run",
    "muster drift accept web-1 --wait",
    'muster drift accept web-1 --file site.cfg -m "port of the new balancer"',
  ],
  answer: z.union([acceptedDraft, acceptedDrift]),
  async run(cli, { args, options }) {
    const terms = readTerms(options, cli.io.now());
    checkTerms(terms, [], cli.io.now());
    const id = await findAgent(cli, args.agent);
    const done = await (await cli.client()).call("POST /v1/agents/{agent}/drift/accept", {
      path: { agent: id },
      query: options.dryRun ? { dryRun: true } : undefined,
      body: { ...terms, ...(options.file.length > 0 && { files: options.file }) },
    });
    if ("receipt" in done) {
      if (!options.wait) return cli.output.result(done, (style) => showReceipt(done.receipt, style));
      if (!cli.output.json) cli.output.note(showReceipt(done.receipt, cli.output.style));
      const ended = await watchRollout(cli, done.rolloutId);
      cli.output.result(done, (style) => showRollout(ended, style));
      return requireSuccess(cli, ended);
    }
    cli.output.result(done, (style) =>
      done.files
        .flatMap(({ name, configName, baseVersion, diff }) => [
          style.color.bold(`${clean(configName)}, from version ${baseVersion} (${clean(name)})`),
          ...diff
            .replace(/\n$/, "")
            .split("\n")
            .map((line) => paintDiff(line, style)),
        ])
        .join("\n"),
    );
  },
});

export const setDriftPolicy = command({
  name: "policy",
  summary: "Show or set what the fleet does about drift",
  about:
    "tell: say so, and leave the files alone. reapply: give drifted agents their files anew, by a rollout; one that drifts again and again is waited for longer each time, and left alone after six repairs. accept: make a new config version of what the agent has, and roll that out; where agents disagree, or a line is filled in from variables, a person decides.",
  args: {
    policy: argument(`${driftPolicies.join(", ")}; shown when left out`, oneOf(driftPolicies).optional()),
  },
  examples: ["muster drift policy", "muster drift policy reapply --fleet web"],
  answer: fleet,
  async run(cli, { args }) {
    const found = await cli.scope.fleet();
    const client = await cli.client();
    const path = { fleet: found.id };
    const before = await client.call("GET /v1/fleets/{fleet}", { path });
    if (args.policy === undefined) {
      const { counts: _, activeRolloutId: __, ...shown } = before;
      cli.output.result(shown, () => before.driftPolicy);
      return;
    }
    const changed = await client.call("PATCH /v1/fleets/{fleet}", {
      path,
      body: { driftPolicy: args.policy },
    });
    cli.output.result(
      changed,
      ({ color }) =>
        `${color.green("✓")} What fleet ${clean(changed.name)} does about drift: ${changed.driftPolicy}.\n  ${color.dim("undo:")} muster drift policy ${before.driftPolicy} --fleet ${changed.slug}`,
    );
  },
});
