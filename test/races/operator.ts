import { nanoToUsd } from '../../workflows/domain/money.js';
import type { Looks } from '../chaos/looks.js';
import type { Seeded } from '../fake-vendor/seeded.js';
import type { RaceWorld } from './race-world.js';

export interface RacedBudget {
  readonly id: string;
  readonly accountId: string;
  readonly firstAmount: bigint;
}

export interface Tenant {
  readonly apiKey: string;
  readonly project: RacedBudget;
  readonly organization: RacedBudget;
  readonly model: RacedBudget;
}

const raced = (id: string, firstAmount: bigint): RacedBudget => ({ id, accountId: `budget:${id}`, firstAmount });

/** A project with a budget and a key, and a budget each for its organisation and for the model. */
export async function createTenant(world: RaceWorld, model: string, firstAmount: bigint): Promise<Tenant> {
  const amount = nanoToUsd(firstAmount);
  const project = await manage(world, 'projects', { name: 'raced', budget_usd: amount });
  const key = await manage(world, `projects/${project.id}/api_keys`, { name: 'raced' });
  const budgetOf = async (scope: object): Promise<RacedBudget> => {
    const rest = { window: { kind: 'total' }, thresholds: [50, 90, 100] };
    const { id } = await manage(world, 'budgets', { name: 'raced', scope, amount_usd: amount, ...rest });
    return raced(id ?? '', firstAmount);
  };
  return {
    apiKey: key.value ?? '',
    project: raced(`budget_${project.id}`, firstAmount),
    organization: await budgetOf({ type: 'organization' }),
    model: await budgetOf({ type: 'model', id: model }),
  };
}

/**
 * Gives one of the budgets room for a few more holds than it has spent, or for none: mostly that of the project. It is a
 * rise where little was free before, and a fall, often below what is held, where much was.
 */
export async function changeBudget(world: RaceWorld, tenant: Tenant, next: Seeded, holdNanoUsd: bigint): Promise<void> {
  const { project, organization, model } = tenant;
  const budget = [project, project, project, organization, model][next(5)] ?? project;
  const spent = await spentOf(world.database, budget.accountId);
  // The project's is the tightest, mostly; the others have room for more, so that some calls come through.
  const room = budget === project ? next(40) : 10 + next(60);
  const amount = spent + BigInt(room) * holdNanoUsd + BigInt(next(1_000));
  await manage(world, `budgets/${budget.id}`, { amount_usd: nanoToUsd(amount) });
}

async function spentOf(database: Looks, accountId: string): Promise<bigint> {
  const [row] = await database.query<{ spent: bigint }>(
    'SELECT debits_posted AS spent FROM ledger.accounts WHERE id = $1',
    [accountId],
  );
  return row?.spent ?? 0n;
}

/** At the first gateway that answers: one of them may just be dead. */
async function manage(
  { gateways, adminKey }: RaceWorld,
  path: string,
  body: object,
): Promise<{ readonly id?: string; readonly value?: string }> {
  for (const { baseUrl } of gateways) {
    const response = await fetch(`${baseUrl}/v1/organization/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch(() => undefined);
    if (response?.ok === true) return (await response.json()) as { readonly id?: string; readonly value?: string };
    if (response !== undefined && response.status !== 503) throw new Error(`${path}: ${await response.text()}`);
  }
  throw new Error(`${path}: no gateway answers`);
}
