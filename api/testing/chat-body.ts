/** The smallest chat request, with these fields besides. */
export function chatBody(fields: object = {}): { [field: string]: unknown } {
  return { model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hi' }], ...fields };
}

export interface SentEvent {
  readonly id: string | undefined;
  /** Parsed, but for `[DONE]`. */
  readonly data: unknown;
}

/** The events of a stream that has ended; comments are left out. */
export function parseEvents(text: string): SentEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const data = field('data') ?? '';
      return { id: field('id'), data: data === '[DONE]' ? data : (JSON.parse(data) as unknown) };
    });
}
