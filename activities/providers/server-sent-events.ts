import { createParser } from 'eventsource-parser';
import { ProviderFailure } from './port.js';

export interface ServerSentEvent {
  /** Absent where the vendor named none. */
  readonly event?: string;
  /** Several `data:` lines are joined by a newline. */
  readonly data: string;
  readonly id?: string;
}

export interface ServerSentEventOptions {
  /** Most characters of one event; a longer one is `bad_response`. Images within an answer are the longest. */
  readonly maxEventLength?: number;
}

/**
 * The events of a `text/event-stream` body (WHATWG HTML, section 9.2), whose bytes may be cut anywhere. Ends where the
 * bytes end: whether that was the answer's end is for the adapter to say. Throws `bad_response` past the length limit.
 */
export async function* readServerSentEvents(
  stream: AsyncIterable<Uint8Array>,
  { maxEventLength = 16 * 1024 * 1024 }: ServerSentEventOptions = {},
): AsyncGenerator<ServerSentEvent> {
  const reader = createEventReader(maxEventLength);
  for await (const bytes of stream) yield* reader.feed(bytes);
  yield* reader.end();
}

interface EventReader {
  feed(bytes: Uint8Array): readonly ServerSentEvent[];
  end(): readonly ServerSentEvent[];
}

function createEventReader(maxEventLength: number): EventReader {
  const decoder = new TextDecoder();
  let found: ServerSentEvent[] = [];
  let last = '';
  let tooLong = false;
  const parser = createParser({
    maxBufferSize: maxEventLength,
    onEvent: ({ data, event, id }) => {
      if (data.length > maxEventLength) tooLong = true;
      found.push({ data, ...(event !== undefined && { event }), ...(id !== undefined && { id }) });
    },
    // Unknown fields are ignored, as the standard demands.
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') tooLong = true;
    },
  });

  const feedText = (text: string): readonly ServerSentEvent[] => {
    if (text === '') return [];
    last = text.at(-1) ?? '';
    parser.feed(text);
    if (tooLong)
      throw new ProviderFailure({ class: 'bad_response' }, { message: 'An event of the vendor is too long.' });
    const events = found;
    found = [];
    return events;
  };

  return {
    feed: (bytes) => feedText(decoder.decode(bytes, { stream: true })),
    end: () => {
      const rest = feedText(decoder.decode());
      // The parser holds a last carriage return back, because a line feed might follow.
      const returned = last === '\r' ? feedText('\n') : [];
      // Some vendors leave out the blank line after their last event; half of an event is no event.
      return [...rest, ...returned, ...feedText('\n\n').filter(isWhole)];
    },
  };
}

function isWhole({ data }: ServerSentEvent): boolean {
  if (data === '[DONE]') return true;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
