import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { ServiceAccountId } from "../../../domain/ids.ts";
import type { ApiKey, CreatedApiKey } from "../../../protocol/api/api-keys.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { useSession } from "../../api/session.ts";
import { useWrite } from "../../api/use-write.ts";
import { plural } from "../../lib/format.ts";
import { keyState } from "../../lib/key-state.ts";
import { Button } from "../../ui/button.tsx";
import { CopyBlock } from "../../ui/copy.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { CheckField } from "../../ui/field.tsx";
import { Empty, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { CreateKeyDialog } from "./create-key-dialog.tsx";
import { KeyTable } from "./key-table.tsx";
import { RotateKeyDialog } from "./rotate-key-dialog.tsx";

interface KeysPanelProps {
  orgId: string;
  /** Of this service account only; all keys of the organization when left out. */
  owner?: ServiceAccountId;
}

export function KeysPanel({ orgId, owner }: KeysPanelProps) {
  const path = `/v1/orgs/${orgId}/api-keys`;
  const whyNot = useWhyNot(orgId);
  const unreadable = whyNot("api_key.read");
  const refused = whyNot("api_key.write");
  const you = useSession()?.user.id;
  const keys = useQuery({ ...peopleQueries.apiKeys(orgId, { owner }), enabled: unreadable === undefined });
  const [withEnded, setWithEnded] = useState(false);
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const [rotating, setRotating] = useState<ApiKey | null>(null);
  const [shown, setShown] = useState<CreatedApiKey | null>(null);
  const revoke = useWrite({
    send: (key: string) => api.call("POST /v1/api-keys/{key}/revoke", { path: { key } }),
    stale: [path],
    onDone: () => setRevoking(null),
  });
  const all = keys.data ?? [];
  const stateOf = (key: ApiKey) => keyState(key, all, Date.now());
  const ended = (key: ApiKey) => ["revoked", "expired"].includes(stateOf(key));
  const listed = withEnded ? all : all.filter((key) => !ended(key));
  const expiring = all.filter((key) => stateOf(key) === "expiring").length;
  const endedCount = all.filter(ended).length;
  return (
    <Panel
      flush
      title={owner ? "API keys" : "Keys"}
      actions={
        <Button size="sm" look="primary" refused={refused} onClick={() => setCreating(true)}>
          <Plus aria-hidden className="size-3.5" />
          New key
        </Button>
      }
    >
      {unreadable ? <p className="p-4 text-soft">{unreadable}</p> : null}
      {shown ? (
        <div
          role="status"
          className="m-4 flex flex-col gap-2 rounded-lg border border-good/40 bg-good-tint p-3"
        >
          <p className="text-sm">
            Copy <strong>{shown.name}</strong> now: it is not shown again.
          </p>
          <CopyBlock label="API key" text={shown.secret} />
          <Button size="sm" className="self-start" onClick={() => setShown(null)}>
            It is copied
          </Button>
        </div>
      ) : null}
      {expiring > 0 ? (
        <p role="status" className="m-4 rounded-lg border border-warn/40 bg-warn-tint px-4 py-2.5 text-sm">
          {plural(expiring, "key")} {expiring === 1 ? "expires" : "expire"} within two weeks. Rotate: the new
          key works at once, and the old one goes on for the time that you choose.
        </p>
      ) : null}
      {keys.error ? (
        <div className="p-4">
          <Problem error={keys.error} retry={keys.refetch} />
        </div>
      ) : null}
      {keys.isPending && !unreadable ? <Skeleton /> : null}
      {keys.data && listed.length === 0 ? (
        <Empty
          title={endedCount > 0 ? "No key counts" : "No key yet"}
          action={
            <Button look="primary" refused={refused} onClick={() => setCreating(true)}>
              Make a key
            </Button>
          }
        >
          A key lets a program call Muster with the role that you give it.
        </Empty>
      ) : null}
      {listed.length > 0 ? (
        <KeyTable
          orgId={orgId}
          keys={listed}
          stateOf={stateOf}
          withOwner={owner === undefined}
          refused={refused}
          you={you}
          onRotate={setRotating}
          onRevoke={setRevoking}
        />
      ) : null}
      {endedCount > 0 ? (
        <div className="border-t px-4 py-3">
          <CheckField
            label={`Show ${plural(endedCount, "key")} that ended`}
            checked={withEnded}
            onChange={setWithEnded}
          />
        </div>
      ) : null}
      {creating ? (
        <CreateKeyDialog
          orgId={orgId}
          owner={owner}
          onClose={() => setCreating(false)}
          onCreated={(made) => {
            setCreating(false);
            setShown(made);
          }}
        />
      ) : null}
      {rotating ? (
        <RotateKeyDialog
          orgId={orgId}
          apiKey={rotating}
          onClose={() => setRotating(null)}
          onRotated={(made) => {
            setRotating(null);
            setShown(made);
          }}
        />
      ) : null}
      <Confirm
        open={revoking !== null}
        onOpenChange={(open) => !open && setRevoking(null)}
        title={`Revoke "${revoking?.name ?? ""}"?`}
        action="Revoke the key"
        danger
        busy={revoke.isPending}
        onConfirm={() => revoking && revoke.mutate(revoking.id)}
      >
        Whatever uses it is refused from now on. This cannot be undone; make a new key instead. To change a
        key without a gap, rotate it.
      </Confirm>
    </Panel>
  );
}
