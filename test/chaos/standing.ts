import { sendSignal } from '../../infra/local/processes.js';
import type { CallSpec } from './caller.js';
import { closeGate, type ClosedGate, type GateName } from './gates.js';
import { mixedCalls, type VendorPart } from './mixed-calls.js';
import { storedCalls } from './stored-calls.js';
import { stopStill } from './stop-still.js';
import { until } from './until.js';
import type { World } from './world.js';

/** Requests that all stand still at their stage, until what holds them is let go. */
export interface Standing {
  /**
   * Lets everything go on. With `dismiss`, statements of a dead process that Postgres has not begun are never made;
   * without, they are, and nobody hears of them. Both happen in life.
   */
  letGo(dismiss: boolean): Promise<void>;
}

export interface Stage {
  readonly calls: readonly CallSpec[];
  /** How many of them have been accepted at the stage, so that they must be in the books. */
  readonly accepted: number;
  /** Before the calls go out. */
  prepare(): Promise<void>;
  /** Resolves once every call stands at the stage. */
  reach(): Promise<Standing>;
}

const answered: VendorPart = {
  plain: { behaviour: 'answer' },
  stream: { behaviour: 'answer' },
  sandboxModel: 'sandbox/metered',
};

/** Temporal stands still, so that workflows are asked for and not yet promised. Only keyed and stored requests are in the books by then. */
export function atStart(world: World, round: string, withStored: boolean): Stage {
  const stored = withStored ? storedCalls(round, answered, world.storing) : [];
  const calls = [...mixedCalls(round, answered), ...stored];
  const accepted = calls.filter(({ idempotencyKey, stored: kept }) => idempotencyKey !== undefined || kept).length;
  let temporal = 0;
  return {
    calls,
    accepted,
    prepare: async () => {
      temporal = world.stack.pids().temporal ?? 0;
      await stopStill(temporal);
    },
    reach: async () => {
      await until('keyed requests to be stored', async () => {
        const rows = await world.database.query(
          `SELECT 1 FROM requests.requests WHERE created_at >= $1 AND state = 'accepted'`,
          [world.roundStart()],
        );
        return rows.length >= accepted ? true : { pending: `${rows.length} of ${accepted}` };
      });
      return {
        letGo: () => {
          // Where Temporal itself was killed there is nobody left to wake.
          sendSignal(temporal, 'SIGCONT');
          return Promise.resolve();
        },
      };
    },
  };
}

export function atGate(world: World, round: string, name: GateName): Stage {
  const calls = [...mixedCalls(round, answered), ...storedCalls(round, answered, world.storing)];
  let gate: ClosedGate | undefined;
  return {
    calls,
    accepted: calls.length,
    prepare: async () => {
      gate = await closeGate(world.stack.databaseUrl, name);
    },
    reach: async () => {
      const closed = gate;
      if (closed === undefined) throw new Error('The gate was not closed before the calls.');
      await closed.waitForStanding(calls.length);
      return {
        letGo: async (dismiss) => {
          if (dismiss) await closed.dismiss();
          await closed.open();
        },
      };
    },
  };
}

export function atVendor(world: World, round: string, place: 'headers' | 'content', awaitCheckpoints: boolean): Stage {
  const part = vendorParts[place];
  const calls = [...mixedCalls(round, part), ...storedCalls(round, part, world.storing)];
  const held = calls.filter(({ expectedText }) => expectedText !== undefined);
  const heldStreams = held.filter(({ stream }) => stream).length;
  return {
    calls,
    accepted: calls.length,
    prepare: () => Promise.resolve(),
    reach: async () => {
      await world.vendor.waitForHeld(held.length, 60_000);
      await until('every attempt to be claimed', () =>
        atLeast(world, calls.length, `state = 'sending' OR status <> 'failed'`),
      );
      if (awaitCheckpoints) {
        await until('checkpoints', () => atLeast(world, heldStreams, `checkpoint IS NOT NULL AND vendor <> 'sandbox'`));
      }
      return { letGo: async () => void (await world.vendor.release('all')) };
    },
  };
}

const vendorParts: { readonly [place in 'headers' | 'content']: VendorPart } = {
  headers: {
    plain: { behaviour: 'hold', afterBytes: 'headers' },
    stream: { behaviour: 'hold', afterBytes: 'headers' },
    sandboxModel: 'sandbox/slow',
  },
  content: {
    plain: { behaviour: 'hold' },
    stream: { behaviour: 'hold', afterEvents: 6 },
    sandboxModel: 'sandbox/slow',
  },
};

async function atLeast(world: World, count: number, condition: string): Promise<true | { readonly pending: string }> {
  const rows = await world.database.query(`SELECT 1 FROM requests.attempts WHERE sent_at >= $1 AND (${condition})`, [
    world.roundStart(),
  ]);
  return rows.length >= count ? true : { pending: `${rows.length} of ${count}` };
}
