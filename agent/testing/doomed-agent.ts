/** Runs a greeter agent that kills itself at a step of an apply: `doomed-agent.ts <endpoint> <stateDir> <port> <step>`. */
import { logToStderr } from "../log.ts";
import { runAgent } from "../run.ts";
import { quickTuning, unvalidatedSettings } from "./greeter-agent.ts";

const [endpoint = "", stateDir = "", port = "", deadlyStep] = process.argv.slice(2);

await runAgent(unvalidatedSettings(endpoint, stateDir, Number(port)), logToStderr, {
  ...quickTuning,
  atStep: (step) => {
    if (step === deadlyStep) process.kill(process.pid, "SIGKILL");
  },
});
