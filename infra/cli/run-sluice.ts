import { parseArgs } from 'node:util';
import { ConfigError, loadAdminAccess, loadDatabaseUrl } from '../runtime/config.js';
import { ApiError, createApiClient } from './api-client.js';
import { type Call, type Command, CommandError, type Terminal, UsageError } from './command.js';
import { commands } from './commands/index.js';
import { renderFields, renderTable } from './table.js';
import { overview, usageOf } from './usage-text.js';

const FAILED = 1;
const WRONG_USAGE = 2;

/** Runs one command; resolves to the exit code: 1 where it failed, 2 where it was not understood. */
export async function runSluice(args: readonly string[], terminal: Terminal): Promise<number> {
  const command = findCommand(args);
  if (command === undefined) return withoutCommand(args, terminal);
  const rest = args.slice(command.words.split(' ').length);
  if (rest.includes('--help')) {
    terminal.print(usageOf(command));
    return 0;
  }
  try {
    return (await command.run(readCall(command, rest, terminal))) ?? 0;
  } catch (error) {
    return explain(error, command, terminal);
  }
}

function findCommand(args: readonly string[]): Command | undefined {
  return commands.find(({ words }) => words.split(' ').every((word, index) => args[index] === word));
}

function withoutCommand(args: readonly string[], terminal: Terminal): number {
  const isAsked = args[0] === '--help' || args[0] === 'help';
  if (isAsked) {
    terminal.print(overview(commands));
    return 0;
  }
  const near = commands.filter(({ words }) => words.split(' ')[0] === args[0]);
  terminal.complain(args.length === 0 ? 'Say what to do.' : `There is no command '${args.slice(0, 2).join(' ')}'.`);
  terminal.complain(overview(near.length > 0 ? near : commands));
  return WRONG_USAGE;
}

function explain(error: unknown, command: Command, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.complain(error.message);
    terminal.complain(usageOf(command));
    return command.wrongUsageCode ?? WRONG_USAGE;
  }
  const isForeseen = error instanceof ApiError || error instanceof CommandError || error instanceof ConfigError;
  if (isForeseen) terminal.complain(error.message);
  // Where it came from is all that helps with what nobody foresaw.
  else terminal.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return FAILED;
}

function readCall(command: Command, args: readonly string[], terminal: Terminal): Call {
  const { values, positionals } = parse(command, args);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  const isJson = values['json'] === true;
  const printJson = (value: unknown): void => terminal.print(JSON.stringify(value, null, 2));
  return {
    terminal,
    api: () => createApiClient(loadAdminAccess(terminal.env)),
    databaseUrl: () => loadDatabaseUrl(terminal.env),
    argument: (index) => positionals[index] ?? '',
    text,
    needed: (name) => text(name) ?? '',
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : undefined;
    },
    isOn: (name) => values[name] === true,
    showRows: (rows, columns) => {
      if (isJson) printJson(rows);
      else terminal.print(rows.length === 0 ? 'None.' : renderTable(rows, columns));
    },
    showOne: (object, columns) => {
      if (isJson) printJson(object);
      else terminal.print(renderFields(object, columns));
    },
  };
}

function parse(command: Command, args: readonly string[]) {
  const { positionals: names = [], options = {} } = command;
  const known = Object.entries(options).map(([name, { value, many }]) => {
    const type = value === undefined ? ('boolean' as const) : ('string' as const);
    return [name, { type, ...(many && { multiple: true }) }] as const;
  });
  const parsed = parseKnown(args, Object.fromEntries([...known, ['json', { type: 'boolean' as const }] as const]));
  if (parsed.positionals.length > names.length) {
    throw new UsageError(`Too many arguments: '${parsed.positionals[names.length] ?? ''}' has no place here.`);
  }
  const missing = [
    ...names.slice(parsed.positionals.length),
    ...Object.entries(options).flatMap(([name, { required }]) =>
      required && parsed.values[name] === undefined ? [`--${name}`] : [],
    ),
  ];
  if (missing.length > 0) throw new UsageError(`Missing: ${missing.join(', ')}.`);
  return parsed;
}

function parseKnown(
  args: readonly string[],
  options: { readonly [name: string]: { readonly type: 'boolean' | 'string'; readonly multiple?: boolean } },
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    // Its errors all are about what was typed.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
