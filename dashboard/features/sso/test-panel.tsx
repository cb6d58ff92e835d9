import { useMutation } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import type { SsoConnection, SsoTest } from "../../../protocol/api/sso.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

const names: Record<SsoTest["checks"][number]["name"], string> = {
  discovery: "Discovery document",
  endpoints: "Addresses",
  features: "Scopes and PKCE",
  keys: "Signing keys",
  client: "Client id and secret",
  domains: "Domains",
};

export function TestPanel({ orgId, connection }: { orgId: string; connection: SsoConnection }) {
  const refused = useWhyNot(orgId)("sso.write");
  const test = useMutation({
    mutationFn: () =>
      api.call("POST /v1/orgs/{org}/sso-connections/{connection}/test", {
        path: { org: orgId, connection: connection.id },
      }),
  });
  return (
    <Panel
      title="Test"
      description="Tries the provider as a sign-in would, and signs nobody in."
      actions={
        <Button size="sm" refused={refused} busy={test.isPending} onClick={() => test.mutate()}>
          Test the connection
        </Button>
      }
    >
      {test.error ? <Problem error={test.error} /> : null}
      {test.data ? (
        <div role="status" className="flex flex-col gap-2">
          <p className="font-medium">
            {test.data.ok ? "Everything that can be tried holds." : "Something is wrong."}
          </p>
          <ul className="flex flex-col gap-1.5">
            {test.data.checks.map(({ name, ok, detail }) => (
              <li key={name} className="flex items-start gap-2">
                {ok ? (
                  <Check aria-label="holds" className="mt-0.5 size-4 shrink-0 text-good" />
                ) : (
                  <X aria-label="fails" className="mt-0.5 size-4 shrink-0 text-bad" />
                )}
                <span className="min-w-0 break-words">
                  <span className="font-medium">{names[name]}</span>: {detail}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ) : test.error ? null : (
        <p className="text-soft">Not tried yet on this page.</p>
      )}
    </Panel>
  );
}
