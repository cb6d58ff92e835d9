import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { type ChainPoint, checkExport, type ExportedEvent } from "../../../domain/audit/chain.ts";
import {
  type AuditVerification,
  auditVerification,
  exportedAuditEvent,
} from "../../../protocol/api/audit.ts";
import type { Cli } from "../../cli.ts";
import { Failure } from "../../exit-codes.ts";
import { command, flag, option, text } from "../../spec.ts";

const noted = z.string().transform((value, check): ChainPoint => {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(value.trim()) ?? [];
  if (seq !== undefined && hash !== undefined) return { seq: Number(seq), hash };
  check.addIssue("must be <seq>:<hash> as an earlier check printed it as its head");
  return z.NEVER;
});

type Verification = Pick<AuditVerification, "valid" | "checked" | "head"> & {
  firstBroken: { seq: number; detail: string } | null;
};

/** Asks until the end of the chain is reached or something is broken. */
async function verifyOnline(cli: Cli, from: ChainPoint | undefined): Promise<AuditVerification> {
  const { id } = await cli.scope.organization();
  const client = await cli.client();
  let after = from;
  let checked = 0;
  let anchor: AuditVerification["anchor"] = null;
  for (;;) {
    const query = after === undefined ? {} : { after: after.seq, hash: after.hash };
    const found = await client.call("GET /v1/orgs/{org}/audit-events/verify", { path: { org: id }, query });
    checked += found.checked;
    anchor ??= found.anchor;
    const stuck = found.head === null || found.head.seq === after?.seq;
    if (!found.valid || found.complete || stuck) return { ...found, checked, anchor };
    after = found.head ?? undefined;
    cli.output.progress(`${checked} events are good so far.`);
  }
}

async function readExport(cli: Cli, file: string): Promise<ExportedEvent[]> {
  const input = file === "-" ? cli.io.stdin : createReadStream(resolve(cli.io.cwd, file), "utf8");
  const events: ExportedEvent[] = [];
  let line = 0;
  try {
    for await (const read of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line++;
      if (read.trim() === "") continue;
      events.push(exportedAuditEvent.parse(JSON.parse(read)));
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") {
      throw new Failure("notFound", `There is no file ${file}.`);
    }
    throw new Failure(
      "usage",
      `Line ${line} of ${file} is not of an NDJSON export. Make one: muster audit export -o <file>`,
    );
  }
  return events;
}

export const verifyAuditEvents = command({
  name: "verify",
  summary: "Check that nothing in the audit log was changed or taken out",
  about:
    "Each event's hash stands on the one before it. Note the head that is printed: a later check with --noted proves that nothing before it was changed, even by who runs the server. With --file it checks an NDJSON export, without the server.",
  options: {
    file: option(
      "--file <file>",
      "Check this NDJSON export, without the server; - reads standard input",
      text.optional(),
    ),
    noted: option(
      "--noted <seq:hash>",
      "A head of an earlier check, which must still be there",
      noted.optional(),
    ),
    gaps: flag("--gaps", "Of a file: it was filtered, so events in between may be left out"),
  },
  examples: [
    "muster audit verify",
    "muster audit verify --file audit.ndjson",
    "muster audit verify --gaps --file only-rollouts.ndjson",
  ],
  answer: auditVerification.partial({ complete: true, anchor: true }),
  async run(cli, { options }) {
    if (options.file === undefined && options.gaps) {
      throw new Failure("usage", "--gaps is for a file: the server's log has none.");
    }
    const point = options.noted;
    const found: Verification =
      options.file === undefined
        ? await verifyOnline(cli, point)
        : checkExport(await readExport(cli, options.file), {
            gaps: options.gaps,
            ...(point === undefined ? {} : { noted: point }),
          });
    cli.output.result(found, ({ color }) => {
      const head = found.head === null ? "" : `\nhead: ${found.head.seq}:${found.head.hash}`;
      return found.valid
        ? `${color.green("✓")} ${found.checked} events are as they were written.${head}`
        : `${color.red("✗")} ${found.checked} events are good; then event ${found.firstBroken?.seq}: ${found.firstBroken?.detail}${head}`;
    });
    if (!found.valid) {
      throw new Failure("failed", `The audit log is broken at event ${found.firstBroken?.seq}.`);
    }
  },
});
