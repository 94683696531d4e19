import type { ChoiceEvent, OpenBlock } from './blocks-state.js';

/**
 * Whether an event has to wait: its block is another than the open one, which is a tool call whose arguments are not yet
 * whole, or it comes after events that wait already.
 */
export function mustWait(open: OpenBlock | undefined, waiting: readonly ChoiceEvent[], event: ChoiceEvent): boolean {
  if (open?.kind !== 'tool' || !('block' in event) || event.block === open.block) return false;
  return waiting.length > 0 || !isWholeJson(open.written);
}

/** The events block by block, the blocks in the order in which they began. */
export function inTurn(events: readonly ChoiceEvent[]): readonly ChoiceEvent[] {
  const blocks = [...new Set(events.map(placeOf))];
  return blocks.flatMap((block) => events.filter((event) => placeOf(event) === block));
}

function placeOf(event: ChoiceEvent): number {
  return 'block' in event ? event.block : -1;
}

function isWholeJson(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
