import { BadgeCheck, CircleDashed } from "lucide-react";
import { useState } from "react";
import type { SsoConnection, SsoDomain } from "../../../protocol/api/sso.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { CopyBlock } from "../../ui/copy.tsx";
import { Confirm } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { useSsoWrite } from "./sso-queries.ts";

interface ConnectionProps {
  orgId: string;
  connection: SsoConnection;
}

export function DomainsPanel({ orgId, connection }: ConnectionProps) {
  const refused = useWhyNot(orgId)("sso.write");
  const [domain, setDomain] = useState("");
  const claim = useSsoWrite(orgId, {
    send: () =>
      api.call("POST /v1/orgs/{org}/sso-connections/{connection}/domains", {
        path: { org: orgId, connection: connection.id },
        body: { domain },
      }),
    told: (made) => `${made.domain} is claimed. Set the DNS record, then verify it.`,
    onDone: () => setDomain(""),
  });
  return (
    <Panel
      title="E-mail domains"
      description="Only people whose verified e-mail address lies in a verified domain can sign in by this connection."
    >
      <div className="flex flex-col gap-5">
        {connection.domains.length > 0 ? (
          <ul aria-label="Domains" className="flex flex-col gap-4">
            {connection.domains.map((one) => (
              <Domain key={one.id} orgId={orgId} domain={one} refused={refused} />
            ))}
          </ul>
        ) : null}
        <form
          className="flex flex-wrap items-end gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            claim.mutate(undefined);
          }}
        >
          <TextField
            label="Domain"
            required
            maxLength={253}
            placeholder="example.com"
            className="min-w-56 flex-1"
            value={domain}
            onChange={(event) => setDomain(event.target.value)}
            error={fieldOf(claim.error, "domain")}
          />
          <Button type="submit" refused={refused} busy={claim.isPending} disabled={domain.trim() === ""}>
            Claim the domain
          </Button>
        </form>
        {claim.error ? <Problem error={claim.error} /> : null}
      </div>
    </Panel>
  );
}

interface DomainProps {
  orgId: string;
  domain: SsoDomain;
  refused: string | undefined;
}

function Domain({ orgId, domain, refused }: DomainProps) {
  const [asking, setAsking] = useState(false);
  const path = { org: orgId, domain: domain.id };
  const verify = useSsoWrite(orgId, {
    send: () => api.call("POST /v1/orgs/{org}/sso-domains/{domain}/verify", { path }),
    told: (verified) => `${verified.domain} is verified.`,
  });
  const remove = useWrite({
    send: () => api.call("DELETE /v1/orgs/{org}/sso-domains/{domain}", { path }),
    stale: [`/v1/orgs/${orgId}/sso-`],
    shown: true,
    onDone: () => setAsking(false),
  });
  const verified = domain.verifiedAt !== null;
  const Icon = verified ? BadgeCheck : CircleDashed;
  return (
    <li className="flex flex-col gap-3 rounded-md border p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="flex items-center gap-2">
          <Icon aria-hidden className={verified ? "size-4 text-good" : "size-4 text-soft"} />
          <span className="font-medium break-all">{domain.domain}</span>
          <span className="text-sm text-soft">{verified ? "verified" : "not verified yet"}</span>
        </span>
        <span className="flex flex-wrap gap-2">
          {verified ? null : (
            <Button
              size="sm"
              refused={refused}
              busy={verify.isPending}
              onClick={() => verify.mutate(undefined)}
            >
              Verify {domain.domain}
            </Button>
          )}
          <Button size="sm" look="quiet" refused={refused} onClick={() => setAsking(true)}>
            Remove {domain.domain}
          </Button>
        </span>
      </div>
      {verified ? null : (
        <div className="flex flex-col gap-2">
          <p className="text-sm text-soft">
            Set this TXT record at your DNS provider. It may take an hour to be seen; keep it afterwards.
          </p>
          <CopyBlock label={`name of the record for ${domain.domain}`} text={domain.record.name} />
          <CopyBlock label={`value of the record for ${domain.domain}`} text={domain.record.value} />
        </div>
      )}
      {verify.error ? <Problem error={verify.error} /> : null}
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={`Remove ${domain.domain}?`}
        action="Remove"
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate(undefined)}
      >
        Its people cannot sign in by single sign-on any more. To take it back, it must be verified anew.
        {remove.error ? <Problem error={remove.error} /> : null}
      </Confirm>
    </li>
  );
}
