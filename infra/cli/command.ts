import type { ApiClient, ApiObject } from './api-client.js';
import type { Column } from './table.js';

export interface Option {
  /** What stands for its value in the usage text; absent for a switch. */
  readonly value?: string;
  readonly required?: true;
  /** May be given more than once. */
  readonly many?: true;
}

/** One command of `sluice`, stated once: its parsing and its usage text are made of it. */
export interface Command {
  /** As they are typed: `keys create`. */
  readonly words: string;
  /** One line. */
  readonly summary: string;
  /** The names of what follows the words, all of them required. */
  readonly positionals?: readonly string[];
  readonly options?: { readonly [name: string]: Option };
  /** The exit code for wrong usage where 2 says something else. */
  readonly wrongUsageCode?: number;
  /** Resolves to the exit code; without one it is 0. */
  run(call: Call): Promise<number | undefined>;
}

/** What a command was called with, and what it works with. */
export interface Call {
  readonly terminal: Terminal;
  /** Made when it is first asked for: `migrate` needs no gateway. Throws a `ConfigError`. */
  api(): ApiClient;
  databaseUrl(): string;
  argument(index: number): string;
  text(name: string): string | undefined;
  /** Of a required option, whose absence is wrong usage before the command runs. */
  needed(name: string): string;
  /** Of an option that may be repeated; undefined where it is not there at all. */
  list(name: string): readonly string[] | undefined;
  isOn(name: string): boolean;
  /** A table, or with `--json` the objects as the API gave them. */
  showRows(rows: readonly ApiObject[], columns: readonly Column[]): void;
  /** One object: its fields a line each, or JSON. */
  showOne(object: ApiObject, columns: readonly Column[]): void;
}

export interface Terminal {
  readonly env: Readonly<Record<string, string>>;
  /** A line on stdout. */
  print(line: string): void;
  /** A line on stderr. */
  complain(line: string): void;
  /** Absent where nobody sits there. */
  readonly ask?: (question: string) => Promise<string>;
}

/** A command that cannot be understood; the usage text follows the message. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something an operator has to see to; the message alone is shown. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
