import fc from 'fast-check';
import { sweepMoney } from '../../activities/ledger/sweep-money.js';
import { sweepRequests } from '../../activities/ledger/sweep-requests.js';
import { reserveRow } from '../../activities/ledger/request-rows.js';
import { createAttemptRows } from '../../activities/model-calls/attempt-rows.js';
import type { BudgetScope } from '../../workflows/contracts/budgets.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { RequestInput } from '../../workflows/contracts/requests.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import { answered } from './ledger-world.js';
import { budget, type MoneyWorld } from './money-world.js';
import { candidateOf, countsOf, unitOffers } from './unit-offers.js';

/** How far a call comes before something else happens; what is left standing is settled, released or swept later. */
const reaches = ['held', 'counted', 'answered', 'settled', 'released'] as const;

/** What may happen to the books, in any order. `which` is a request or a budget of the run, `key` moves money once. */
export type MoneyStep =
  | {
      readonly step: 'call';
      readonly offer: number;
      readonly most: number;
      readonly used: number;
      readonly reach: (typeof reaches)[number];
    }
  | { readonly step: 'settle' | 'release'; readonly which: number }
  | { readonly step: 'crash'; readonly which: readonly number[] }
  | { readonly step: 'wait'; readonly hours: number }
  | { readonly step: 'grant'; readonly key: number; readonly amount: number; readonly lastsHours?: number }
  | { readonly step: 'adjust'; readonly key: number; readonly amount: number }
  | { readonly step: 'refund'; readonly key: number; readonly which: number; readonly amount: number }
  | { readonly step: 'create'; readonly kind: number; readonly amount: number }
  | { readonly step: 'modify' | 'close'; readonly which: number; readonly amount: number };

const which = fc.nat({ max: 20 });
const units = fc.integer({ min: 1, max: 8 });
const amount = fc.integer({ min: 1, max: 8_000_000 });
const key = fc.nat({ max: 20 });

const call = fc.record({
  step: fc.constant('call' as const),
  ...{ offer: fc.nat({ max: unitOffers.length - 1 }), most: units, used: units, reach: fc.constantFrom(...reaches) },
});
const step: fc.Arbitrary<MoneyStep> = fc.oneof(
  { weight: 10, arbitrary: call },
  { weight: 3, arbitrary: fc.record({ step: fc.constantFrom('settle', 'release'), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ step: fc.constant('crash' as const), which: fc.array(which, { minLength: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 30 }) }) },
  {
    weight: 2,
    arbitrary: fc.record(
      { step: fc.constant('grant' as const), key, amount, lastsHours: fc.integer({ min: 1, max: 40 }) },
      { requiredKeys: ['step', 'key', 'amount'] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      ...{ step: fc.constant('adjust' as const), key },
      amount: fc.integer({ min: -6_000_000, max: 6_000_000 }).filter((value) => value !== 0),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      step: fc.constant('refund' as const),
      key,
      which,
      amount: fc.integer({ min: 1, max: 2_000_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ step: fc.constant('create' as const), kind: fc.nat({ max: 7 }), amount }) },
  { weight: 3, arbitrary: fc.record({ step: fc.constantFrom('modify', 'modify', 'close'), which, amount }) },
);

/** Each step with how often it runs at once: a step whose confirmation was lost runs again. */
export const moneySteps = fc.array(fc.record({ step, times: fc.constantFrom(1, 1, 2) }), {
  minLength: 15,
  maxLength: 40,
});

/** An organisation with what it has asked for so far, and the time that its steps move. */
export interface MoneyRun {
  readonly organizationId: string;
  readonly projectId: string;
  readonly requests: RequestInput[];
  readonly budgets: string[];
  now: Date;
}

/** Runs a step so many times at once. A call that is made twice is one request, two of whose runs are under way. */
export async function runStep(world: MoneyWorld, run: MoneyRun, step: MoneyStep, times: number): Promise<void> {
  const { organizationId, projectId } = run;
  if (step.step === 'call') run.requests.push(world.request({ organizationId, projectId }));
  await Promise.all(Array.from({ length: times }, () => perform(world, run, step).catch(refusedOnly)));
}

/** What is refused has changed nothing, which the audit shows; every other fault is one of ours. */
function refusedOnly(error: unknown): void {
  if (!(error instanceof RefusalError) && !String(error).includes('cannot settle')) throw error;
}

async function perform(world: MoneyWorld, run: MoneyRun, step: MoneyStep): Promise<unknown> {
  const { database, ledger, credits, budgets } = world;
  const by = world.by(run.organizationId);
  switch (step.step) {
    case 'call':
      return makeCall(world, run.requests.at(-1)!, step);
    case 'settle':
    case 'release': {
      const request = chosen(run.requests, step.which);
      return request && (step.step === 'settle' ? ledger.settle({ request, attempt: 1 }) : ledger.release({ request }));
    }
    case 'crash':
      return sweepLeft(
        world,
        step.which.flatMap((which) => chosen(run.requests, which) ?? []),
      );
    case 'wait':
      return sweepMoney(database);
    case 'grant': {
      const expiresAt = step.lastsHours === undefined ? undefined : laterBy(run.now, step.lastsHours);
      return credits.grant(by, { ...movement(step), ...(expiresAt && { expiresAt }) });
    }
    case 'adjust':
      return credits.adjust(by, movement(step));
    case 'refund':
      return credits.refund(by, {
        ...movement(step),
        requestId: chosen(run.requests, step.which)?.requestId ?? 'req_none',
      });
    case 'create':
      return run.budgets.push((await budgets.create(by, newBudget(run, step.kind, step.amount))).id);
    case 'modify':
      return budgets.modify(by, chosen(run.budgets, step.which) ?? 'none', { amountNanoUsd: String(step.amount) });
    case 'close':
      return budgets.close(by, chosen(run.budgets, step.which) ?? 'none');
  }
}

function chosen<T>(all: readonly T[], which: number): T | undefined {
  return all[which % all.length];
}

function movement(step: { readonly key: number; readonly amount: number }) {
  return { key: String(step.key), amountNanoUsd: String(step.amount), reason: 'test' };
}

export function laterBy(time: Date, hours: number): Date {
  return new Date(time.getTime() + hours * 3_600_000);
}

/** Each kind of scope, with and without windows; of the last two one only warns. */
function newBudget({ projectId }: MoneyRun, kind: number, amountNanoUsd: number) {
  const project: BudgetScope = { type: 'project', id: projectId };
  const model: BudgetScope = { type: 'model', id: unitOffers[0]!.id };
  const scope = ([{ type: 'organization' }, project, model, project] as const)[kind % 4] ?? project;
  return budget({
    ...{ scope, amountNanoUsd: String(amountNanoUsd), thresholds: [50, 100] },
    window: kind < 4 ? { kind: 'total' } : { kind: 'day', timeZone: 'Europe/Berlin' },
    enforcement: kind % 4 === 3 ? 'warn' : 'hard',
  });
}

type Call = Extract<MoneyStep, { step: 'call' }>;

/** A call may use so many units of its offer, or of the first one, whichever is dearer; it uses more than that at times. */
async function makeCall(world: MoneyWorld, request: RequestInput, { offer, most, used, reach }: Call): Promise<void> {
  const sold = unitOffers[offer]!;
  const candidates = [candidateOf(sold, most), candidateOf(unitOffers[0]!, most)];
  const [own, other] = candidates.map(({ worstCaseNanoUsd }) => BigInt(worstCaseNanoUsd)) as [bigint, bigint];
  const amountNanoUsd = own > other ? own : other;
  const { state } = await reserveRow(world.database, request, { move: 'hold', candidates, amountNanoUsd });
  if (state !== 'reserved' || reach === 'held') return;
  if (reach === 'released') return void (await world.ledger.release({ request }));
  await attempt(world, request, sold, { used, held: amountNanoUsd, isRecorded: reach !== 'counted' });
  if (reach === 'settled') await world.ledger.settle({ request, attempt: 1 });
}

/** What an attempt leaves: an outcome, or only what was counted when its process died. */
async function attempt(
  { database }: MoneyWorld,
  { requestId }: RequestInput,
  sold: Offer,
  { used, held, isRecorded }: { readonly used: number; readonly held: bigint; readonly isRecorded: boolean },
): Promise<void> {
  const names = { offerId: sold.id, vendor: sold.vendor, model: sold.vendorModel };
  const usage = { units: countsOf(sold, used), source: 'reported' as const };
  const cost = priceOf(usage.units, sold);
  const rows = createAttemptRows(database);
  await rows.claim(requestId, 1, names, 'test');
  if (!isRecorded) return void (await rows.renew(requestId, 1, 'test', usage));
  const chargeNanoUsd = String(cost < held ? cost : held);
  await rows.record(requestId, 'test', { ...answered, ...names, usage, chargeNanoUsd }, cost);
}

/** The processes and workflows of these requests are gone, and so is the time of their leases: the sweeper ends them. */
export async function sweepLeft(world: MoneyWorld, gone: readonly RequestInput[]): Promise<void> {
  const ids = new Set(gone.map(({ requestId }) => requestId));
  await world.database.query({
    text: `UPDATE requests.attempts SET lease_until = now() - interval '1 second'
           WHERE request_id = ANY ($1) AND state = 'sending'`,
    values: [[...ids]],
  });
  const errors: unknown[] = [];
  await sweepRequests({
    ...world,
    workflows: { isOpen: (id) => Promise.resolve(!ids.has(id)) },
    olderThanMs: 0,
    onError: (error) => errors.push(error),
  });
  if (errors.length > 0) throw errors[0];
}
