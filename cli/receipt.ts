import type { Receipt } from "../protocol/api/shared.ts";
import type { Cli } from "./cli.ts";
import { clean, type Style } from "./output.ts";

/** What was done, what to know about it, what comes next and how to take it back. */
export function showReceipt(receipt: Receipt, { color }: Style): string {
  const lines = [`${color.green("✓")} ${clean(receipt.summary)}`];
  for (const warning of receipt.warnings) lines.push(`  ${color.yellow("warning:")} ${clean(warning)}`);
  if (receipt.cost) lines.push(`  cost: ${clean(receipt.cost.summary)}`);
  for (const { label, command, href } of receipt.next) {
    lines.push(
      `  ${color.dim("next:")} ${clean(label)}${command ? `: ${clean(command)}` : href ? `: ${href}` : ""}`,
    );
  }
  if (receipt.undo) lines.push(`  ${color.dim("undo:")} ${clean(receipt.undo.command)}`);
  return lines.join("\n");
}

/** Prints a change that was made: its receipt to people, all of it to programs. */
export function showDone(cli: Cli, done: { receipt: Receipt }): void {
  cli.output.result(done, (style) => showReceipt(done.receipt, style));
}
