import type { Command } from "commander";
import { diagnose, type Finding } from "../service/diagnosis.ts";
import { addWhichOptions, findAgent, type WhichAgent } from "./which-agent.ts";

const marks: Record<Finding["result"], string> = { good: "ok     ", warning: "warning", problem: "PROBLEM" };

async function doctor(flags: WhichAgent): Promise<void> {
  const findings = await diagnose(findAgent(flags));
  const problems = findings.filter(({ result }) => result === "problem").length;
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ problems, findings })}\n`);
  } else {
    for (const { result, about, text, fix } of findings) {
      process.stdout.write(`${marks[result]}  ${about}: ${text}\n${fix ? `         → ${fix}\n` : ""}`);
    }
  }
  if (problems > 0) process.exitCode = 1;
}

export function addDoctorCommand(program: Command): void {
  addWhichOptions(program.command("doctor"))
    .description("look for what keeps the agent from working, and say what helps")
    .addHelpText("after", "\nExit code: 0 = no problem, 1 = at least one.\n")
    .action(doctor);
}
