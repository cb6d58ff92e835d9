import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MetricsCollection } from "../../../protocol/api/metrics.ts";
import { api } from "../../api/client.ts";
import { one } from "../../api/queries.ts";
import { fieldOfList, useWrite } from "../../api/use-write.ts";
import { CheckField, LinesField, linesOf, SelectField } from "../../ui/field.tsx";
import { FleetSetting, FleetSettingForm } from "../fleets/fleet-setting.tsx";

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
    <FleetSetting
      title="What is stored"
      description="Off, an agent's last hour is still there to look at on its page, and costs nothing."
      rows={2}
      found={found}
    >
      {(collection) => <CollectionForm key={fleetId} collection={collection} />}
    </FleetSetting>
  );
}

function CollectionForm({ collection }: { collection: MetricsCollection }) {
  const { fleetId } = collection;
  const [enabled, setEnabled] = useState(collection.enabled);
  const [everySeconds, setEverySeconds] = useState(collection.everySeconds);
  const [scrape, setScrape] = useState(collection.scrape.join("\n"));
  const names = linesOf(scrape);
  const save = useWrite({
    send: () =>
      api.call("PUT /v1/fleets/{fleet}/metrics-collection", {
        path: { fleet: fleetId },
        body: { enabled, everySeconds, scrape: names },
      }),
    stale: [`/v1/fleets/${fleetId}`],
    shown: true,
  });
  const scrapeError = fieldOfList(save.error, "scrape", names);
  const known = intervals.some(([seconds]) => seconds === everySeconds);
  return (
    <FleetSettingForm fleetId={fleetId} save={save} isPlaced={scrapeError !== undefined}>
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
        <LinesField
          label="Series of the programs, one a line"
          hint="As a metric gate names them; what matches is summed."
          error={scrapeError}
          placeholder="http_requests_in_flight"
          value={scrape}
          onChange={setScrape}
        />
      </div>
    </FleetSettingForm>
  );
}
