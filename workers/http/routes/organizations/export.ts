import { z } from "zod";
import { exportAll } from "../../../services/organizations/export.ts";
import { idParam } from "../../params.ts";
import { route } from "../../route.ts";
import { streamOf } from "../../streams.ts";

export const exportOrganizationRoute = route({
  method: "post",
  path: "/v1/orgs/{org}/export",
  operationId: "exportOrganization",
  tag: "Organizations",
  summary: "Everything that the organization has, as NDJSON",
  description:
    "Each line is an `OrganizationExportLine`; the last one says `end`, so that a file that was cut short shows. Secrets and hashes of them are left out. The export is audited.",
  access: "organization.export",
  peopleOnly: true,
  kind: "file",
  media: ["application/x-ndjson"],
  idempotent: false,
  params: z.object({ org: idParam("organization") }),
  refusals: ["reauthentication_required"],
  handle: async ({ ctx, params }) => {
    const { fileName, lines } = await exportAll({ ctx, input: params });
    return new Response(streamOf(lines), {
      headers: {
        "content-type": "application/x-ndjson; charset=utf-8",
        "content-disposition": `attachment; filename="${fileName}"`,
      },
    });
  },
});
