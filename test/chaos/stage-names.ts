export const stageNames = [
  'before-start',
  'before-reservation',
  'after-reservation',
  'vendor-call',
  'mid-stream',
  'before-outcome',
  'before-settlement',
] as const;

/** How far a request is when something is killed. */
export type StageName = (typeof stageNames)[number];
