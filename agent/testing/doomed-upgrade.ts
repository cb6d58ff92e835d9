/** Runs `muster-agent run` on a settings file and kills itself at a step of an apply: `doomed-upgrade.ts <step> run -c <file>`. */
import { readFileSync } from "node:fs";
import { logToStderr } from "../log.ts";
import { runAgent } from "../run.ts";
import { parseSettings } from "../settings.ts";
import { Launcher } from "../upgrade/launcher.ts";
import { quickTuning } from "./greeter-agent.ts";

const [deadlyStep, , , file = ""] = process.argv.slice(2);
const read = parseSettings(readFileSync(file, "utf8"), file, process.env);
const { endpoint = "", token = "", name = "", stateDir = "", configDir = "", upgrade } = read;

const launcher = new Launcher({
  stateDir,
  log: logToStderr,
  start: () =>
    runAgent(
      {
        ...read,
        endpoint,
        token,
        name,
        stateDir,
        configDir,
        type: "proxy",
        metricsUrl: null,
        hostMetrics: false,
        ...(upgrade && { upgrade }),
      },
      logToStderr,
      {
        ...quickTuning,
        atStep: (step) => {
          if (step === deadlyStep) process.kill(process.pid, "SIGKILL");
        },
      },
    ),
});
process.exit(await launcher.run());
