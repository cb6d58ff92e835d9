import { z } from "zod";
import { Failure } from "../../exit-codes.ts";
import { argument, command, oneOf, option, repeated, text } from "../../spec.ts";
import { readSource } from "../configs/source.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

const queryPairs = z
  .array(z.string().regex(/^[^=\s]+=/, { error: "must be written name=value" }))
  .default([])
  .transform((pairs) =>
    Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    ),
  );

const method = z
  .string()
  .transform((value) => value.toUpperCase())
  .pipe(oneOf(methods));

function readJson(given: string): unknown {
  try {
    return JSON.parse(given);
  } catch {
    throw new Failure("usage", "The body is not JSON. Check quotes and commas.");
  }
}

export const callApi = command({
  name: "api",
  summary: "Call the API as it is, with this sign-in",
  about:
    "For what no command does. All operations: /docs/api of the server. The answer is printed as it comes.",
  args: { method: argument(methods.join(", "), method), path: argument("Such as /v1/me", text) },
  options: {
    body: option("--body <json>", "What is sent; - reads standard input, @file a file", text.optional()),
    query: repeated("--query <name=value>", "Repeatable", queryPairs),
    ifMatch: option(
      "--if-match <etag>",
      "Refuse the change (exit 5) when the thing is another by now",
      text.optional(),
    ),
  },
  examples: [
    "muster api GET /v1/me",
    "muster api GET /v1/orgs/org_01JD0000000000000000000000/audit-events --query limit=5",
    `muster api PATCH /v1/me --body '{"name":"Ada"}'`,
  ],
  answer: z.unknown(),
  async run(cli, { args, options }) {
    if (!args.path.startsWith("/") || args.path.startsWith("//")) {
      throw new Failure("usage", `"${args.path}" is not a path. Write it from the slash on, such as /v1/me.`);
    }
    const given = options.body;
    const json =
      given === undefined
        ? undefined
        : given === "-" || given.startsWith("@")
          ? await readSource(cli, given.replace(/^@/, ""))
          : given;
    const client = await cli.client();
    const { method: to } = args;
    const body = json === undefined ? undefined : readJson(json);
    const answer = await client.request(
      { method: to, path: args.path, query: options.query, body, ifMatch: options.ifMatch },
      z.unknown(),
    );
    cli.output.result(answer, () => (answer === null ? "" : JSON.stringify(answer, null, 2)));
  },
});
