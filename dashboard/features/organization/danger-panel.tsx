import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { UserId } from "../../../domain/ids.ts";
import type { OrganizationDetail } from "../../../protocol/api/organizations.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { refresh, useSession } from "../../api/session.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { SelectField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { WriteDialog } from "../../ui/write-dialog.tsx";

/** Handing over, and the end. */
export function DangerPanel({ organization }: { organization: OrganizationDetail }) {
  const whyNot = useWhyNot(organization.id);
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"transfer" | "delete" | null>(null);
  const close = () => setAsked(null);
  const path = `/v1/orgs/${organization.id}`;
  const remove = useWrite({
    send: () =>
      api.call("DELETE /v1/orgs/{org}", {
        path: { org: organization.id },
        query: { confirm: organization.slug },
      }),
    stale: [path],
    onDone: () => {
      close();
      void refresh().then(() => navigate({ to: "/orgs" }));
    },
  });
  const deleted = organization.deletedAt !== null;
  return (
    <Panel title="Handing over and deleting" className="border-bad/40">
      <div className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
          <p className="min-w-0 flex-1 basis-64">
            Another member becomes owner, and you keep the role that you choose. An organization never is
            without an owner.
          </p>
          <Button
            look="danger"
            refused={whyNot("organization.transfer")}
            onClick={() => setAsked("transfer")}
          >
            Hand over the ownership
          </Button>
        </div>
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 border-t pt-4">
          <p className="min-w-0 flex-1 basis-64">
            Agents are refused at once and nothing can be changed any more. For 30 days an owner may restore
            it; then all of it is erased.
          </p>
          <Button
            look="danger"
            refused={deleted ? "It is deleted already." : whyNot("organization.delete")}
            onClick={() => setAsked("delete")}
          >
            Delete the organization
          </Button>
        </div>
      </div>
      {asked === "transfer" ? <TransferDialog organization={organization} onClose={close} /> : null}
      <Confirm
        open={asked === "delete"}
        onOpenChange={(open) => !open && close()}
        title={`Delete ${organization.name}?`}
        action="Delete the organization"
        danger
        named={organization.slug}
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        Its fleets stop taking configs and its people get in only to read and to restore. What agents run
        keeps running. Export it first if you need what is in it.
      </Confirm>
    </Panel>
  );
}

const remaining = ["admin", "operator", "billing", "viewer"] as const;

function TransferDialog({
  organization,
  onClose,
}: {
  organization: OrganizationDetail;
  onClose: () => void;
}) {
  const you = useSession()?.user.id;
  const members = useQuery(peopleQueries.allMembers(organization.id));
  const others = (members.data ?? []).filter((each) => each.userId !== you);
  const [member, setMember] = useState<UserId | "">("");
  const [thenRole, setThenRole] = useState<(typeof remaining)[number]>("admin");
  const path = `/v1/orgs/${organization.id}`;
  const transfer = useWrite({
    send: (chosen: UserId) =>
      api.call("POST /v1/orgs/{org}/transfer", {
        path: { org: organization.id },
        body: { member: chosen, thenRole },
      }),
    stale: [path],
    shown: true,
    onDone: () => {
      onClose();
      void refresh();
    },
  });
  return (
    <WriteDialog
      title={`Hand over ${organization.name}`}
      description="Only the new owner can hand it back."
      action="Hand over"
      look="danger"
      disabled={member === ""}
      write={transfer}
      onSubmit={() => {
        if (member !== "") transfer.mutate(member);
      }}
      onClose={onClose}
    >
      <SelectField
        label="New owner"
        required
        value={member}
        onChange={(event) =>
          setMember(others.find((each) => each.userId === event.target.value)?.userId ?? "")
        }
        hint={
          members.data && others.length === 0 ? "Nobody else is a member yet. Invite them first." : undefined
        }
        error={fieldOf(transfer.error, "member")}
      >
        <option value="">{members.isPending ? "Reading the members…" : "Choose a person"}</option>
        {others.map((each) => (
          <option key={each.userId} value={each.userId}>
            {each.name ? `${each.name}, ${each.email}` : each.email}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Your role afterwards"
        value={thenRole}
        onChange={(event) => setThenRole(remaining.find((role) => role === event.target.value) ?? "admin")}
        error={fieldOf(transfer.error, "thenRole")}
      >
        {remaining.map((role) => (
          <option key={role} value={role}>
            {role}
          </option>
        ))}
      </SelectField>
      {members.error ? <Problem error={members.error} retry={members.refetch} /> : null}
    </WriteDialog>
  );
}
