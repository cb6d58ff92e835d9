import { useParams } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { Tabs } from "radix-ui";
import { useState } from "react";
import { useWhyNot } from "../../api/access.ts";
import { Button } from "../../ui/button.tsx";
import { Page } from "../../ui/page.tsx";
import { tabClass } from "../../ui/tabs.ts";
import { Readable } from "../organizations/readable.tsx";
import { InvitationList } from "./invitation-list.tsx";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberList } from "./member-list.tsx";

export function MembersPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/members" });
  return (
    <Readable key={orgId} orgId={orgId} permission="member.read" title="Members">
      <Members orgId={orgId} />
    </Readable>
  );
}

function Members({ orgId }: { orgId: string }) {
  const whyNot = useWhyNot(orgId);
  const [inviting, setInviting] = useState(false);
  const [tab, setTab] = useState("members");
  return (
    <Page
      title="Members"
      description="Who belongs to this organization, and as what."
      actions={
        <Button look="primary" refused={whyNot("member.write")} onClick={() => setInviting(true)}>
          <UserPlus aria-hidden className="size-3.5" />
          Invite a person
        </Button>
      }
    >
      <Tabs.Root value={tab} onValueChange={setTab} className="flex flex-col gap-4">
        <Tabs.List aria-label="Members and invitations" className="flex gap-1 border-b pb-2">
          <Tabs.Trigger value="members" className={tabClass}>
            Members
          </Tabs.Trigger>
          <Tabs.Trigger value="invitations" className={tabClass}>
            Invitations
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="members">
          <MemberList orgId={orgId} />
        </Tabs.Content>
        <Tabs.Content value="invitations">
          <InvitationList orgId={orgId} onInvite={() => setInviting(true)} />
        </Tabs.Content>
      </Tabs.Root>
      <InviteDialog
        orgId={orgId}
        open={inviting}
        onOpenChange={setInviting}
        onInvited={() => setTab("invitations")}
      />
    </Page>
  );
}
