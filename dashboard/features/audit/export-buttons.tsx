import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { toast } from "sonner";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { asApiError } from "../../api/problem.ts";
import { downloadBlob } from "../../lib/download.ts";
import type { AuditSearch } from "../../routes/search.ts";
import { Button } from "../../ui/button.tsx";

type Format = "ndjson" | "csv";

async function download(org: string, filter: AuditSearch, format: Format): Promise<void> {
  const response = await api.call("GET /v1/orgs/{org}/audit-events/export", {
    path: { org },
    query: { ...filter, format },
  });
  downloadBlob(`audit-${new Date().toISOString().slice(0, 10)}.${format}`, await response.blob());
}

/** What the filters leave, as a file. The export is noted in the log itself. */
export function ExportButtons({ orgId, filter }: { orgId: string; filter: AuditSearch }) {
  const refused = useWhyNot(orgId)("audit.export");
  const exported = useMutation({
    mutationFn: (format: Format) => download(orgId, filter, format),
    onError: (error) => toast.error(asApiError(error).message),
  });
  return (
    <>
      {(["ndjson", "csv"] as const).map((format) => (
        <Button
          key={format}
          busy={exported.isPending && exported.variables === format}
          refused={refused}
          onClick={() => exported.mutate(format)}
        >
          <Download aria-hidden className="size-3.5" />
          {format.toUpperCase()}
        </Button>
      ))}
    </>
  );
}
