import { useQuery } from "@tanstack/react-query";
import { useWhyNotInFleet } from "../../../api/access.ts";
import { api } from "../../../api/client.ts";
import { queries } from "../../../api/queries.ts";
import { useWrite } from "../../../api/use-write.ts";
import { plural } from "../../../lib/format.ts";
import { Button } from "../../../ui/button.tsx";
import { Tag } from "../../../ui/status.tsx";

const askEveryMs = 2_000;

/** The restart of many agents that is under way, and how the last one failed. */
export function RestartBanner({ fleetId }: { fleetId: string }) {
  const whyNot = useWhyNotInFleet(fleetId);
  const restarts = useQuery({
    ...queries.restarts(fleetId),
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === "running") ? askEveryMs : false,
  });
  const cancel = useWrite({
    send: (restart: string) =>
      api.call("POST /v1/fleets/{fleet}/restarts/{restart}/cancel", { path: { fleet: fleetId, restart } }),
    stale: [`/v1/fleets/${fleetId}/restarts`],
  });
  const running = restarts.data?.items.find(({ state }) => state === "running");
  if (!running) return null;
  return (
    <section
      aria-label="Restart under way"
      className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border bg-raised px-4 py-2.5"
    >
      <Tag tone="busy">restarting</Tag>
      <span className="tabular text-sm">
        {running.restarted} of {plural(running.total, "agent")} restarted, {running.restarting.length} under
        way
      </span>
      <span className="min-w-0 truncate text-sm text-soft">
        {running.restarting.map(({ name }) => name).join(", ")}
      </span>
      <Button
        size="sm"
        className="ml-auto"
        refused={whyNot("agent.operate")}
        busy={cancel.isPending}
        onClick={() => cancel.mutate(running.id)}
      >
        Stop it
      </Button>
    </section>
  );
}
