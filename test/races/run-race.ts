import { callGateway } from '../chaos/caller.js';
import type { CallFacts } from '../chaos/facts.js';
import { createSeeded } from '../fake-vendor/seeded.js';
import { changeBudget, type Tenant } from './operator.js';
import { raceCall } from './race-calls.js';
import type { RaceWorld } from './race-world.js';

export interface RaceOptions {
  readonly seed: string;
  readonly clients: number;
  readonly callsEach: number;
  /** Gateways by their place, one after the other, evenly over the race. */
  readonly kills: readonly number[];
  /** About what a call holds. */
  readonly holdNanoUsd: bigint;
}

/** A change of a budget comes after so many calls have ended. */
const changeEvery = 12;
/** So many tries a call on average, until a caller who is refused or finds nobody gives up. */
const triesEach = 3;

/** Many callers at once, while budgets change and gateways die. Resolves once each caller has had its end. */
export async function runRace(world: RaceWorld, tenant: Tenant, options: RaceOptions): Promise<readonly CallFacts[]> {
  const { seed, clients, callsEach, kills, holdNanoUsd } = options;
  const calls: CallFacts[] = [];
  const next = createSeeded(`${seed}:operator`);
  const due = kills.map((gateway, index) => ({
    gateway,
    after: Math.floor(((index + 1) * clients * callsEach) / (kills.length + 1)),
  }));
  const waiting: (() => void)[] = [];
  const background: Promise<void>[] = [];
  let active = clients;
  let sinceChange = 0;
  let changing = false;

  const change = async (): Promise<void> => {
    changing = true;
    sinceChange = 0;
    await changeBudget(world, tenant, next, holdNanoUsd);
    changing = false;
    // All that were refused come back at once.
    for (const goOn of waiting.splice(0)) goOn();
    look();
  };
  /** Where everybody waits nobody ends a call, which is why that is a reason of its own. */
  const look = (): void => {
    if (changing || active === 0) return;
    if (sinceChange >= changeEvery || waiting.length === active) background.push(change());
    const kill = due[0];
    if (kill === undefined || calls.length < kill.after) return;
    due.shift();
    background.push(world.gateways[kill.gateway]!.kill());
  };
  const nextChange = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
      look();
    });

  const client = async (number: number): Promise<void> => {
    const nextOfClient = createSeeded(`${seed}:${number}`);
    for (let made = 0, tries = 0; made < callsEach && tries < triesEach * callsEach; tries += 1) {
      const spec = raceCall(`${number}-${tries}`, nextOfClient);
      const { baseUrl } = world.gateways[nextOfClient(world.gateways.length)]!;
      const seen = await callGateway({ baseUrl, apiKey: tenant.apiKey }, spec);
      calls.push({ spec, seen, late: false });
      sinceChange += 1;
      const isRefused = seen.body.includes('"insufficient_funds"');
      // A gateway that is down costs no time: the next call goes to another one, or to it once more.
      const isAway = seen.end === 'unreachable' && spec.leaves === undefined;
      if (!isRefused && !isAway) made += 1;
      look();
      if (isRefused) await nextChange();
    }
    active -= 1;
    look();
  };
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  await Promise.all(background);
  return calls;
}
