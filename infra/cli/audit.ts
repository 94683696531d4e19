import { parseArgs } from 'node:util';
import { loadDatabaseUrl } from '../runtime/config.js';
import { runCommand } from './run-command.js';
import { verifyBooks } from './verify-books.js';

// `npm run audit`: checks that the books balance and that the audit log's chains hold, also while the gateway runs. Exit code
// 1 where they do not. `-- --head ORGANISATION:SEQUENCE:HASH`, once or more, are heads that were kept from earlier runs.
await runCommand(() => {
  const { values } = parseArgs({ options: { head: { type: 'string', multiple: true, default: [] } } });
  return verifyBooks(loadDatabaseUrl(), values.head, (line) => console.log(line));
});
