import type { Frame } from '../../workflows/contracts/answer.js';
import { isTerminal, type TerminalEvent } from './answer-renderer.js';
import type { Execution } from './execution.js';

export interface CollectedAnswer {
  readonly event: TerminalEvent;
  /** Of the last attempt: frames of one that failed make room for the next one's. */
  readonly frames: readonly Frame[];
}

/** Waits for a whole answer; undefined where its caller left before it. */
export async function collectAnswer({ events }: Pick<Execution, 'events'>): Promise<CollectedAnswer | undefined> {
  let attempt = 0;
  let frames: Frame[] = [];
  for await (const event of events) {
    if (isTerminal(event)) return { event, frames };
    if (event.attempt !== attempt) frames = [];
    attempt = event.attempt;
    frames.push(event.frame);
  }
  return undefined;
}
