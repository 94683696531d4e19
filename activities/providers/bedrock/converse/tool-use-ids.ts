import { createToolIds } from '../../anthropic/chat/tool-ids.js';

/** The service's limit on `toolUseId`. */
const MAX_LENGTH = 64;

/**
 * Gives tool calls ids that Converse takes: `[a-zA-Z0-9_-]+` (it allows more, the models behind it do not), at most 64
 * characters, and each used by one call of the conversation only.
 */
export interface ToolUseIds {
  /** The id to send for a call; each call of this makes a new one. */
  call(id: string): string;
  /** The id to send for the result of the latest call with this id; `undefined` where there was none. */
  result(id: string): string | undefined;
}

export function createToolUseIds(): ToolUseIds {
  const ids = createToolIds();
  const short = new Map<string, string>();
  const shorten = (id: string): string => {
    if (id.length <= MAX_LENGTH) return id;
    // Ids of a length that only other vendors have: numbered, so that none is mistaken for another.
    const found = short.get(id) ?? `call_long_${short.size + 1}`;
    short.set(id, found);
    return found;
  };
  return {
    call: (id) => shorten(ids.call(id)),
    result: (id) => {
      const sent = ids.result(id);
      return sent === undefined ? undefined : shorten(sent);
    },
  };
}
