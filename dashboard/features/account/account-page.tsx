import { useSession } from "../../api/session.ts";
import { Page } from "../../ui/page.tsx";
import { ActivityPanel } from "./activity-panel.tsx";
import { EmailPanel } from "./email-panel.tsx";
import { FactorsPanels } from "./factors-panels.tsx";
import { PasswordPanel } from "./password-panel.tsx";
import { ProfilePanel } from "./profile-panel.tsx";
import { SessionsPanel } from "./sessions-panel.tsx";

export function AccountPage() {
  const user = useSession()?.user;
  if (!user) return null;
  return (
    <Page title="Your account" description="How you sign in, where you are signed in, and what happened.">
      <ProfilePanel user={user} />
      <EmailPanel user={user} />
      <PasswordPanel user={user} />
      <FactorsPanels />
      <SessionsPanel />
      <ActivityPanel />
    </Page>
  );
}
