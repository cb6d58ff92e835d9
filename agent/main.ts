import { argv } from "node:process";

// The holder of ports lives for as long as the containers beside it do: it loads nothing that it does not need.
if (argv[2] === "hold-ports") {
  const { holdPortsUntilDone } = await import("./commands/hold-ports.ts");
  await holdPortsUntilDone(argv[3] ?? "");
} else {
  await import("./program.ts");
}
