import { agentFixtures } from "./fixtures/agents.ts";
import { configFixtures } from "./fixtures/configs.ts";
import { organizationFixtures } from "./fixtures/organization.ts";
import { rolloutFixtures } from "./fixtures/rollouts.ts";

/** What the server answers, one of each. */
export const fixtures = {
  ...organizationFixtures,
  ...agentFixtures,
  ...configFixtures,
  ...rolloutFixtures,
};
