import type { Finding } from "../findings.ts";
import { checkTimeWord, missing, unknownWord } from "./findings.ts";
import type { Word } from "./lexer.ts";
import { bindParameters, numberParameters, serverParameters, timeParameters } from "./parameters.ts";
import { placeOf, type Statement } from "./parse.ts";
import { isPort, readAddress } from "./values.ts";

/** `bind <address>[,…] [parameters]`. */
export function checkBind(statement: Statement): Finding[] {
  const address = statement.args[0];
  if (!address) {
    return [missing(statement, "`bind` needs an address.", "Write for example `bind :8080`.")];
  }
  const findings = address.variable
    ? []
    : address.text.split(",").flatMap((one) => checkBindAddress(statement, address, one));
  return [...findings, ...checkParameters(statement, 1, "bind parameter", bindParameters)];
}

function checkBindAddress(statement: Statement, word: Word, text: string): Finding[] {
  const address = readAddress(text);
  if (address.kind === "path") return [];
  const at = placeOf(statement, word);
  if (address.port === null || address.port === "") {
    return [
      {
        code: "missing_port",
        message: `The address "${text}" has no port.`,
        at,
        hint: /^\d+$/.test(text)
          ? `Write :${text} to listen on port ${text}.`
          : `Write for example ${text.replace(/:$/, "")}:80.`,
      },
    ];
  }
  if (isPort(address.port, { range: true, offset: false }) && address.port !== "0") return [];
  return [badPort(statement, word, address.port, "Ports are 1 to 65535, or a range such as 8000-8010.")];
}

/** `server <name> <address> …`, `server-template <prefix> <count> <address> …` and `default-server …`. */
export function checkServer(statement: Statement): Finding[] {
  const keyword = statement.keyword.text;
  const fixed = keyword === "default-server" ? 0 : keyword === "server" ? 2 : 3;
  if (statement.args.length < fixed) {
    return [
      missing(
        statement,
        `"${keyword}" needs a name and an address.`,
        "Write for example `server app1 10.0.0.1:8080 check`.",
      ),
    ];
  }
  const findings: Finding[] = [];
  const name = statement.args[0];
  if (fixed > 0 && name && !name.variable) {
    const wrong = /[^A-Za-z0-9_.:-]/.exec(name.text)?.[0];
    if (wrong !== undefined) {
      findings.push({
        code: "bad_name",
        message: `The character "${wrong}" is not permitted in a server's name.`,
        at: placeOf(statement, name),
        hint: "Use letters, digits, dashes, underscores, dots and colons.",
      });
    }
  }
  const address = fixed > 0 ? statement.args[fixed - 1] : undefined;
  if (address && !address.variable) findings.push(...checkServerAddress(statement, address));
  return [...findings, ...checkParameters(statement, fixed, "server parameter", serverParameters)];
}

function checkServerAddress(statement: Statement, word: Word): Finding[] {
  const address = readAddress(word.text);
  if (address.kind === "path" || address.port === null || address.port === "") return [];
  if (isPort(address.port, { range: false, offset: true })) return [];
  return [badPort(statement, word, address.port, "Ports are 1 to 65535; +n and -n shift the client's port.")];
}

function badPort(statement: Statement, word: Word, port: string, hint: string): Finding {
  return { code: "bad_port", message: `"${port}" is not a port.`, at: placeOf(statement, word), hint };
}

function checkParameters(
  statement: Statement,
  from: number,
  what: string,
  known: ReadonlyMap<string, number>,
): Finding[] {
  const findings: Finding[] = [];
  const { args } = statement;
  for (let at = from; at < args.length; at++) {
    const word = args[at] as Word;
    if (word.variable) return findings;
    // `source <address> [usesrc …|interface …]` takes a number of words that depends on them: the rest is not read.
    if (word.text === "source" || word.text === "usesrc") return findings;
    const count = known.get(word.text);
    if (count === undefined) {
      findings.push(unknownWord(statement, word, what, known.keys()));
      return findings;
    }
    const value = args[at + 1];
    if (count > 0 && !value) {
      findings.push(missing(statement, `"${word.text}" needs a value.`, "Add it after the parameter."));
    } else if (count > 0 && value) {
      findings.push(...checkValue(statement, word.text, value));
    }
    at += count;
  }
  return findings;
}

function checkValue(statement: Statement, parameter: string, value: Word): Finding[] {
  if (value.variable) return [];
  if (timeParameters.has(parameter)) return checkTimeWord(statement, value, parameter);
  const limits = numberParameters.get(parameter);
  if (!limits) return [];
  const number = /^\d+$/.test(value.text) ? Number(value.text) : Number.NaN;
  if (number >= limits.min && number <= limits.max) return [];
  return [
    {
      code: "bad_number",
      message: `"${parameter}" takes a whole number from ${limits.min} to ${limits.max}, not "${value.text}".`,
      at: placeOf(statement, value),
      hint: "Correct the number.",
    },
  ];
}
