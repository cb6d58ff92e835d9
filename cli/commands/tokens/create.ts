import { z } from "zod";
import { createdEnrollmentToken } from "../../../protocol/api/fleets.ts";
import { command, durationSeconds, flag, option, repeated, text, whole } from "../../spec.ts";

export const labelPairs = z
  .array(z.string().regex(/^[^=\s]+=.*$/, { error: "must be written key=value" }))
  .default([])
  .transform((pairs) =>
    Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    ),
  );

export const createToken = command({
  name: "create",
  summary: "Make an enrolment token, with which agents join the fleet",
  about:
    "The token is shown once. Each agent that enrols gets a credential of its own and needs it no longer.",
  options: {
    name: option("--name <name>", "To recognise it by", text.optional()),
    uses: option("--uses <n>", "How many agents may enrol with it (default 1)", whole(1, 100_000).optional()),
    unlimited: flag("--unlimited", "Any number of agents may enrol with it"),
    expires: option(
      "--expires <duration>",
      "Such as 30m, 24h or 7d (default 24h)",
      durationSeconds.optional(),
    ),
    neverExpires: flag("--never-expires", "It stays usable until it is revoked"),
    label: repeated(
      "--label <key=value>",
      "Given to every agent that enrols with it; repeatable",
      labelPairs,
    ),
  },
  examples: [
    "muster tokens create --fleet web",
    "muster tokens create --uses 20 --expires 2h --label role=web --label region=eu",
  ],
  answer: createdEnrollmentToken,
  async run(cli, { options }) {
    const { id } = await cli.scope.fleet();
    const made = await (await cli.client()).call("POST /v1/fleets/{fleet}/enrollment-tokens", {
      path: { fleet: id },
      body: {
        name: options.name,
        labels: options.label,
        maxUses: options.unlimited ? null : options.uses,
        expiresInSeconds: options.neverExpires ? null : options.expires,
      },
    });
    cli.output.result(made, ({ color }) =>
      [
        `Made enrolment token ${made.id}. It is shown this once:`,
        "",
        `  ${made.secret}`,
        "",
        `${color.dim("On the machine, for yourself; with `sudo sh` in place of `sh`, for the whole system:")}`,
        "",
        `  ${made.command}`,
        "",
        `${color.dim("other clients dial:")}  ${made.endpoint}`,
        `${color.dim("what comes of it:")}    muster agents list --watch`,
        `${color.dim("undo:")}                muster tokens revoke ${made.id}`,
      ].join("\n"),
    );
  },
});
