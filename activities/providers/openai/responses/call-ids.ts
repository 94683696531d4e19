/** The longest `call_id` that the API takes (FunctionCallOutputItemParam). */
const LONGEST = 64;

/** The ids of a conversation's tool calls as the API takes them, and which of the calls were of custom tools. */
export interface CallIds {
  call(id: string, custom: boolean): string;
  /** The id to send for the result of a call; one without a call stays as it is, and the vendor says what is wrong. */
  result(id: string): { readonly id: string; readonly custom: boolean };
}

/** An id that is too long or empty becomes the number of its call, which every request of the conversation counts alike. */
export function createCallIds(): CallIds {
  const calls = new Map<string, { readonly id: string; readonly custom: boolean }>();
  return {
    call: (id, custom) => {
      const sent = id !== '' && id.length <= LONGEST ? id : `call_${calls.size}`;
      calls.set(id, { id: sent, custom });
      return sent;
    },
    result: (id) => calls.get(id) ?? { id, custom: false },
  };
}
