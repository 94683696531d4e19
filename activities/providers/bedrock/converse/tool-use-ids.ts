/**
 * Gives tool calls ids that Converse takes: `[a-zA-Z0-9_.:-]+`, at most 64 characters, and each used by one call of the
 * conversation only, where other vendors allow any text and its use again in a later turn. Claude allows no `.` and `:`,
 * while Kimi reads its own (`functions.name:0`), so that what is allowed stays as it is.
 */
export interface ToolUseIds {
  /** The id to send for a call; each call of this makes a new one. */
  call(id: string): string;
  /** The id to send for the result of the latest call with this id; `undefined` where there was none. */
  result(id: string): string | undefined;
}

const MAX_LENGTH = 64;

export function createToolUseIds({ claude }: { readonly claude: boolean }): ToolUseIds {
  const allowed = claude ? /^[a-zA-Z0-9_-]{1,64}$/ : /^[a-zA-Z0-9_.:-]{1,64}$/;
  const taken = new Set<string>();
  const latest = new Map<string, string>();
  let made = 0;
  const fresh = (id: string): string => {
    if (allowed.test(id) && !taken.has(id)) return id;
    const readable = id.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, MAX_LENGTH - 12);
    let candidate: string;
    do {
      made += 1;
      candidate = `${readable}_${made}`;
    } while (taken.has(candidate));
    return candidate;
  };
  return {
    call: (id) => {
      const sent = fresh(id);
      taken.add(sent);
      latest.set(id, sent);
      return sent;
    },
    result: (id) => latest.get(id),
  };
}
