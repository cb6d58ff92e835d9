import { useMutation } from "@tanstack/react-query";
import { ShieldCheck, TriangleAlert } from "lucide-react";
import type { AuditVerification } from "../../../protocol/api/audit.ts";
import { api } from "../../api/client.ts";
import { count } from "../../lib/format.ts";
import { exactTime } from "../../lib/time.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

/** Goes on where one call stops, until the end of the chain or the first break. */
async function verifyAll(org: string): Promise<AuditVerification> {
  let found = await api.call("GET /v1/orgs/{org}/audit-events/verify", { path: { org } });
  let checked = found.checked;
  while (found.valid && !found.complete && found.head) {
    const query = { after: found.head.seq, hash: found.head.hash };
    found = await api.call("GET /v1/orgs/{org}/audit-events/verify", { path: { org }, query });
    checked += found.checked;
  }
  return { ...found, checked };
}

/** Whether anything was changed or taken out since it was written. */
export function ChainPanel({ orgId }: { orgId: string }) {
  const check = useMutation({ mutationFn: () => verifyAll(orgId) });
  return (
    <Panel
      title="Integrity"
      description="Each event carries a hash of itself and of the one before it. The check computes them anew."
      actions={
        <Button size="sm" busy={check.isPending} onClick={() => check.mutate()}>
          <ShieldCheck aria-hidden className="size-3.5" />
          Check the chain
        </Button>
      }
    >
      {check.error ? <Problem error={check.error} /> : null}
      {check.data ? (
        <Verdict found={check.data} />
      ) : (
        <p className="text-sm text-soft">
          Not checked on this page yet. <code>muster audit verify</code> does the same.
        </p>
      )}
    </Panel>
  );
}

function Verdict({ found }: { found: AuditVerification }) {
  const { firstBroken, head, anchor } = found;
  return (
    <div role="status" className="flex flex-col gap-2">
      {firstBroken ? (
        <p className="flex items-start gap-2 font-medium text-bad">
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          <span>
            The chain is broken at event {firstBroken.seq}. {firstBroken.detail}
          </span>
        </p>
      ) : (
        <p className="flex items-start gap-2 font-medium text-good">
          <ShieldCheck aria-hidden className="mt-0.5 size-4 shrink-0" />
          The chain is whole: {count(found.checked)} events checked.
        </p>
      )}
      {head ? (
        <p className="text-sm break-all text-soft">
          Last good event {head.seq}, hash <code className="font-mono text-xs">{head.hash}</code>. Note it
          somewhere else: with it, a later check proves that nothing before was changed.
        </p>
      ) : null}
      {anchor ? (
        <p className="text-sm text-soft">
          Events up to {anchor.seq} were removed at the end of the plan's retention ({" "}
          {exactTime(anchor.removedBefore)}).
        </p>
      ) : null}
    </div>
  );
}
