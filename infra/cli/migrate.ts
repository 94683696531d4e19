import { migrate } from '../migrations/migrate.js';
import { loadDatabaseUrl } from '../runtime/config.js';
import { runCommand } from './run-command.js';

// `npm run migrate`: brings the database to the newest schema; with nothing to do it changes nothing.
await runCommand(async () => {
  const applied = await migrate(loadDatabaseUrl());
  console.log(applied.length === 0 ? 'The schema is up to date.' : `Applied ${applied.join(', ')}.`);
  return 0;
});
