import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { onInterrupt } from '../interrupt.js';
import { readServerLog } from '../server-log.js';
import { startStack, type Stack } from '../stack.js';
import { createTourClient } from './client.js';
import { killInMidStream, showRestart } from './crash-steps.js';
import { showAnswer, showFallback, showRefusal, showRepeat } from './everyday-steps.js';
import { TourFault } from './fault.js';
import { makeTourFolder, removeTourFolder } from './folder.js';
import { showLedger } from './ledger-step.js';
import { createScreen, type Screen } from './screen.js';
import type { Tour } from './tour.js';

export interface TourOptions {
  /** Leaves all of it up at the end until Enter is pressed; only where somebody can press it. */
  readonly keep: boolean;
}

/** 130 is what a shell reports of a command that Ctrl-C ended. */
const interruptedCode = 130;

/**
 * Shows what the gateway does on a stack of its own, checks each thing it shows, and leaves nothing behind.
 * Resolves with the exit code: 1 where something was not as it should be.
 */
export async function runTour({ keep }: TourOptions): Promise<number> {
  // A closed terminal must not end us by a failed write before the services are stopped.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  const screen = createScreen({
    write: (line) => console.log(line),
    bold: process.stdout.isTTY && process.stdout.hasColors(),
  });
  const dataDir = await makeTourFolder((line) => screen.say(line));
  const interrupted = new AbortController();
  let stack: Stack | undefined;
  onInterrupt((press) => {
    if (press === 1) {
      screen.say('\nStopping ...');
      return interrupted.abort(new Error('Interrupted.'));
    }
    stack?.abandon();
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(interruptedCode);
  });
  try {
    stack = await startForTour(dataDir, screen, interrupted.signal);
    await unlessAborted(interrupted.signal, guide(stack, screen, keep));
    return 0;
  } catch (error) {
    if (interrupted.signal.aborted) return interruptedCode;
    report(error, join(dataDir, 'gateway.log'), stack !== undefined);
    return 1;
  } finally {
    await stop(stack);
    await removeTourFolder(dataDir);
  }
}

/** No setting of the user's, and so no vendor's key, reaches it. */
function startForTour(dataDir: string, screen: Screen, signal: AbortSignal): Promise<Stack> {
  screen.say(
    'A tour of Sluice, on a stack of its own in a temporary folder and on sandbox models: no key is needed, and no ' +
      'money is spent. It takes about a minute.\n',
  );
  return startStack({ dataDir, env: { SLUICE_SANDBOX: 'on' }, log: (line) => screen.say(line), signal });
}

async function guide(stack: Stack, screen: Screen, keep: boolean): Promise<void> {
  const startedAt = Date.now();
  const tour: Tour = { stack, screen, client: createTourClient(stack), ended: [] };
  await showAnswer(tour);
  await showFallback(tour);
  await showRefusal(tour);
  await showRepeat(tour);
  await showRestart(tour, await killInMidStream(tour));
  await showLedger(tour);
  screen.say(`\nThe tour took ${Math.round((Date.now() - startedAt) / 1_000)} s, and everything was as it should be.`);
  screen.say(`Temporal's UI: ${stack.temporalUi}`);
  if (keep && process.stdin.isTTY) return untilEnter();
  screen.say('It has gone with the tour; `npm run tour -- --keep` leaves it up until you press Enter.');
}

async function untilEnter(): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // It takes Ctrl-C for itself while it waits.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  // Where the terminal ends instead (Ctrl-D), no answer comes.
  await Promise.race([terminal.question('All of it stays up until you press Enter. '), once(terminal, 'close')]);
  terminal.close();
}

/** Rejects as soon as the signal is aborted; what the work comes to then is nobody's business. */
function unlessAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}

/** Nothing is worth waiting for: the data are about to be deleted. */
async function stop(stack: Stack | undefined): Promise<void> {
  const stopped = stack?.stop();
  stack?.hasten();
  await stopped;
}

function report(error: unknown, gatewayLog: string, isUp: boolean): void {
  if (error instanceof TourFault) console.error(`\nThe tour found a fault. ${error.message}`);
  else console.error('\nThe tour broke off.', error);
  const complaints = isUp ? complaintsIn(readServerLog(gatewayLog, 0, 100_000)) : [];
  if (complaints.length > 0) console.error(`\nThe gateway's log has:\n${complaints.join('\n')}`);
}

/** The last lines but those of everyday business, which pino marks as level 30. */
function complaintsIn(log: string): string[] {
  const lines = log.split('\n').filter((line) => !line.startsWith('{"level":30,'));
  return lines.slice(-10);
}
