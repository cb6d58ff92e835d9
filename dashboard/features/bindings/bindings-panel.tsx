import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import type { ServiceAccountId, TeamId, UserId } from "../../../domain/ids.ts";
import type { Binding } from "../../../protocol/api/roles.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Tag } from "../../ui/status.tsx";
import { ScopeText } from "../roles/scope-text.tsx";
import { BindDialog } from "./bind-dialog.tsx";

export type BindingSubject = UserId | TeamId | ServiceAccountId;

interface BindingsPanelProps {
  orgId: string;
  subject: BindingSubject;
  noun: "person" | "team" | "service account";
}

const texts: Record<BindingsPanelProps["noun"], string> = {
  person: "Beside the role of the membership, perhaps in a part of the organization only.",
  team: "Everybody in the team has them.",
  "service account": "Beside its own role, perhaps in a part of the organization only.",
};

/** The roles that somebody has in a scope, and the way to give and to take one. */
export function BindingsPanel({ orgId, subject, noun }: BindingsPanelProps) {
  const whyNot = useWhyNot(orgId);
  const unreadable = whyNot("role.read");
  const refused = whyNot("role.write");
  const bindings = useQuery({
    ...peopleQueries.bindings(orgId, { subject }),
    enabled: unreadable === undefined,
  });
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Binding | null>(null);
  const remove = useWrite({
    send: (binding: string) => api.call("DELETE /v1/bindings/{binding}", { path: { binding } }),
    stale: [`/v1/orgs/${orgId}`],
    onDone: () => setRemoving(null),
  });
  return (
    <Panel
      title="Further roles"
      description={texts[noun]}
      actions={
        <Button size="sm" refused={refused} onClick={() => setAdding(true)}>
          <Plus aria-hidden className="size-3.5" />
          Give a role
        </Button>
      }
    >
      {unreadable ? <p className="text-soft">{unreadable}</p> : null}
      {bindings.error ? <Problem error={bindings.error} retry={bindings.refetch} /> : null}
      {bindings.isPending && !unreadable ? <Skeleton rows={2} /> : null}
      {bindings.data?.length === 0 ? <p className="text-soft">None.</p> : null}
      <ul aria-label="Further roles" className="flex flex-col gap-2">
        {bindings.data?.map((binding) => (
          <li key={binding.id} className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span className="min-w-0 flex-1 basis-48 break-words">
              <span className="font-medium">{binding.roleName}</span> in{" "}
              <ScopeText orgId={orgId} scope={binding.scope} />
            </span>
            {binding.fromSso ? <Tag>from single sign-on</Tag> : null}
            <Button
              size="sm"
              refused={
                refused ??
                (binding.fromSso
                  ? "The identity provider's groups gave it, and take it. Change the group map, or the groups."
                  : undefined)
              }
              aria-label={`Take away the role ${binding.roleName}`}
              onClick={() => setRemoving(binding)}
            >
              Take away
            </Button>
          </li>
        ))}
      </ul>
      {adding ? <BindDialog orgId={orgId} subject={subject} onClose={() => setAdding(false)} /> : null}
      <Confirm
        open={removing !== null}
        onOpenChange={(open) => !open && setRemoving(null)}
        title={`Take the role ${removing?.roleName ?? ""} away?`}
        action="Take the role away"
        danger
        busy={remove.isPending}
        onConfirm={() => removing && remove.mutate(removing.id)}
      >
        It stops counting with the next request. You can give it again.
      </Confirm>
    </Panel>
  );
}
