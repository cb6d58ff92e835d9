import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { Secret, SecretUsage } from "../../../protocol/api/secrets.ts";
import { one } from "../../api/queries.ts";
import { plural } from "../../lib/format.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Skeleton } from "../../ui/page.tsx";
import { Problem } from "../../ui/problem.tsx";

/** Who names the secret, and which agents hold which version. */
export function SecretUsageDialog({ secret, onClose }: { secret: Secret; onClose: () => void }) {
  const usage = useQuery({
    ...one("GET /v1/secrets/{secret}/usage", { path: { secret: secret.id } }),
    staleTime: 0,
  });
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && onClose()}
      title={`Usage of ${secret.name}`}
      description="Configs whose newest version names it, and who holds which version."
    >
      {usage.error ? <Problem error={usage.error} retry={usage.refetch} /> : null}
      {usage.isFetching && !usage.data ? <Skeleton rows={3} /> : null}
      {usage.data ? <Usage usage={usage.data} /> : null}
    </Dialog>
  );
}

function Usage({ usage: { configs, fleets, fleetsLeftOut } }: { usage: SecretUsage }) {
  return (
    <div className="flex flex-col gap-4 text-sm">
      <section aria-label="Configs">
        <h3 className="font-semibold">Configs</h3>
        {configs.length === 0 ? <p className="text-soft">No config's newest version names it.</p> : null}
        <ul>
          {configs.map(({ configId, name, version }) => (
            <li key={configId}>
              <Link
                to="/configs/$configId"
                params={{ configId }}
                className="underline-offset-2 hover:underline"
              >
                {name}
              </Link>{" "}
              <span className="text-soft">version {version}</span>
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="Fleets">
        <h3 className="font-semibold">Fleets</h3>
        {fleets.length === 0 ? <p className="text-soft">No fleet may have it.</p> : null}
        <ul className="flex flex-col gap-2">
          {fleets.map(({ fleet, slug, held, versions, problem }) => (
            <li key={fleet} className="rounded-lg border p-3">
              <span className="font-medium">{slug}</span>{" "}
              {problem === null ? (
                <span className="text-soft">
                  {held.length === 0
                    ? "holds nothing of it"
                    : `holds ${held.map((one) => `version ${one}`).join(", ")}`}
                </span>
              ) : (
                <span className="break-words text-bad">{problem}</span>
              )}
              <ul>
                {versions.map(({ number, agents, first }) => (
                  <li key={number} className="break-words">
                    Version {number}: {plural(agents, "agent")}
                    {first.length > 0
                      ? ` (${first.map(({ name }) => name).join(", ")}${agents > first.length ? " …" : ""})`
                      : ""}
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
        {fleetsLeftOut > 0 ? (
          <p className="text-soft">{plural(fleetsLeftOut, "further fleet")} not asked.</p>
        ) : null}
      </section>
    </div>
  );
}
