import { auditExportFormats, exportedAuditEvent } from "../../../protocol/api/audit.ts";
import { path } from "../../client.ts";
import { saveAnswer } from "../../download.ts";
import { command, oneOf, option, text } from "../../spec.ts";
import { auditFilterOptions, auditQuery } from "./filter.ts";

export const exportAuditEvents = command({
  name: "export",
  summary: "Write the audit log as NDJSON or CSV, oldest first",
  about:
    "An NDJSON export carries the hashes: `muster audit verify --file` checks it without the server. The export itself is noted in the log.",
  options: {
    ...auditFilterOptions,
    format: option(
      "--format <format>",
      `${auditExportFormats.join(" or ")} (default ndjson)`,
      oneOf(auditExportFormats).default("ndjson"),
    ),
    output: option("-o, --output <file>", "A new file; standard output when left out", text.optional()),
  },
  examples: [
    "muster audit export -o audit.ndjson",
    "muster audit export --format csv --from 30d > audit.csv",
  ],
  answer: exportedAuditEvent,
  lines: true,
  async run(cli, { options: { format, output, ...given } }) {
    const { id } = await cli.scope.organization();
    const client = await cli.client();
    const response = await client.open({
      method: "GET",
      path: path`/v1/orgs/${id}/audit-events/export`,
      query: { ...(await auditQuery(cli, id, given)), format },
    });
    await saveAnswer(cli, response, output);
    if (output !== undefined) cli.output.note(`Written to ${output}.`);
  },
});
