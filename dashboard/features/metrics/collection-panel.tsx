import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MetricsCollection } from "../../../protocol/api/metrics.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { one } from "../../api/queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, Field, inputClass, SelectField } from "../../ui/field.tsx";
import { Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

const intervals: [seconds: number, label: string][] = [
  [60, "every minute"],
  [300, "every 5 minutes"],
  [900, "every 15 minutes"],
  [3600, "every hour"],
];

/** Whether the fleet stores what its agents measure, and how often they tell of it. */
export function CollectionPanel({ fleetId }: { fleetId: string }) {
  const found = useQuery(one("GET /v1/fleets/{fleet}/metrics-collection", { path: { fleet: fleetId } }));
  return (
    <Panel
      title="What is stored"
      description="Off, an agent's last hour is still there to look at on its page, and costs nothing."
    >
      {found.error ? <Problem error={found.error} retry={found.refetch} /> : null}
      {found.isPending ? <Skeleton rows={2} /> : null}
      {found.data ? <CollectionForm key={fleetId} collection={found.data} /> : null}
    </Panel>
  );
}

function CollectionForm({ collection }: { collection: MetricsCollection }) {
  const { fleetId } = collection;
  const whyNot = useWhyNotInFleet(fleetId);
  const [enabled, setEnabled] = useState(collection.enabled);
  const [everySeconds, setEverySeconds] = useState(collection.everySeconds);
  const [scrape, setScrape] = useState(collection.scrape.join("\n"));
  const names = scrape
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const save = useWrite({
    send: () =>
      api.call("PUT /v1/fleets/{fleet}/metrics-collection", {
        path: { fleet: fleetId },
        body: { enabled, everySeconds, scrape: names },
      }),
    stale: [`/v1/fleets/${fleetId}`],
    shown: true,
  });
  const scrapeError = names.map((_, i) => fieldOf(save.error, `scrape[${i}]`)).find(Boolean);
  const known = intervals.some(([seconds]) => seconds === everySeconds);
  const cost = save.data?.receipt.cost;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(undefined);
      }}
    >
      <CheckField
        label="Store what the agents measure"
        hint="Each agent's time is then metered: 10-second points are kept for an hour, minutes for a day, hours for 30 days."
        checked={enabled}
        onChange={setEnabled}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Agents tell of it"
          value={everySeconds}
          onChange={({ target }) => setEverySeconds(Number(target.value))}
        >
          {known ? null : <option value={everySeconds}>every {everySeconds} s</option>}
          {intervals.map(([seconds, label]) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </SelectField>
        <Field
          label="Series of the programs, one a line"
          hint="As a metric gate names them; what matches is summed."
          error={scrapeError}
        >
          {(control) => (
            <textarea
              {...control}
              rows={3}
              value={scrape}
              placeholder="http_requests_in_flight"
              className={`${inputClass} h-auto py-1.5 font-mono text-sm`}
              onChange={({ target }) => setScrape(target.value)}
            />
          )}
        </Field>
      </div>
      {save.error && !scrapeError ? <Problem error={save.error} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" refused={whyNot("fleet.write")} disabled={save.isPending}>
          Save
        </Button>
        {cost ? <span className="text-sm text-soft">{cost.summary}.</span> : null}
      </div>
    </form>
  );
}
