/**
 * Gives tool calls ids that Anthropic takes: `[a-zA-Z0-9_-]+`, and each used by one call of the conversation only, where
 * other vendors allow any text and its use again in a later turn. An id that is valid and new stays as it is.
 */
export interface ToolIds {
  /** The id to send for a call; each call of this makes a new one. */
  call(id: string): string;
  /** The id to send for the result of the latest call with this id; `undefined` where there was none. */
  result(id: string): string | undefined;
}

export function createToolIds(): ToolIds {
  const taken = new Set<string>();
  const latest = new Map<string, string>();
  /** How often each id was asked for: the search for a free number goes on where it ended. */
  const uses = new Map<string, number>();

  const firstFree = (id: string): string => {
    let use = (uses.get(id) ?? 0) + 1;
    while (taken.has(numbered(id, use))) use += 1;
    uses.set(id, use);
    return numbered(id, use);
  };

  return {
    call: (id) => {
      const sent = firstFree(toValidId(id));
      taken.add(sent);
      latest.set(id, sent);
      return sent;
    },
    result: (id) => latest.get(id),
  };
}

/** Each invalid character becomes its code point in hexadecimal between underscores, so that different ids stay different. */
function toValidId(id: string): string {
  const valid = id.replaceAll(/[^a-zA-Z0-9_-]/gu, (character) => `_x${character.codePointAt(0)?.toString(16)}_`);
  return valid === '' ? 'call' : valid;
}

function numbered(id: string, use: number): string {
  return use === 1 ? id : `${id}_${use}`;
}
