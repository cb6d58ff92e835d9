import { z } from "zod";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { clean, type Style } from "../../output.ts";
import { serverUrl } from "../../server-url.ts";
import { command } from "../../spec.ts";
import { version } from "../../version.ts";
import {
  type Check,
  checkConfigFile,
  checkNode,
  checkProxy,
  checkServer,
  checkSignIn,
  checkTerminal,
} from "./checks.ts";

const verdicts = ["ok", "warn", "fail"] as const;

async function checkAll(cli: Cli): Promise<Check[]> {
  const file = await checkConfigFile(cli);
  const own = [checkNode(process.versions.node, version), file, checkTerminal(cli), checkProxy(cli)];
  const stored = file.verdict === "fail" ? null : await cli.contexts.read();
  const named = cli.globals.url ?? (cli.io.env.MUSTER_URL || undefined) ?? stored?.url;
  if (named === undefined) {
    const fix = "Run: muster login --url <url>";
    return [...own, { name: "server", verdict: "fail", detail: "None chosen.", fix }];
  }
  const { url, checks, reached } = await checkServer(cli, serverUrl(named));
  return [...own, ...checks, ...(reached ? await checkSignIn(cli, url) : [])];
}

function showCheck({ name, verdict, detail, fix }: Check, { color }: Style): string {
  const paint = { ok: color.green, warn: color.yellow, fail: color.red }[verdict];
  const line = `${paint(verdict.padEnd(4))}  ${name}: ${clean(detail)}`;
  return fix === null ? line : `${line}\n      ${color.dim("fix:")} ${clean(fix)}`;
}

export const doctor = command({
  name: "doctor",
  summary: "Check that this machine, the sign-in and the server are in order",
  about:
    "Says of each thing ok, warn or fail, and how to mend it. Changes nothing. Exits with 1 when something fails.",
  examples: [
    "muster doctor",
    "muster doctor --context staging",
    "muster doctor --json | jq '.checks[] | select(.verdict != \"ok\")'",
  ],
  answer: z.object({
    ok: z.boolean().meta({ description: "Nothing fails" }),
    checks: z.array(
      z.object({
        name: z.string(),
        verdict: z.enum(verdicts),
        detail: z.string(),
        fix: z.string().nullable(),
      }),
    ),
  }),
  async run(cli) {
    const checks = await checkAll(cli);
    const failed = checks.filter(({ verdict }) => verdict === "fail");
    cli.output.result({ ok: failed.length === 0, checks }, (style) =>
      checks.map((check) => showCheck(check, style)).join("\n"),
    );
    if (failed.length > 0) {
      throw new Failure("failed", `Not in order: ${failed.map(({ name }) => name).join(", ")}.`);
    }
  },
});
