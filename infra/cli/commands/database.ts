import { migrate } from '../../migrations/migrate.js';
import type { Command } from '../command.js';
import { verifyBooks } from '../verify-books.js';

/** These work on the database itself, with DATABASE_URL: what they look after is below the management API. */
export const databaseCommands: readonly Command[] = [
  {
    words: 'audit verify',
    summary: "Check that the books balance and that the audit log's chains hold, from heads kept earlier if given.",
    options: { head: { value: 'ORGANISATION:SEQUENCE:HASH', many: true } },
    run: (call) => verifyBooks(call.databaseUrl(), call.list('head') ?? [], (line) => call.terminal.print(line)),
  },
  {
    words: 'migrate',
    summary: 'Bring the database to the newest schema; with nothing to do it changes nothing.',
    run: async (call) => {
      const applied = await migrate(call.databaseUrl());
      call.terminal.print(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`);
      return 0;
    },
  },
];
