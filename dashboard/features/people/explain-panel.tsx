import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { ServiceAccountId, UserId } from "../../../domain/ids.ts";
import type { Place } from "../../../domain/tenancy/access.ts";
import { matchesPermission, type Permission, permissions } from "../../../domain/tenancy/permissions.ts";
import type { AccessExplanation } from "../../../protocol/api/access.ts";
import { api } from "../../api/client.ts";
import { fieldOf } from "../../api/use-write.ts";
import { parseLabels } from "../../lib/parse-labels.ts";
import { Button } from "../../ui/button.tsx";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Panel } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { ScopeText } from "../roles/scope-text.tsx";
import { PlaceFields } from "./place-fields.tsx";
import { Verdict } from "./verdict.tsx";

interface ExplainPanelProps {
  orgId: string;
  subject: UserId | ServiceAccountId;
  name: string;
}

/** Why somebody may, or may not, do one thing in one place. */
export function ExplainPanel({ orgId, subject, name }: ExplainPanelProps) {
  const [permission, setPermission] = useState<Permission>("rollout.write");
  const [place, setPlace] = useState<Place>({});
  const [labels, setLabels] = useState("");
  const parsed = parseLabels(labels);
  const explain = useMutation({
    mutationFn: () =>
      api.call("POST /v1/orgs/{org}/access/explain", {
        path: { org: orgId },
        body: { subject, permission, ...place, ...(labels.trim() === "" ? {} : { labels: parsed.labels }) },
      }),
  });
  const ofAgents = permission.startsWith("agent.") || permission.startsWith("exec.");
  return (
    <Panel title="Why may they, or why not?" description={`Asks about ${name}, one thing and one place.`}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!parsed.error) explain.mutate();
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <SelectField
            label="Permission"
            value={permission}
            onChange={(event) =>
              setPermission(permissions.find((each) => each === event.target.value) ?? permission)
            }
            error={fieldOf(explain.error, "permission")}
          >
            {permissions.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </SelectField>
          {ofAgents ? (
            <TextField
              label="Labels of the agent"
              placeholder="role=web, region=eu"
              value={labels}
              onChange={(event) => setLabels(event.target.value)}
              error={parsed.error ?? fieldOf(explain.error, "labels")}
            />
          ) : null}
        </div>
        <PlaceFields orgId={orgId} place={place} onChange={setPlace} />
        {explain.error ? <Problem error={explain.error} /> : null}
        <Button type="submit" look="primary" busy={explain.isPending} className="self-start">
          Explain
        </Button>
      </form>
      {explain.data ? <Answer orgId={orgId} answer={explain.data} /> : null}
    </Panel>
  );
}

function Answer({ orgId, answer }: { orgId: string; answer: AccessExplanation }) {
  return (
    <div role="status" className="mt-4 flex flex-col gap-2 rounded-lg border bg-sunken/60 p-4">
      <p className="flex flex-wrap items-center gap-2">
        <Verdict verdict={answer.verdict} />
        <span className="min-w-0 font-medium break-words">{answer.summary}</span>
      </p>
      {answer.needsApproval ? (
        <p className="text-sm">
          The environment is protected: another person must approve what they ask for.
        </p>
      ) : null}
      <ul className="flex flex-col gap-1.5 text-sm">
        {answer.by.map((one) => (
          <li key={`${one.effect} ${one.source} ${one.permissions.join()} ${JSON.stringify(one.within)}`}>
            {one.effect === "deny" ? "Denied" : "Allowed"} by {one.source}:{" "}
            <code className="font-mono break-words">
              {one.permissions.filter((each) => matchesPermission(each, answer.permission)).join(", ")}
            </code>{" "}
            in{" "}
            {one.within.map((scope, index) => (
              <span key={JSON.stringify(scope)}>
                {index > 0 ? " and " : ""}
                <ScopeText orgId={orgId} scope={scope} />
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
