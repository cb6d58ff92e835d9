import { z } from "zod";
import { argument, command, oneOf } from "../../spec.ts";

const shells = ["bash", "zsh", "fish"] as const;

const scripts: Record<(typeof shells)[number], string> = {
  bash: `_muster() {
  local words
  mapfile -t words < <(muster __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "\${words[*]}" -- "\${COMP_WORDS[COMP_CWORD]}")
  [ \${#COMPREPLY[@]} -gt 0 ] || compopt -o default
}
complete -F _muster muster`,
  zsh: `#compdef muster
_muster() {
  local -a found
  found=("\${(@f)$(muster __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [ -n "\${found[1]}" ]; then compadd -a found; else _files; fi
}
compdef _muster muster`,
  fish: `complete -c muster -f -a '(muster __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
complete -c muster -n 'string match -qr -- "--file|validate|push" (commandline -op)' -F`,
};

export const completion = command({
  name: "completion",
  summary: "Print the completion script of a shell",
  args: { shell: argument(shells.join(", "), oneOf(shells)) },
  examples: [
    "source <(muster completion bash)",
    "source <(muster completion zsh)",
    "muster completion fish | source",
  ],
  answer: z.object({ shell: z.enum(shells), script: z.string() }),
  async run(cli, { args }) {
    const script = scripts[args.shell];
    cli.output.result({ shell: args.shell, script }, () => script);
  },
});
