import type { FinishReason } from '../../../workflows/contracts/answer.js';
import { inTurn, mustWait } from './block-order.js';
import { lose } from './blocks-state.js';
import type { BlocksState, BlocksStep, ChoiceEvent } from './blocks-state.js';
import { applyEvent, closeBlock } from './open-block.js';

/**
 * One canonical event as events of content blocks. The dialect has one block after another, where other vendors may write
 * several tool calls at a time: what belongs to a later block waits until the open one is whole.
 */
export function renderBlocks(state: BlocksState, event: ChoiceEvent): BlocksStep {
  if (event.choice > 0) return [lose(state, 'n'), []];
  if (event.type === 'finish') return finish(state, event.reason);
  if (mustWait(state.open, state.waiting, event)) return [{ ...state, waiting: [...state.waiting, event] }, []];
  return drain(applyEvent(state, event));
}

/** Closes what is open; nothing comes after it. */
export function endBlocks(state: BlocksState): BlocksStep {
  const [flushed, events] = applyAll({ ...state, waiting: [] }, inTurn(state.waiting));
  const [closed, last] = closeBlock(flushed);
  return [closed, [...events, ...last]];
}

function finish(state: BlocksState, reason: FinishReason): BlocksStep {
  const [ended, events] = endBlocks(state);
  return [{ ...ended, reason }, events];
}

/** Lets go of what waited, block by block, as far as the open block is whole. */
function drain([state, events]: BlocksStep): BlocksStep {
  const [first] = inTurn(state.waiting);
  if (first === undefined || mustWait(state.open, [], first)) return [state, events];
  const { waiting } = state;
  const now = waiting.filter((event) => blockOf(event) === blockOf(first));
  const later = waiting.filter((event) => blockOf(event) !== blockOf(first));
  const [next, more] = applyAll({ ...state, waiting: later }, now);
  return drain([next, [...events, ...more]]);
}

function applyAll(state: BlocksState, events: readonly ChoiceEvent[]): BlocksStep {
  return events.reduce<BlocksStep>(
    ([before, written], event) => {
      const [after, more] = applyEvent(before, event);
      return [after, [...written, ...more]];
    },
    [state, []],
  );
}

function blockOf(event: ChoiceEvent): number | undefined {
  return 'block' in event ? event.block : undefined;
}
