import { sizeOf } from "../../exec/terminal.ts";
import { Failure } from "../../exit-codes.ts";
import { showReceipt } from "../../receipt.ts";
import { argument, command, durationSeconds, flag, option, text, words } from "../../spec.ts";
import { findAgent } from "../agents/find.ts";
import { attach } from "./attach.ts";
import { leftCode, ownErrorCode, timeoutCode } from "./exit.ts";

export const exec = command({
  name: "exec",
  summary: "Run a command, or open a shell, on an agent's host",
  about: `Without a command it opens the shell that the host's operator chose, on a terminal. Write \`--\` before the command. With -t it runs on a terminal of its own: keys, Ctrl-C and the window's size go there; \`~.\` after a line feed leaves. Without -t standard output and standard error come apart.
The exit code is that of the command, 128 and the signal's number if one ended it, ${timeoutCode} when its time is over, ${ownErrorCode} when Muster itself is why, ${leftCode} when you left by \`~.\`, 130 when Ctrl-C came before it ran. A connection that breaks is taken up again for 30 seconds.
In a protected environment another person must approve first; then run --session.`,
  args: {
    agent: argument("Id or name", text.optional(), "agent"),
    command: words("Program and arguments, after --"),
  },
  options: {
    interactive: flag("-i, --interactive", "Give it this standard input"),
    tty: flag("-t, --tty", "Give it a terminal"),
    container: option("--container <name>", "In a container of that host", text.optional()),
    timeout: option("--timeout <duration>", "End it after so long (default 1h)", durationSeconds.optional()),
    idle: option(
      "--idle <duration>",
      "End it when nothing is written or typed for so long (default 10m)",
      durationSeconds.optional(),
    ),
    record: flag("--record", "Keep what it writes for 30 days: muster exec-sessions replay"),
    reason: option("--reason <text>", "Why, for who approves and for the audit log", text.optional()),
    session: option("--session <id>", "Run what was approved", text.optional()),
  },
  examples: [
    "muster exec web-1",
    "muster exec web-1 -- systemctl status nginx",
    "muster exec -it web-1 -- top",
    "muster exec web-1 --container api -it -- sh",
    "cat backup.sql | muster exec -i db-1 -- psql shop",
    "muster exec --session str_01JD0000000000000000000000 -it",
  ],
  answer: null,
  ownErrors: ownErrorCode,
  async run(cli, { args, options }) {
    const { io } = cli;
    const shell = args.command.length === 0 && options.session === undefined;
    const bare = shell && !options.interactive && !options.tty && io.stdin.isTTY === true;
    const interactive = options.interactive || bare;
    const tty = options.tty || bare;
    if (tty && interactive && !io.stdin.isTTY) {
      throw new Failure("usage", "-t with -i needs a terminal on standard input. Leave -t out for pipes.");
    }
    const client = await cli.client();
    const size = tty ? { size: sizeOf(io) } : {};
    const started =
      options.session === undefined
        ? await client.call("POST /v1/agents/{agent}/exec", {
            path: { agent: await findAgent(cli, args.agent ?? missingAgent()) },
            body: {
              command: args.command,
              tty,
              ...size,
              ...(io.env.TERM && { term: io.env.TERM }),
              ...(options.container !== undefined && { container: options.container }),
              ...(options.timeout !== undefined && { maxSeconds: options.timeout }),
              ...(options.idle !== undefined && { idleSeconds: options.idle }),
              ...(options.reason !== undefined && { reason: options.reason }),
              record: options.record,
            },
          })
        : await client.call("POST /v1/exec-sessions/{stream}/open", {
            path: { stream: options.session },
            body: size,
          });
    const { stream, session } = started;
    if (stream === null) {
      cli.output.result(started, (style) => showReceipt(started.receipt, style));
      cli.leave(ownErrorCode);
      return;
    }
    // What was approved says itself whether it has a terminal.
    const onTerminal = session.tty && interactive;
    cli.leave(await attach(cli, { ...started, stream }, { interactive, tty: onTerminal }));
  },
});

function missingAgent(): never {
  throw new Failure("usage", "Name the agent: muster exec web-1 -- uptime. Or say --session.");
}
