import { ConfigError } from '../runtime/config.js';

/** Runs an operator's command and makes what it resolves to the exit code; a fault is one line and exit code 2. */
export async function runCommand(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    // A wrong setting is explained by its message; elsewhere an operator wants to see where it came from.
    console.error(error instanceof ConfigError ? error.message : error);
    process.exitCode = 2;
  }
}
