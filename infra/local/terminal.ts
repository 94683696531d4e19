import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { loadStartConfig, readEnvironment } from '../runtime/config.js';
import { banner } from './banner.js';
import { onInterrupt } from './interrupt.js';
import { AlreadyRunningError } from './run-file.js';
import { startStack, type Stack, type StackOptions } from './stack.js';

const log = (line: string): void => console.log(line);

/** Starts the stack by the environment's settings, says what there is to say, and exits once interrupted. */
export function runFromTerminal(options: Pick<StackOptions, 'gatewayCommand'> = {}): Promise<void> {
  return run(options).catch(fail);
}

async function run(options: Pick<StackOptions, 'gatewayCommand'>): Promise<void> {
  // A closed terminal must not end us by a failed write before the services are stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const env = readEnvironment();
  const { dataDir } = loadStartConfig(env).local;
  const giveUp = new AbortController();
  let stack: Stack | undefined;
  let stopping: Promise<void> | undefined;
  onInterrupt((press) => {
    if (stack === undefined) {
      if (press > 1) process.exit(130);
      log('Stopping ...');
      return giveUp.abort(new Error('Stopped before it was up.'));
    }
    if (press > 2) {
      stack.abandon();
      process.exit(130);
    }
    if (press > 1) return stack.hasten();
    log('Stopping: requests in progress are finished first; Ctrl-C again hastens it ...');
    stopping ??= stack.stop().then(() => process.exit(0), fail);
  });
  try {
    stack = await startStack({ ...options, dataDir, env, ports: 'usual', log, signal: giveUp.signal });
    log(banner(stack, relative(process.cwd(), dataDir) || '.'));
  } catch (error) {
    if (error instanceof AlreadyRunningError) log(whereItRuns(dataDir));
    if (giveUp.signal.aborted) process.exit(0);
    throw error;
  }
}

function whereItRuns(dataDir: string): string {
  try {
    const { baseUrl } = JSON.parse(readFileSync(join(dataDir, 'local.json'), 'utf8')) as { baseUrl?: string };
    return `It serves ${baseUrl}.`;
  } catch {
    return 'It is still starting.';
  }
}

function fail(error: unknown): void {
  // What we foresaw is a sentence; a stack trace would only bury it.
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
