import { z } from "zod";
import { plural } from "../../../domain/plural.ts";
import {
  type SecretsKey,
  type SecretUsage,
  secretsKey,
  secretsKeyChange,
  secretUsage,
  secretVersion,
  secretVersionChange,
} from "../../../protocol/api/secrets.ts";
import { page } from "../../../protocol/api/shared.ts";
import { confirm } from "../../confirm.ts";
import { collect, showList } from "../../listing.ts";
import { clean, type Style } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, paging, yesOption } from "../../spec.ts";
import { ago } from "../../time.ts";
import { placeOptions, readPlace } from "../environments/place.ts";
import { secretAt } from "./find.ts";
import { secretArgument } from "./secrets.ts";

const numberArgument = argument("Its number", z.coerce.number().int().min(1));

export const listSecretVersions = command({
  name: "versions",
  summary: "List the versions of a secret, never their values",
  args: { name: secretArgument },
  options: { ...placeOptions, ...paging },
  examples: ["muster secrets versions API_TOKEN --environment production"],
  answer: page(secretVersion),
  async run(cli, { args, options: { environment, inFleet, selector, ...query } }) {
    const { id, name } = await secretAt(
      cli,
      await readPlace(cli, { environment, inFleet, selector }),
      args.name,
    );
    const list = await collect(await cli.client(), "GET /v1/secrets/{secret}/versions", {
      path: { secret: id },
      query,
    });
    const now = cli.io.now();
    showList(
      cli,
      list,
      [
        { title: "VERSION", value: (row) => String(row.number), align: "right" },
        { title: "STATE", value: (row) => row.state },
        { title: "SET", value: (row) => `${ago(row.createdAt, now)} by ${clean(row.author)}` },
        {
          title: "DECIDED BY",
          value: (row) => (row.decidedBy === null ? "" : clean(row.decidedBy)),
          drop: 1,
        },
      ],
      `${name} has no versions.`,
    );
  },
});

function decision(verb: "approve" | "reject", about: string) {
  return command({
    name: verb,
    summary:
      verb === "approve" ? "Approve a version that waits for it" : "Reject a version that waits for approval",
    about,
    args: { name: secretArgument, version: numberArgument },
    options: placeOptions,
    examples: [`muster secrets ${verb} API_TOKEN 3 --environment production`],
    answer: secretVersionChange,
    async run(cli, { args, options }) {
      const { id } = await secretAt(cli, await readPlace(cli, options), args.name);
      const path = { secret: id, number: String(args.version) };
      const client = await cli.client();
      showDone(
        cli,
        verb === "approve"
          ? await client.call("POST /v1/secrets/{secret}/versions/{number}/approve", { path })
          : await client.call("POST /v1/secrets/{secret}/versions/{number}/reject", { path }),
      );
    },
  });
}

export const approveSecret = decision(
  "approve",
  "It becomes current. In a protected environment nobody approves what they set themselves; API keys never approve.",
);
export const rejectSecret = decision("reject", "Its value is gone at once; the current version stays.");

export const destroySecretVersion = command({
  name: "destroy",
  summary: "Destroy a version of a secret: its sealed bytes go",
  about: "Refused for the current version, and while a fleet may still send it to an agent.",
  args: { name: secretArgument, version: numberArgument },
  options: { ...placeOptions, yes: yesOption },
  examples: ["muster secrets destroy API_TOKEN 2 --environment production --yes"],
  answer: secretVersionChange,
  async run(cli, { args, options }) {
    const { id, name } = await secretAt(cli, await readPlace(cli, options), args.name);
    await confirm(cli, `Destroy version ${args.version} of ${name}? It cannot be brought back.`, options.yes);
    const path = { secret: id, number: String(args.version) };
    showDone(cli, await (await cli.client()).call("DELETE /v1/secrets/{secret}/versions/{number}", { path }));
  },
});

export const showSecretUsage = command({
  name: "usage",
  summary: "Show who names a secret, and which agents hold which version",
  args: { name: secretArgument },
  options: placeOptions,
  examples: ["muster secrets usage API_TOKEN --environment production"],
  answer: secretUsage,
  async run(cli, { args, options }) {
    const { id } = await secretAt(cli, await readPlace(cli, options), args.name);
    const usage = await (await cli.client()).call("GET /v1/secrets/{secret}/usage", { path: { secret: id } });
    cli.output.result(usage, (style) => usageText(usage, style));
  },
});

function usageText({ configs, releases, fleets, fleetsLeftOut }: SecretUsage, { color }: Style): string {
  const lines = [color.bold(configs.length === 0 ? "No config's newest version names it." : "Named by:")];
  for (const { name, version } of configs) lines.push(`  ${clean(name)} v${version}`);
  lines.push(color.bold(fleets.length === 0 ? "No fleet may have it." : "Held by:"));
  for (const { slug, held, versions, problem } of fleets) {
    if (problem !== null) lines.push(`  ${slug}: ${color.red("not known:")} ${clean(problem)}`);
    else if (held.length === 0) lines.push(`  ${slug}: nothing of it`);
    else lines.push(`  ${slug}: keeps ${held.map((number) => `v${number}`).join(", ")}`);
    for (const { number, agents, first } of versions) {
      const names = first.map(({ name }) => clean(name)).join(", ");
      const rest = first.length > 0 && agents > first.length ? ` and ${agents - first.length} more` : "";
      lines.push(`    v${number}: ${plural(agents, "agent")}${names === "" ? "" : ` (${names}${rest})`}`);
    }
  }
  if (fleetsLeftOut > 0) lines.push(color.dim(`  ${plural(fleetsLeftOut, "further fleet")} not asked`));
  if (releases.length > 0) {
    lines.push(color.bold("Given to:"));
    const slugs = new Map(fleets.map(({ fleet, slug }) => [fleet, slug]));
    for (const { number, version, fleet } of releases)
      lines.push(`  release ${number} of ${slugs.get(fleet) ?? fleet}: v${version}`);
  }
  return lines.join("\n");
}

export const showSecretKeys = command({
  name: "keys",
  summary: "Show the keys that seal the organization's secrets",
  examples: ["muster secrets keys"],
  answer: secretsKey,
  async run(cli) {
    const { id } = await cli.scope.organization();
    const keys = await (await cli.client()).call("GET /v1/orgs/{org}/secrets-key", { path: { org: id } });
    cli.output.result(keys, (style) => keysText(keys, style));
  },
});

function keysText({ masterKeyId, keys, fleetsBehind }: SecretsKey, { color }: Style): string {
  const lines = [color.bold(`Master key ${clean(masterKeyId)} wraps new data keys.`)];
  if (keys.length === 0) lines.push("  No data key yet: the first secret makes one.");
  for (const key of keys) {
    const seals = key.seals ? ", seals new versions" : "";
    lines.push(
      `  ${key.id}: ${plural(key.versions, "value")}, wrapped by master key ${clean(key.masterKeyId)}${seals}`,
    );
  }
  lines.push(
    fleetsBehind === 0
      ? "  Every fleet knows of the last change."
      : `  ${plural(fleetsBehind, "fleet")} not told of the last change yet: keep the old master key until then.`,
  );
  return lines.join("\n");
}

export const rewrapSecretKeys = command({
  name: "rewrap",
  summary: "Wrap the organization's data keys by the current master key",
  about: "After the master key was changed. No value is touched, and no agent sees a change.",
  examples: ["muster secrets rewrap"],
  answer: secretsKeyChange,
  async run(cli) {
    const { id } = await cli.scope.organization();
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/orgs/{org}/secrets-key/rewrap", { path: { org: id } }),
    );
  },
});

export const rotateSecretKey = command({
  name: "rotate-key",
  summary: "Begin a new data key; older values are sealed anew in a while",
  examples: ["muster secrets rotate-key"],
  answer: secretsKeyChange,
  async run(cli) {
    const { id } = await cli.scope.organization();
    showDone(
      cli,
      await (await cli.client()).call("POST /v1/orgs/{org}/secrets-key/rotate", { path: { org: id } }),
    );
  },
});
