import type { StageName } from './stage-names.js';
import { atGate, atStart, atVendor, type Stage } from './standing.js';
import type { World } from './world.js';

/** `variant` alternates what chance would: where in a stream it is, whether a checkpoint has been stored, and who is there. */
export function stageOf(world: World, name: StageName, round: string, variant: number): Stage {
  switch (name) {
    case 'before-start':
      // A stored request that was never started is the sweeper's, after a minute: the short form does not wait for that.
      return atStart(world, round, variant % 2 === 1);
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
