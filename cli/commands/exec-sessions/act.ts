import { execAction } from "../../../protocol/api/exec.ts";
import { showDone } from "../../receipt.ts";
import { argument, command, option, text } from "../../spec.ts";

const session = argument("Its id", text);
const comment = option("-m, --message <text>", "Why", text.optional());

export const approveExecSession = command({
  name: "approve",
  summary: "Let somebody else run what they asked for",
  about: "In a protected environment. Whoever asked then has 15 minutes to run it.",
  args: { session },
  options: { comment },
  examples: ["muster exec-sessions approve str_01JD0000000000000000000000 -m 'incident 42'"],
  answer: execAction,
  async run(cli, { args, options }) {
    const client = await cli.client();
    showDone(
      cli,
      await client.call("POST /v1/exec-sessions/{stream}/approve", {
        path: { stream: args.session },
        body: options.comment === undefined ? {} : { comment: options.comment },
      }),
    );
  },
});

export const rejectExecSession = command({
  name: "reject",
  summary: "Refuse what somebody asked to run",
  args: { session },
  options: { comment },
  examples: ["muster exec-sessions reject str_01JD0000000000000000000000"],
  answer: execAction,
  async run(cli, { args, options }) {
    const client = await cli.client();
    showDone(
      cli,
      await client.call("POST /v1/exec-sessions/{stream}/reject", {
        path: { stream: args.session },
        body: options.comment === undefined ? {} : { comment: options.comment },
      }),
    );
  },
});

export const endExecSession = command({
  name: "end",
  summary: "End a session, or take back one that nobody has opened",
  args: { session },
  examples: ["muster exec-sessions end str_01JD0000000000000000000000"],
  answer: execAction,
  async run(cli, { args }) {
    const client = await cli.client();
    showDone(
      cli,
      await client.call("POST /v1/exec-sessions/{stream}/end", { path: { stream: args.session } }),
    );
  },
});
