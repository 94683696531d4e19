import type { CallSpec } from './caller.js';
import { closeGate, type ClosedGate, type GateName } from './gates.js';
import { mixedCalls, type VendorPart } from './mixed-calls.js';
import { until } from './until.js';
import type { World } from './world.js';

export const stageNames = [
  'before-reservation',
  'after-reservation',
  'vendor-call',
  'mid-stream',
  'before-outcome',
  'before-settlement',
] as const;

/** How far a request is when something is killed. */
export type StageName = (typeof stageNames)[number];

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
  /** Before the calls go out. */
  prepare(): Promise<void>;
  /** Resolves once every call stands at the stage. */
  reach(): Promise<Standing>;
}

/** `variant` alternates what chance would: where in a stream it is, and whether a checkpoint has been stored. */
export function stageOf(world: World, name: StageName, round: string, variant: number): Stage {
  switch (name) {
    case 'before-reservation':
      return atGate(world, round, 'reservation');
    case 'after-reservation':
      return atGate(world, round, 'claim');
    case 'vendor-call':
      return atVendor(world, round, 'headers', false);
    case 'mid-stream':
      return atVendor(world, round, 'content', variant % 2 === 1);
    case 'before-outcome':
      return atGate(world, round, 'outcome');
    case 'before-settlement':
      return atGate(world, round, 'settlement');
  }
}

function atGate(world: World, round: string, name: GateName): Stage {
  const answer = { behaviour: 'answer' } as const;
  const calls = mixedCalls(round, { plain: answer, stream: answer, sandboxModel: 'sandbox/metered' });
  let gate: ClosedGate | undefined;
  return {
    calls,
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

function atVendor(world: World, round: string, place: 'headers' | 'content', awaitCheckpoints: boolean): Stage {
  const calls = mixedCalls(round, vendorParts[place]);
  const held = calls.filter(({ expectedText }) => expectedText !== undefined);
  const heldStreams = held.filter(({ stream }) => stream).length;
  return {
    calls,
    prepare: () => Promise.resolve(),
    reach: async () => {
      await world.vendor.waitForHeld(held.length, 60_000);
      await until('every attempt to be claimed', () => atLeast(world, calls.length, `state = 'sending'`));
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
  content: { plain: { behaviour: 'hold' }, stream: { behaviour: 'hold', afterEvents: 6 }, sandboxModel: 'sandbox/slow' },
};

async function atLeast(world: World, count: number, condition: string): Promise<true | { readonly pending: string }> {
  const rows = await world.database.query(
    `SELECT 1 FROM requests.attempts WHERE sent_at >= $1 AND ${condition}`,
    [world.roundStart()],
  );
  return rows.length >= count ? true : { pending: `${rows.length} of ${count}` };
}
