import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';

/** What has been read of an answer that is the call of a tool, by choice. */
export interface JsonAnswerState {
  /** The blocks that are the answer. */
  readonly answers: ReadonlyMap<number, number>;
  /** Choices in which a tool of the caller's was called. */
  readonly called: ReadonlySet<number>;
}

export const NO_ANSWER: JsonAnswerState = { answers: new Map(), called: new Set() };

/**
 * A frame with the call of this tool as what was said. It has no `wire`, because the vendor's own words show a call that
 * the caller did not ask for.
 */
export function readJsonAnswer(state: JsonAnswerState, frame: Frame, tool: string): readonly [JsonAnswerState, Frame] {
  let current = state;
  const events = frame.events.flatMap((event) => {
    const [next, found] = step(current, event, tool);
    current = next;
    return found;
  });
  return [current, { events }];
}

function step(
  state: JsonAnswerState,
  event: AnswerEvent,
  tool: string,
): readonly [JsonAnswerState, readonly AnswerEvent[]] {
  switch (event.type) {
    case 'tool-call-start':
      if (event.name === tool) {
        return [{ ...state, answers: new Map(state.answers).set(event.choice, event.block) }, []];
      }
      return [{ ...state, called: new Set(state.called).add(event.choice) }, [event]];
    case 'tool-call-delta': {
      const { choice, block, arguments: text } = event;
      return [state, state.answers.get(choice) === block ? [{ type: 'text-delta', choice, block, text }] : [event]];
    }
    case 'finish': {
      // OpenAI ends a call that was demanded by name with `stop`, others with `tool_calls`.
      const answered = state.answers.has(event.choice) && !state.called.has(event.choice);
      const ended = answered && event.reason.unified === 'tool-calls';
      return [state, [ended ? { ...event, reason: { ...event.reason, unified: 'stop' } } : event]];
    }
    default:
      return [state, [event]];
  }
}

/** The same for a whole answer, frame by frame. */
export async function* asJsonAnswer(frames: AsyncIterable<Frame>, tool: string): AsyncGenerator<Frame> {
  let state = NO_ANSWER;
  for await (const frame of frames) {
    const [next, read] = readJsonAnswer(state, frame, tool);
    state = next;
    yield read;
  }
}
