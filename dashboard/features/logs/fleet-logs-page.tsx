import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { LogShippingView } from "../../../protocol/api/logs.ts";
import { api } from "../../api/client.ts";
import { one } from "../../api/queries.ts";
import { fieldOf, fieldOfList, useWrite } from "../../api/use-write.ts";
import { CheckField, LinesField, linesOf, TextField } from "../../ui/field.tsx";
import { Page } from "../../ui/page.tsx";
import { FleetSetting, FleetSettingForm } from "../fleets/fleet-setting.tsx";

/** What the fleet keeps of its agents' logs. */
export function FleetLogsPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/logs" });
  const shipping = useQuery(one("GET /v1/fleets/{fleet}/log-shipping", { path: { fleet: fleetId } }));
  return (
    <Page
      title="Logs"
      description="An agent's logs can be read on its page as they are on its host, at no cost. Here: what is kept of them."
    >
      <FleetSetting
        title="What is kept"
        description="Searched on each agent's page of logs, also while it is offline."
        rows={3}
        found={shipping}
      >
        {(found) => <ShippingForm key={fleetId} shipping={found} />}
      </FleetSetting>
    </Page>
  );
}

function ShippingForm({ shipping }: { shipping: LogShippingView }) {
  const { fleetId } = shipping;
  const [enabled, setEnabled] = useState(shipping.enabled);
  const [sources, setSources] = useState(shipping.sources.join("\n"));
  const [days, setDays] = useState(String(shipping.retentionDays));
  const [megabytes, setMegabytes] = useState(String(shipping.dailyMegabytes));
  const names = linesOf(sources);
  const save = useWrite({
    send: () =>
      api.call("PUT /v1/fleets/{fleet}/log-shipping", {
        path: { fleet: fleetId },
        body: { enabled, sources: names, retentionDays: Number(days), dailyMegabytes: Number(megabytes) },
      }),
    stale: [`/v1/fleets/${fleetId}`],
    shown: true,
  });
  const sourceError = fieldOfList(save.error, "sources", names);
  const errors = [sourceError, fieldOf(save.error, "retentionDays"), fieldOf(save.error, "dailyMegabytes")];
  return (
    <FleetSettingForm fleetId={fleetId} save={save} isPlaced={errors.some(Boolean)}>
      <CheckField
        label="Keep what the agents ship"
        hint="The text is then metered. Agents ship only what their own settings let people read."
        checked={enabled}
        onChange={setEnabled}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <LinesField
          label="Sources, one a line"
          hint="program, container/<name>, file/<absolute path> or journal/<unit>; a name may end in *."
          error={sourceError}
          value={sources}
          onChange={setSources}
        />
        <div className="flex flex-col gap-4">
          <TextField
            label="Days"
            type="number"
            min={1}
            max={30}
            required
            value={days}
            error={fieldOf(save.error, "retentionDays")}
            onChange={({ target }) => setDays(target.value)}
          />
          <TextField
            label="Megabytes of text per agent and day"
            hint="What is beyond it is dropped, and how many lines is said in their place."
            type="number"
            min={1}
            max={10_000}
            required
            value={megabytes}
            error={fieldOf(save.error, "dailyMegabytes")}
            onChange={({ target }) => setMegabytes(target.value)}
          />
        </div>
      </div>
    </FleetSettingForm>
  );
}
