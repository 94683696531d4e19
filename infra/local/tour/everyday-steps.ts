import { randomUUID } from 'node:crypto';
import { TourFault } from './fault.js';
import { ask, expectThat, says, sayingOf, showEnd, type Tour } from './tour.js';
import { shortOfFunds, type TourBalance } from './wire.js';

export async function showAnswer(tour: Tour): Promise<void> {
  tour.screen.headline(
    'An answer',
    'One base URL and one key, and any OpenAI client. The request runs as a workflow: plan and reserve, call, settle.',
  );
  const reply = await ask(tour, { body: { model: 'sandbox/echo', messages: says('Hello, Sluice!') } });
  expectThat(tour, sayingOf(reply) === '"Hello, Sluice!"', 'The echo says what it was told.');
  const record = await showEnd(tour, reply.requestId);
  expectThat(tour, record.status === 'completed', 'The request is completed.');
}

export async function showFallback(tour: Tour): Promise<void> {
  tour.screen.headline(
    'A fallback',
    'The first model always refuses as overloaded. The workflow goes on to the next one, and the caller sees one answer.',
  );
  const models = ['sandbox/overloaded', 'sandbox/echo'];
  const reply = await ask(tour, { body: { models, messages: says('Who answers?') } });
  const { attempts } = await showEnd(tour, reply.requestId);
  const story = attempts.map(({ model, status, failure }) => [model, failure ?? status].join(' '));
  expectThat(
    tour,
    story.join(', ') === 'overloaded overloaded, echo answered',
    'The first attempt was overloaded, and the second answered.',
  );
}

export async function showRefusal(tour: Tour): Promise<void> {
  tour.screen.headline(
    'A budget, and a 402',
    'A project may spend 0.01 USD. The most that a request can cost is held before any vendor is called, so this one is ' +
      'refused, and the refusal says what would fit. (sandbox/metered costs play money.)',
  );
  const { apiKey, scope } = await tour.client.createProject('Tour: a small budget', '0.01');
  const body = { model: 'sandbox/metered', messages: says('Tell me a story.') };
  const refused = await ask(tour, { body, apiKey }, 402);
  const { error } = shortOfFunds.parse(refused.body);
  tour.screen.row('  needed', `${error.needed_usd} USD`);
  tour.screen.row('  available', `${error.available_usd} USD, while ${error.held_usd} USD is held`);
  tour.screen.row('  fits', `at most ${error.max_affordable_output_tokens} tokens of output`);
  const nothing = await showEnd(tour, refused.requestId, apiKey);
  expectThat(tour, nothing.attempts.length === 0 && nothing.cost_usd === '0', 'No vendor was called, nothing charged.');

  tour.screen.say('\nThe same request with the cap that the refusal names:\n');
  const capped = { ...body, max_completion_tokens: error.max_affordable_output_tokens };
  const reply = await ask(tour, { body: capped, apiKey });
  const record = await showEnd(tour, reply.requestId, apiKey);
  const budget = await balanceOf(tour, scope);
  tour.screen.row('  budget', `${budget.spent_usd} of ${budget.credited_usd} USD spent, ${budget.held_usd} held`);
  expectThat(
    tour,
    budget.spent_usd === record.cost_usd && budget.held_usd === '0',
    'What the answer cost is charged to the budget, and the rest of the hold is free again.',
  );
}

export async function showRepeat(tour: Tour): Promise<void> {
  tour.screen.headline(
    'An idempotent repeat',
    'A caller that lost its answer asks again with the same Idempotency-Key. It gets the same answer, charged once; the ' +
      'same key with another body is refused.',
  );
  const { apiKey, scope } = await tour.client.createProject('Tour: repeats', '1');
  const idempotencyKey = randomUUID();
  const body = { model: 'sandbox/metered', max_completion_tokens: 40, messages: says('Once, please.') };
  const first = await ask(tour, { body, apiKey, idempotencyKey });
  const record = await showEnd(tour, first.requestId, apiKey);

  tour.screen.say('\nThe same again:\n');
  const second = await ask(tour, { body, apiKey, idempotencyKey });
  expectThat(tour, second.requestId === first.requestId, 'It is the same request, and the same workflow.');
  expectThat(tour, sayingOf(second) === sayingOf(first), 'The answer is the same.');
  const { spent_usd: spent } = await balanceOf(tour, scope);
  expectThat(tour, spent === record.cost_usd, `The project has spent ${spent} USD: one charge.`);

  tour.screen.say('\nThe same key with another body:\n');
  await ask(tour, { body: { ...body, messages: says('Twice, please.') }, apiKey, idempotencyKey }, 422);
}

async function balanceOf(tour: Tour, scope: string): Promise<TourBalance> {
  const balance = (await tour.client.balances()).find((one) => one.scope === scope);
  if (balance === undefined) throw new TourFault(`There is no balance of ${scope}.`);
  return balance;
}
