import { exitCodes } from "../../exit-codes.ts";

/** What `muster help <topic>` knows beside the commands. */
export const topics: Record<string, { summary: string; text: string }> = {
  "exit-codes": {
    summary: "What the exit codes mean",
    text: Object.values(exitCodes)
      .map(({ code, about }) => `${String(code).padStart(4)}  ${about}`)
      .join("\n"),
  },
  environment: {
    summary: "Environment variables and files",
    text: [
      "MUSTER_URL       The server, instead of the one signed in to",
      "MUSTER_API_KEY   An API key; goes before the sign-in",
      "MUSTER_ORG       Organization, by id, slug or name",
      "MUSTER_PROJECT   Project, by id, slug or name",
      "MUSTER_FLEET     Fleet, by id, slug or name",
      "NO_COLOR         Set to anything: no colours",
      "FORCE_COLOR      Colours even when the output is not a terminal",
      "VISUAL, EDITOR   The editor of `muster configs edit`",
      "XDG_CONFIG_HOME  Where muster/profile.json is kept (default ~/.config); mode 0600",
      "",
      "A flag goes before the environment, the environment before `muster use`,",
      "and where there is only one thing to choose, it is chosen.",
    ].join("\n"),
  },
};
