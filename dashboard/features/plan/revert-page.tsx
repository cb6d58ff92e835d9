import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { isTerminal } from "../../../domain/rollouts/states.ts";
import { useFleetLive } from "../../api/fleet-store.ts";
import { queries } from "../../api/queries.ts";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";
import { Readable } from "../organizations/readable.tsx";
import { PlanLayout } from "./plan-layout.tsx";
import { defaultTerms, type TermsDraft, termsBody } from "./terms.ts";
import { TermsFields } from "./terms-fields.tsx";
import { useSurroundings } from "./use-surroundings.ts";

/** Takes a finished rollout back, as a rollout of its own. */
export function RevertPage() {
  const { fleetId, rolloutId } = useParams({ from: "/app/fleets/$fleetId/rollouts/$rolloutId/revert" });
  return (
    <Readable key={fleetId} fleetId={fleetId} permission="rollout.write" title="Revert a rollout">
      <RevertView fleetId={fleetId} rolloutId={rolloutId} />
    </Readable>
  );
}

function RevertView({ fleetId, rolloutId }: { fleetId: string; rolloutId: string }) {
  const rollout = useQuery({ ...queries.rollout(rolloutId), refetchOnMount: "always" });
  const { fleet, environments, environment, active, ready } = useSurroundings(fleetId);
  const { agents } = useFleetLive(fleetId);
  const [terms, setTerms] = useState<TermsDraft>({ ...defaultTerms, strategy: "all-at-once" });
  const ended = rollout.data ? isTerminal(rollout.data.state) : false;
  return (
    <Page
      wide
      title={
        rollout.data ? `Revert the rollout of release ${rollout.data.releaseNumber}` : "Revert a rollout"
      }
      description="Each agent that it moved, and that still runs what it brought, returns to what that agent ran before."
    >
      {[rollout, fleet, environments].map((query, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: always these three.
        query.error ? <Problem key={index} error={query.error} retry={query.refetch} /> : null,
      )}
      {!ready || !rollout.data ? (
        <Skeleton rows={8} />
      ) : ended ? (
        <PlanLayout
          fleetId={fleetId}
          order={{ operation: "POST /v1/rollouts/{rollout}/revert", path: { rollout: rolloutId } }}
          body={termsBody(terms, { active })}
          missing=""
          active={active}
          approval={terms.approval || (environment?.protected ?? false)}
        >
          <TermsFields
            terms={terms}
            set={(fields) => setTerms((old) => ({ ...old, ...fields }))}
            environment={environment}
            agents={agents}
            active={active}
          />
        </PlanLayout>
      ) : (
        <Panel>
          <p>
            This rollout has not ended yet, so it is aborted instead.{" "}
            <Link
              to="/fleets/$fleetId/rollouts/$rolloutId"
              params={{ fleetId, rolloutId }}
              className="text-accent underline underline-offset-2"
            >
              Open the rollout
            </Link>
          </p>
        </Panel>
      )}
    </Page>
  );
}
