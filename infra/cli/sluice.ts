import { createInterface } from 'node:readline/promises';
import { ConfigError, readEnvironment } from '../runtime/config.js';
import { runSluice } from './run-sluice.js';

// `npm run sluice -- COMMAND`: an operator's commands. They go through the management API, so that its permissions and its
// audit log hold for them too; only `audit verify` and `migrate` work on the database itself.
try {
  process.exitCode = await runSluice(process.argv.slice(2), {
    env: readEnvironment(),
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
    ...(process.stdin.isTTY && process.stderr.isTTY && { ask }),
  });
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
