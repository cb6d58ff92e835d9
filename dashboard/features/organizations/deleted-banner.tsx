import { useQuery } from "@tanstack/react-query";
import type { Organization } from "../../../protocol/api/auth.ts";
import { useWhyNot } from "../../api/access.ts";
import { api } from "../../api/client.ts";
import { peopleQueries } from "../../api/people-queries.ts";
import { refresh } from "../../api/session.ts";
import { useWrite } from "../../api/use-write.ts";
import { exactTime } from "../../lib/time.ts";
import { Button } from "../../ui/button.tsx";

/** Above every page of an organization that waits to be erased. */
export function DeletedBanner({ organization }: { organization: Organization }) {
  const whyNot = useWhyNot(organization.id);
  const erasedAfter = useQuery(peopleQueries.organization(organization.id)).data?.erasedAfter;
  const restore = useWrite({
    send: () => api.call("POST /v1/orgs/{org}/restore", { path: { org: organization.id } }),
    stale: ["/v1/"],
    onDone: () => void refresh(),
  });
  return (
    <div role="status" className="border-b border-bad/40 bg-bad-tint px-4 py-3 sm:px-7">
      <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-64 text-sm">
          <strong className="font-semibold">{organization.name} is deleted.</strong> Its agents are refused
          and nothing in it can be changed.{" "}
          {erasedAfter ? `All of it is erased after ${exactTime(erasedAfter)}.` : ""}
        </p>
        <Button
          size="sm"
          busy={restore.isPending}
          refused={whyNot("organization.delete")}
          onClick={() => restore.mutate(undefined)}
        >
          Restore the organization
        </Button>
      </div>
    </div>
  );
}
