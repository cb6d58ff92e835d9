import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { decide, type Place } from "../../../domain/tenancy/access.ts";
import type { EffectivePermissions } from "../../../protocol/api/access.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Section } from "../../ui/section.tsx";
import { PlaceFields } from "./place-fields.tsx";
import { Verdict } from "./verdict.tsx";

/** Everything that may be done, decided for one member at one place, with what decided. */
export function EffectivePanel({ orgId, userId }: { orgId: string; userId: string }) {
  const [place, setPlace] = useState<Place>({});
  const effective = useQuery(
    peopleQueries.permissionsOf(orgId, userId, {
      projectId: place.projectId,
      environmentId: place.environmentId,
    }),
  );
  return (
    <Panel
      title="What they may do"
      description="From their role, their teams and their further roles. A denial wins over whatever allows."
    >
      <div className="flex flex-col gap-4">
        <PlaceFields orgId={orgId} place={place} onChange={setPlace} />
        {effective.error ? <Problem error={effective.error} retry={effective.refetch} /> : null}
        {effective.isPending ? <Skeleton rows={6} /> : null}
        {effective.data?.blocked ? (
          <p role="status" className="rounded-lg border border-warn/40 bg-warn-tint px-4 py-2.5 text-sm">
            None of it counts at present: {effective.data.blocked}
          </p>
        ) : null}
        {effective.data ? <ByNoun effective={effective.data} place={place} /> : null}
      </div>
    </Panel>
  );
}

function ByNoun({ effective, place }: { effective: EffectivePermissions; place: Place }) {
  const nouns = Map.groupBy(effective.permissions, ({ permission }) => permission.split(".")[0] ?? "");
  return (
    <div className="grid items-start gap-2 lg:grid-cols-2">
      {[...nouns].map(([noun, permissions]) => {
        const allowed = permissions.filter(({ verdict }) => verdict !== "deny").length;
        return (
          <Section
            key={noun}
            title={noun.replaceAll("_", " ")}
            note={allowed === 0 ? "nothing" : `${allowed} of ${permissions.length}`}
          >
            <ul className="flex flex-col gap-2">
              {permissions.map(({ permission, verdict }) => {
                const sources = decide(effective.access, permission, place).by.map(({ source }) => source);
                return (
                  <li key={permission} className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
                    <Verdict verdict={verdict} />
                    <code className="font-mono text-sm">{permission}</code>
                    <span className="basis-full text-sm text-soft">
                      {sources.length > 0 ? [...new Set(sources)].join("; ") : "nothing allows it"}
                    </span>
                  </li>
                );
              })}
            </ul>
          </Section>
        );
      })}
    </div>
  );
}
