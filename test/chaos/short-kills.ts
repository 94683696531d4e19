import type { Victim } from './facts.js';
import type { Kill } from './round.js';
import { stageNames } from './stage-names.js';

// The short form of `npm run chaos`: one kill -9 of each process at each stage.

const victims: readonly Victim[] = ['gateway', 'temporal', 'postgres'];
// Both variants of what a dead process leaves are met: by turns, from one stage to the next.
const all: readonly Kill[] = stageNames.flatMap((stage, variant) =>
  victims.map((victim) => ({ stage, victim, variant })),
);

/** A gateway takes twenty seconds to be missed: of its deaths each build meets the two that leave the most. */
const isShort = ({ stage, victim }: Kill): boolean =>
  victim !== 'gateway' || stage === 'mid-stream' || stage === 'before-settlement';

export const shortKills = all.filter(isShort);
export const longKills = all.filter((kill) => !isShort(kill));
