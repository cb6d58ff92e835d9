import { z } from "zod";
import { receiptAnswer } from "../../../protocol/api/members.ts";
import { secret, secretChange, secretVersionChange } from "../../../protocol/api/secrets.ts";
import { page } from "../../../protocol/api/shared.ts";
import { type InputImpact, inputImpact } from "../../../protocol/api/variables.ts";
import type { Cli } from "../../cli.ts";
import { confirm } from "../../confirm.ts";
import { collect, showList } from "../../listing.ts";
import { clean } from "../../output.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, flag, paging, text, yesOption } from "../../spec.ts";
import { facts } from "../../table.ts";
import { ago } from "../../time.ts";
import { chosenEnvironment, environmentOption, placeOptions, readPlace } from "../environments/place.ts";
import { whom, whomBySlug } from "../variables/find.ts";
import { showImpact } from "../variables/impact.ts";
import { isAt, secretAt, secretsNamed } from "./find.ts";
import { descriptionOption, readSecret, valueOptions } from "./value.ts";

export const secretArgument = argument("Its name, such as API_TOKEN", text);

export const listSecrets = command({
  name: "list",
  summary: "List the secrets of an environment, never their values",
  about:
    "A name may be set for the environment, for a fleet, and for agents by their labels. For each agent the most special one counts: labels within a fleet, labels, fleet, environment.",
  options: { environment: environmentOption, ...paging },
  examples: ["muster secrets list --environment production"],
  answer: page(secret),
  async run(cli, { options: { environment: wanted, ...query } }) {
    const found = await chosenEnvironment(cli, wanted);
    const list = await collect(await cli.client(), "GET /v1/environments/{environment}/secrets", {
      path: { environment: found.id },
      query,
    });
    const now = cli.io.now();
    const forWhom = await whomBySlug(cli, found.projectId, list.items);
    showList(
      cli,
      list,
      [
        { title: "NAME", value: (row) => row.name },
        { title: "FOR", value: forWhom },
        {
          title: "CURRENT",
          value: (row) => (row.currentVersion === null ? "none" : `v${row.currentVersion}`),
        },
        {
          title: "PENDING",
          value: (row) => (row.pendingVersion === null ? "" : `v${row.pendingVersion}`),
          drop: 2,
        },
        { title: "CHANGED", value: (row) => ago(row.updatedAt, now), drop: 3 },
        { title: "ID", whole: true, value: (row) => row.id, drop: 1 },
      ],
      `No secrets in ${found.slug} yet. Set one: muster secrets set <name> --environment ${found.slug}`,
    );
  },
});

export const getSecret = command({
  name: "get",
  summary: "Show what is known of a secret, never its value",
  args: { name: secretArgument },
  options: placeOptions,
  examples: ["muster secrets get API_TOKEN --environment production"],
  answer: secret,
  async run(cli, { args, options }) {
    const { id } = await secretAt(cli, await readPlace(cli, options), args.name);
    const client = await cli.client();
    const found = await client.call("GET /v1/secrets/{secret}", { path: { secret: id } });
    const forWhom = await whomBySlug(cli, found.projectId, [found]);
    cli.output.result(found, (style) =>
      facts(
        [
          ["name", found.name],
          ["for", forWhom(found)],
          [
            "current",
            found.currentVersion === null ? "none is approved yet" : `version ${found.currentVersion}`,
          ],
          ["pending", found.pendingVersion === null ? "none" : `version ${found.pendingVersion}`],
          ["description", clean(found.description)],
          ["changed", found.updatedAt],
          ["id", found.id],
        ],
        style,
      ),
    );
  },
});

const dryRunOption = flag("--dry-run", "Show which agents it would change after a rollout; set nothing");

const showWouldChange = (cli: Cli, impact: InputImpact): void =>
  cli.output.result(impact, (style) => showImpact(impact, style));

export const setSecret = command({
  name: "set",
  summary: "Set a secret, or give it a new value",
  about:
    "Configs name it as ${secret:NAME}. The value is asked for, or read with --file; it never stands on the command line, and nothing shows it again. Setting it changes no agent: a rollout takes it (muster deploy --refresh-inputs for what is deployed already). In a protected environment another person approves it first.",
  args: { name: secretArgument },
  options: {
    ...placeOptions,
    ...valueOptions,
    description: descriptionOption,
    dryRun: dryRunOption,
  },
  examples: [
    "muster secrets set API_TOKEN --environment production",
    "muster secrets set TLS_KEY --file key.pem --selector region=eu --environment production",
  ],
  answer: z.union([secretChange, secretVersionChange, inputImpact]),
  async run(cli, { args, options }) {
    const place = await readPlace(cli, options);
    const known = (await secretsNamed(cli, place.environment.id, args.name)).find(isAt(place));
    const value = await readSecret(cli, options.file);
    const client = await cli.client();
    const query = options.dryRun ? { dryRun: true } : {};
    const { description } = options;
    const done = known
      ? await client.call("POST /v1/secrets/{secret}/versions", {
          path: { secret: known.id },
          query,
          body: { value },
        })
      : await client.call("POST /v1/environments/{environment}/secrets", {
          path: { environment: place.environment.id },
          query,
          body: {
            name: args.name,
            value,
            fleet: place.fleet,
            selector: place.selector,
            ...(description !== undefined && { description }),
          },
        });
    if ("fleets" in done) return showWouldChange(cli, done);
    if (known && description !== undefined) {
      await client.call("PATCH /v1/secrets/{secret}", { path: { secret: known.id }, body: { description } });
    }
    showDone(cli, done);
  },
});

export const rotateSecret = command({
  name: "rotate",
  summary: "Give a secret that is set already a new value",
  about: "What runs keeps the version that it has, until a rollout takes the new one.",
  args: { name: secretArgument },
  options: { ...placeOptions, ...valueOptions, dryRun: dryRunOption },
  examples: ["muster secrets rotate API_TOKEN --environment production"],
  answer: z.union([secretVersionChange, inputImpact]),
  async run(cli, { args, options }) {
    const { id } = await secretAt(cli, await readPlace(cli, options), args.name);
    const value = await readSecret(cli, options.file);
    const done = await (await cli.client()).call("POST /v1/secrets/{secret}/versions", {
      path: { secret: id },
      query: options.dryRun ? { dryRun: true } : {},
      body: { value },
    });
    if ("fleets" in done) return showWouldChange(cli, done);
    showDone(cli, done);
  },
});

export const describeSecret = command({
  name: "describe",
  summary: "Say what a secret is for; its value stays",
  args: { name: secretArgument, description: argument("What it is for", z.string()) },
  options: placeOptions,
  examples: ['muster secrets describe API_TOKEN "Token of the billing API" --environment production'],
  answer: secretChange,
  async run(cli, { args, options }) {
    const { id } = await secretAt(cli, await readPlace(cli, options), args.name);
    const body = { description: args.description };
    showDone(
      cli,
      await (await cli.client()).call("PATCH /v1/secrets/{secret}", { path: { secret: id }, body }),
    );
  },
});

export const deleteSecret = command({
  name: "delete",
  summary: "Delete a secret with all its versions",
  about: "Refused while a fleet may still send one of them to an agent. It cannot be brought back.",
  args: { name: secretArgument },
  options: { ...placeOptions, yes: yesOption },
  examples: ["muster secrets delete API_TOKEN --environment production --yes"],
  answer: receiptAnswer,
  async run(cli, { args, options }) {
    const found = await secretAt(cli, await readPlace(cli, options), args.name);
    await confirm(cli, `Delete ${found.name} for ${whom(found)}, with every version?`, options.yes);
    showDone(
      cli,
      await (await cli.client()).call("DELETE /v1/secrets/{secret}", { path: { secret: found.id } }),
    );
  },
});

export const secretImpact = command({
  name: "impact",
  summary: "Show which agents would change if a secret, as it is now, were rolled out",
  args: { name: secretArgument },
  options: placeOptions,
  examples: ["muster secrets impact API_TOKEN --environment production"],
  answer: inputImpact,
  async run(cli, { args, options }) {
    const { id } = await secretAt(cli, await readPlace(cli, options), args.name);
    const impact = await (await cli.client()).call("GET /v1/secrets/{secret}/impact", {
      path: { secret: id },
    });
    showWouldChange(cli, impact);
  },
});
