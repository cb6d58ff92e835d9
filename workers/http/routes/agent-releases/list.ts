import { agentReleasePage } from "../../../../protocol/api/agent-releases.ts";
import { pageQuery } from "../../../../protocol/api/shared.ts";
import { listAgentReleases } from "../../../services/agent-releases/list.ts";
import { route } from "../../route.ts";

export const listAgentReleasesRoute = route({
  method: "get",
  path: "/v1/agent-releases",
  operationId: "listAgentReleases",
  tag: "Agents",
  summary: "The versions of Muster's own agent that are to be had here, the newest first",
  description:
    "The same for everybody: whoever may sign in may download them too. Releases are made with `npm run release`.",
  access: "person",
  query: pageQuery,
  answer: agentReleasePage,
  handle: ({ ctx, query }) => listAgentReleases({ ctx, input: query }),
});
