import { sendSignal } from '../../../infra/local/processes.js';
import { closeGate, type ClosedGate, type GateName } from '../gates.js';
import { stopStill } from '../stop-still.js';
import { until } from '../until.js';
import type { JobStageName } from './job-stage-names.js';
import { type JobWorld, webhookPath } from './job-world.js';

/** A place at which jobs are made to stand. */
export interface JobStage {
  /** Before the jobs are asked for. */
  prepare(): Promise<void>;
  /** Resolves once so many jobs stand there. */
  reach(jobs: number): Promise<void>;
  /**
   * Lets everything go on. With `dismiss`, statements of a dead process that Postgres has not begun are never made; without,
   * they are, and nobody hears of them. Both happen in life.
   */
  letGo(dismiss: boolean): Promise<void>;
}

/** After so many bytes of 12 MiB, a part of which is on its way to S3 by then. */
const downloadedBytes = 6 * 1024 * 1024;
/** Of a connection to S3 that a part of 8 MiB goes over. */
const uploadedBytes = 2 * 1024 * 1024;

export function jobStageOf(world: JobWorld, name: JobStageName): JobStage {
  switch (name) {
    case 'accepting':
      return atGate(world, 'acceptance');
    case 'before-start':
      return atStart(world);
    case 'before-submit':
      return atGate(world, 'claim');
    case 'submitting':
      return atVendor(world, 'submit');
    case 'before-reference':
      return atGate(world, 'reference');
    case 'polling':
      return atVendor(world, 'check');
    case 'mid-download':
      return atVendor(world, 'download', downloadedBytes);
    case 'mid-upload':
      return atStore(world);
    case 'before-stored':
      return atGate(world, 'stored');
    case 'before-outcome':
      return atGate(world, 'outcome');
    case 'before-settlement':
      return atGate(world, 'settlement');
    case 'webhook':
      return atReceiver(world);
  }
}

function atGate({ stack }: JobWorld, name: GateName): JobStage {
  let gate: ClosedGate | undefined;
  return {
    prepare: async () => {
      gate = await closeGate(stack.databaseUrl, name);
    },
    reach: async (jobs) => gate?.waitForStanding(jobs),
    letGo: async (dismiss) => {
      if (dismiss) await gate?.dismiss();
      await gate?.open();
    },
  };
}

/** Temporal stands still, so that workflows are asked for and not yet promised. */
function atStart({ stack, database, roundStart }: JobWorld): JobStage {
  let temporal = 0;
  return {
    prepare: async () => {
      temporal = stack.pids().temporal ?? 0;
      await stopStill(temporal);
    },
    reach: (jobs) =>
      until(`${jobs} jobs to be stored`, async () => {
        const text = `SELECT 1 FROM requests.requests WHERE created_at >= $1 AND state = 'accepted'`;
        const { length } = await database.query(text, [roundStart()]);
        return length >= jobs ? true : { pending: `${length} are` };
      }),
    letGo: () => {
      // Where Temporal itself was killed there is nobody left to wake.
      sendSignal(temporal, 'SIGCONT');
      return Promise.resolve();
    },
  };
}

function atVendor({ vendor }: JobWorld, place: Parameters<JobWorld['vendor']['hold']>[0], afterBytes = 0): JobStage {
  return {
    prepare: () => Promise.resolve(vendor.hold(place, afterBytes)),
    reach: vendor.waitForHeld,
    letGo: () => Promise.resolve(vendor.release()),
  };
}

/** Each video is in two parts, on a connection each; those of all jobs stand in the middle of a part. */
function atStore({ link }: JobWorld): JobStage {
  return {
    prepare: () => Promise.resolve(link.hold(uploadedBytes)),
    reach: (jobs) =>
      until(`uploads of ${jobs} jobs to stand`, () => {
        const now = link.held();
        return Promise.resolve(now >= jobs ? true : { pending: `${now} connections stand` });
      }),
    letGo: () => Promise.resolve(link.release()),
  };
}

function atReceiver({ receiver }: JobWorld): JobStage {
  let before = 0;
  return {
    prepare: () => {
      before = receiver.at(webhookPath).length;
      receiver.answer(webhookPath, 'hold');
      return Promise.resolve();
    },
    reach: (jobs) =>
      until(`${jobs} webhooks to stand`, () => {
        const now = receiver.at(webhookPath).length - before;
        return Promise.resolve(now >= jobs ? true : { pending: `${now} stand` });
      }),
    letGo: () => {
      receiver.answer(webhookPath, 200);
      receiver.release();
      return Promise.resolve();
    },
  };
}
