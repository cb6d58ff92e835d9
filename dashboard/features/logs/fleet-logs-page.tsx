import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { LogShippingView } from "../../../protocol/api/logs.ts";
import { useWhyNotInFleet } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { one } from "../../api/queries.ts";
import { fieldOf, useWrite } from "../../api/use-write.ts";
import { Button } from "../../ui/button.tsx";
import { CheckField, Field, inputClass, TextField } from "../../ui/field.tsx";
import { Page, Panel, Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

/** What the fleet keeps of its agents' logs. */
export function FleetLogsPage() {
  const { fleetId } = useParams({ from: "/app/fleets/$fleetId/logs" });
  const shipping = useQuery(one("GET /v1/fleets/{fleet}/log-shipping", { path: { fleet: fleetId } }));
  return (
    <Page
      title="Logs"
      description="An agent's logs can be read on its page as they are on its host, at no cost. Here: what is kept of them."
    >
      <Panel
        title="What is kept"
        description="Searched on each agent's page of logs, also while it is offline."
      >
        {shipping.error ? <Problem error={shipping.error} retry={shipping.refetch} /> : null}
        {shipping.isPending ? <Skeleton rows={3} /> : null}
        {shipping.data ? <ShippingForm key={fleetId} shipping={shipping.data} /> : null}
      </Panel>
    </Page>
  );
}

function ShippingForm({ shipping }: { shipping: LogShippingView }) {
  const { fleetId } = shipping;
  const whyNot = useWhyNotInFleet(fleetId);
  const [enabled, setEnabled] = useState(shipping.enabled);
  const [sources, setSources] = useState(shipping.sources.join("\n"));
  const [days, setDays] = useState(String(shipping.retentionDays));
  const [megabytes, setMegabytes] = useState(String(shipping.dailyMegabytes));
  const names = sources
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  const save = useWrite({
    send: () =>
      api.call("PUT /v1/fleets/{fleet}/log-shipping", {
        path: { fleet: fleetId },
        body: { enabled, sources: names, retentionDays: Number(days), dailyMegabytes: Number(megabytes) },
      }),
    stale: [`/v1/fleets/${fleetId}`],
    shown: true,
  });
  const sourceError =
    names.map((_, i) => fieldOf(save.error, `sources[${i}]`)).find(Boolean) ?? fieldOf(save.error, "sources");
  const errors = [sourceError, fieldOf(save.error, "retentionDays"), fieldOf(save.error, "dailyMegabytes")];
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
        label="Keep what the agents ship"
        hint="The text is then metered. Agents ship only what their own settings let people read."
        checked={enabled}
        onChange={setEnabled}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Sources, one a line"
          hint="program, container/<name>, file/<absolute path> or journal/<unit>; a name may end in *."
          error={sourceError}
        >
          {(control) => (
            <textarea
              {...control}
              rows={3}
              value={sources}
              className={`${inputClass} h-auto py-1.5 font-mono text-sm`}
              onChange={({ target }) => setSources(target.value)}
            />
          )}
        </Field>
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
      {save.error && !errors.some(Boolean) ? <Problem error={save.error} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" look="primary" refused={whyNot("fleet.write")} disabled={save.isPending}>
          Save
        </Button>
        {cost ? <span className="text-sm text-soft">{cost.summary}.</span> : null}
      </div>
    </form>
  );
}
