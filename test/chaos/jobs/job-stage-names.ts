export const jobStageNames = [
  'accepting',
  'before-start',
  'before-submit',
  'submitting',
  'before-reference',
  'polling',
  'mid-download',
  'mid-upload',
  'before-stored',
  'before-outcome',
  'before-settlement',
  'webhook',
] as const;

/** How far a job is when something is killed. */
export type JobStageName = (typeof jobStageNames)[number];

/** What it is about at each, for a reader of the table. */
export const jobStageTitles: { readonly [S in JobStageName]: string } = {
  accepting: 'the job is being stored',
  'before-start': 'stored, its workflow not started',
  'before-submit': 'its money held, nothing sent to the vendor',
  submitting: 'the vendor has it and has not answered',
  'before-reference': 'the vendor has accepted it, its reference is not recorded',
  polling: 'the vendor is being asked',
  'mid-download': 'the output is being fetched',
  'mid-upload': 'the output is on its way into the object store',
  'before-stored': 'its bytes are there, its row does not say so',
  'before-outcome': 'the output is stored, the outcome not recorded',
  'before-settlement': 'the outcome and its settlement are being recorded',
  webhook: 'a receiver has the webhook and has not answered',
};

/** Of two gateways one takes the jobs in (`api`), and the other alone has their steps (`worker`), with an API of its own. */
export const jobVictims = ['api', 'worker', 'temporal', 'postgres', 's3'] as const;
export type JobVictim = (typeof jobVictims)[number];

/** Whose work it is that stands at a stage. */
export function gatewayAt(stage: JobStageName): 'api' | 'worker' {
  return stage === 'accepting' || stage === 'before-start' ? 'api' : 'worker';
}
