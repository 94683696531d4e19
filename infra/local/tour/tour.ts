import type { Stack } from '../stack.js';
import type { ChatReply, ChatRequest, TourClient } from './client.js';
import { TourFault } from './fault.js';
import { shorten, type Screen } from './screen.js';
import { chatAnswer, refusal, type TourRecord } from './wire.js';

/** What the steps of the tour share. */
export interface Tour {
  readonly stack: Stack;
  readonly screen: Screen;
  readonly client: TourClient;
  /** Every request so far that has ended, for the books at the end. */
  readonly ended: TourRecord[];
}

/** Says what is to be expected, and ends the tour where it is not so. */
export function expectThat(tour: Tour, holds: boolean, sentence: string): void {
  if (!holds) throw new TourFault(`This was to be expected, and is not so: ${sentence}`);
  tour.screen.row('  checked', sentence);
}

/** Sends a chat request and shows it with its answer, which must have the expected status. */
export async function ask(tour: Tour, request: ChatRequest, expectedStatus = 200): Promise<ChatReply> {
  showRequest(tour, request);
  const reply = await tour.client.chat(request);
  tour.screen.row('  answer', `${reply.status} in ${reply.elapsedMs} ms: ${shorten(sayingOf(reply), 260)}`);
  expectThat(tour, reply.status === expectedStatus, `The status is ${expectedStatus}.`);
  return reply;
}

export function showRequest({ screen }: Tour, { body, idempotencyKey }: ChatRequest): void {
  screen.row('  request', 'POST /v1/chat/completions');
  if (idempotencyKey !== undefined) screen.row('', `Idempotency-Key: ${idempotencyKey}`);
  screen.row('', spacedJson(body));
}

/** Waits for the request's end and shows how it went: each attempt, what was charged, and where Temporal tells it. */
export async function showEnd(tour: Tour, requestId: string, apiKey?: string): Promise<TourRecord> {
  const record = await tour.client.ended(requestId, apiKey);
  tour.ended.push(record);
  const attempts = record.attempts.map(
    ({ number, vendor, model, status, failure }) =>
      `${number}  ${vendor}/${model}  ${status}${failure === null ? '' : `: ${failure}`}`,
  );
  if (attempts.length > 0) tour.screen.row('  attempts', attempts.join('\n'));
  tour.screen.row('  cost', `${record.cost_usd ?? 'none'} USD, request ${record.status}`);
  showWorkflow(tour, requestId);
  return record;
}

/** On one line, with spaces where a line may be broken. */
function spacedJson(body: object): string {
  return JSON.stringify(body, null, 1)
    .replace(/([{[])\n\s*/g, '$1')
    .replace(/\n\s*([}\]])/g, '$1')
    .replace(/\n\s*/g, ' ');
}

function showWorkflow({ screen, stack }: Tour, requestId: string): void {
  screen.row('  workflow', `${stack.temporalUi}/namespaces/default/workflows/${requestId}`);
}

/** The answer's words; of a refusal its message. */
export function sayingOf({ body }: ChatReply): string {
  const answer = chatAnswer.safeParse(body);
  if (answer.success) return `"${answer.data.choices[0].message.content}"`;
  const refused = refusal.safeParse(body);
  if (refused.success) return `${refused.data.error.code}. ${refused.data.error.message}`;
  throw new TourFault('An answer has neither choices nor an error.');
}

/** A conversation of one sentence. */
export function says(content: string): readonly object[] {
  return [{ role: 'user', content }];
}
