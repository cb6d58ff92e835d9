import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Environment } from "../../../protocol/api/projects.ts";
import type { Secret, SecretVersion } from "../../../protocol/api/secrets.ts";
import { api } from "../../api/client.ts";
import { list } from "../../api/queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { Time } from "../../ui/time.tsx";

interface VersionsDialogProps {
  environment: Environment;
  secret: Secret;
  refused: string | undefined;
  onClose: () => void;
}

const tones = { current: "good", old: "idle", pending: "warn", rejected: "idle", destroyed: "idle" } as const;

/** Who set which version and who approved it; the value of none. */
export function VersionsDialog({ environment, secret, refused, onClose }: VersionsDialogProps) {
  const path = { secret: secret.id };
  const versions = useQuery(list("GET /v1/secrets/{secret}/versions", { path }));
  const [destroying, setDestroying] = useState<SecretVersion | null>(null);
  const stale = [`/v1/environments/${environment.id}/secrets`, `/v1/secrets/${secret.id}`];
  const decide = useWrite({
    send: ({ number, verdict }: { number: number; verdict: "approve" | "reject" }) => {
      const at = { path: { ...path, number: String(number) } };
      return verdict === "approve"
        ? api.call("POST /v1/secrets/{secret}/versions/{number}/approve", at)
        : api.call("POST /v1/secrets/{secret}/versions/{number}/reject", at);
    },
    stale,
    shown: true,
  });
  const destroy = useWrite({
    send: ({ number }: SecretVersion) =>
      api.call("DELETE /v1/secrets/{secret}/versions/{number}", {
        path: { ...path, number: String(number) },
      }),
    stale,
    shown: true,
    onDone: () => setDestroying(null),
  });
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={`Versions of ${secret.name}`}
      description="New releases are given the current one. Running ones keep theirs."
    >
      {versions.error ? <Problem error={versions.error} retry={versions.refetch} /> : null}
      {versions.isPending ? <Skeleton rows={3} /> : null}
      {decide.error ? <Problem error={decide.error} /> : null}
      {destroy.error ? <Problem error={destroy.error} /> : null}
      <ul aria-label={`Versions of ${secret.name}`} className="divide-y">
        {versions.data?.map((version) => (
          <li key={version.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span className="min-w-0 flex-1 basis-48 break-words">
              <span className="font-semibold">Version {version.number}</span>{" "}
              <span className="text-sm text-soft">
                by {version.author}, <Time at={version.createdAt} />
                {version.decidedBy
                  ? `, ${version.state === "rejected" ? "rejected" : "approved"} by ${version.decidedBy}`
                  : ""}
              </span>
            </span>
            <Tag tone={tones[version.state]}>{version.state}</Tag>
            {version.state === "pending"
              ? (["approve", "reject"] as const).map((verdict) => (
                  <Button
                    key={verdict}
                    size="sm"
                    refused={refused}
                    busy={decide.isPending && decide.variables.verdict === verdict}
                    aria-label={`${verdict === "approve" ? "Approve" : "Reject"} version ${version.number}`}
                    onClick={() => decide.mutate({ number: version.number, verdict })}
                  >
                    {verdict === "approve" ? "Approve" : "Reject"}
                  </Button>
                ))
              : null}
            {version.state === "old" ? (
              <Button
                size="sm"
                refused={refused}
                aria-label={`Destroy version ${version.number}`}
                onClick={() => setDestroying(version)}
              >
                Destroy
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
      <Confirm
        open={destroying !== null}
        onOpenChange={(open) => !open && setDestroying(null)}
        title={`Destroy version ${destroying?.number ?? ""} of ${secret.name}?`}
        action="Destroy the version"
        danger
        busy={destroy.isPending}
        onConfirm={() => destroying && destroy.mutate(destroying)}
      >
        Its sealed bytes go and cannot be brought back. Releases that name it cannot be rolled out any more.
      </Confirm>
    </Dialog>
  );
}
