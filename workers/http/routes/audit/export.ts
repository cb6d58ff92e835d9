import { z } from "zod";
import { exportAuditEventsQuery } from "../../../../protocol/api/audit.ts";
import { exportEvents } from "../../../services/audit/export.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";
import { streamOf } from "../../streams.ts";

const types = { ndjson: "application/x-ndjson", csv: "text/csv" } as const;

export const exportAuditEventsRoute = route({
  method: "get",
  path: "/v1/orgs/{org}/audit-events/export",
  operationId: "exportAuditEvents",
  tag: "Audit",
  summary: "Audit events as a file, oldest first",
  description:
    "Each line of NDJSON is an `ExportedAuditEvent` and can be checked without the server (`muster audit verify --file`). The export itself is audited. In CSV, a cell that begins with `=`, `+`, `-` or `@` has an apostrophe before it.",
  access: "audit.export",
  params: z.object({ org: idParam("organization") }),
  query: exportAuditEventsQuery,
  kind: "file",
  media: Object.values(types),
  handle: async ({ ctx, params, query }) => {
    const { fileName, lines } = await exportEvents({ ctx, input: { ...params, ...query } });
    return new Response(streamOf(lines), {
      headers: {
        "content-type": `${types[query.format]}; charset=utf-8`,
        "content-disposition": `attachment; filename="${fileName}"`,
      },
    });
  },
});
