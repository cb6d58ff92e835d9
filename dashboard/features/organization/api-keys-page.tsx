import { useParams } from "@tanstack/react-router";
import { Page } from "../../ui/page.tsx";
import { Readable } from "../organizations/readable.tsx";
import { KeysPanel } from "./keys-panel.tsx";

export function ApiKeysPage() {
  const { orgId } = useParams({ from: "/app/orgs/$orgId/api-keys" });
  return (
    <Readable key={orgId} orgId={orgId} permission="api_key.read" title="API keys">
      <Page
        title="API keys"
        description={
          <>
            For scripts and the <code>muster</code> command. A key is shown once and stored hashed; it never
            can do more than whom it stands for.
          </>
        }
      >
        <KeysPanel orgId={orgId} />
      </Page>
    </Readable>
  );
}
