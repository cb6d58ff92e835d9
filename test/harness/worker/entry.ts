/** Both deployables in one Worker: the test helpers reach only classes of the test's main Worker. */
export { AgentLogs, Fleet, Limits, Stream } from "../../../durable-objects/main.ts";
export { default } from "../../../workers/main.ts";
