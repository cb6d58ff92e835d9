import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { toast } from "sonner";
import type { OrganizationDetail } from "../../../protocol/api/organizations.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { downloadText } from "../../lib/download.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/page.tsx";

export function ExportPanel({ organization }: { organization: OrganizationDetail }) {
  const refused = useWhyNot(organization.id)("organization.export");
  const run = useMutation({
    mutationFn: async () =>
      (await api.call("POST /v1/orgs/{org}/export", { path: { org: organization.id } })).text(),
    onSuccess: (lines) => {
      const day = new Date().toISOString().slice(0, 10);
      downloadText(`${organization.slug}-${day}.ndjson`, lines, "application/x-ndjson");
    },
    onError: (error) => toast.error(asApiError(error).message, { duration: 10_000 }),
  });
  return (
    <Panel
      title="Export"
      actions={
        <Button size="sm" refused={refused} busy={run.isPending} onClick={() => run.mutate()}>
          <Download aria-hidden className="size-3.5" />
          Export everything
        </Button>
      }
    >
      <p>
        All that belongs to this organization, one JSON value a line: people, roles, projects, configs with
        every version, releases, audit events and usage. Secrets are not in it.
      </p>
    </Panel>
  );
}
