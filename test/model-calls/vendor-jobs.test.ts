import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidate, inputOf, requestOf } from '../../activities/model-calls/test-requests.js';
import { placesOf, readAll } from '../../activities/replies/test-events.js';
import { type Provider, ProviderFailure, type VendorJobRef, type VendorJobs } from '../../activities/providers/port.js';
import type { ImageCall } from '../../workflows/contracts/media-calls.js';
import type { Candidate, RequestInput } from '../../workflows/contracts/requests.js';
import {
  createInstallation,
  type GatewayProcess,
  type Installation,
  startProcess,
} from '../replies/gateway-process.js';
import { grantCredit, reserve, store } from '../replies/stored-requests.js';
import { attemptsOf, leaveSending, takeFrom } from './attempt-table.js';
import { callModelIn } from './vendor-process.js';

// Requests whose callers wait for a picture that its vendor makes as a job, and the deaths of the processes that ask about it.

const JOB = { id: 'job-1' };
const PRICE = 1_000_000n;
const pictures: Candidate = {
  ...candidate,
  offer: { ...candidate.offer, kind: 'image', prices: { images: { usd: '0.001', per: 1 } } },
};
const CALL: ImageCall = {
  ...{ kind: 'image', operation: 'generate', prompt: 'A red apple', images: [], count: 1, stream: false },
  source: { dialect: 'openai-images', body: { prompt: 'A red apple' } },
};
const DONE = {
  status: 'succeeded',
  outputs: [{ type: 'base64', data: 'AAAA', mediaType: 'image/png' }],
  usage: { units: { requests: 1, images: 1 }, source: 'reported' },
} as const;
const keyed = { keyed: true, retention: 'kept', stream: false } as const;
const unkeyed = { stream: false } as const;

type Asked = 'submit' | 'check' | 'cancel';

/** A vendor of jobs that remembers what it was asked, and with which reference. */
function vendorOf(script: Partial<VendorJobs<'image'>> = {}) {
  const asked: (readonly [Asked, VendorJobRef?])[] = [];
  const jobs: VendorJobs<'image'> = {
    submit: async (attempt) => {
      asked.push(['submit']);
      return script.submit ? script.submit(attempt) : JOB;
    },
    check: async (question) => {
      asked.push(['check', question.job]);
      return script.check ? script.check(question) : DONE;
    },
    cancel: async (question) => {
      asked.push(['cancel', question.job]);
      await script.cancel?.(question);
    },
  };
  return { asked, provider: { id: 'acme', jobs: { image: jobs } } satisfies Provider };
}

describe('a picture that its vendor makes as a job', () => {
  let installation: Installation;
  let here: GatewayProcess;
  beforeAll(async () => {
    installation = await createInstallation();
    here = await startProcess(installation);
    await grantCredit(here.database);
  });
  afterAll(async () => {
    await here.close();
    await installation.drop();
  });

  async function begin(fields: Partial<RequestInput>): Promise<RequestInput> {
    const request = requestOf({ kind: 'image', ...fields });
    await reserve(here.database, request, 2_400_000n, pictures);
    if (request.retention === 'zdr') here.content.hold(request.requestId, CALL);
    else await store(here, request, CALL);
    return request;
  }
  async function left(fields: Partial<RequestInput>): Promise<RequestInput> {
    const request = await begin(fields);
    await leaveSending(here.database, request, { job: JOB });
    return request;
  }
  const attach = ({ requestId, retention }: RequestInput) =>
    here.replies.attach(requestId, { slowReaderMs: 30_000, retention });
  const referenceOf = async ({ requestId }: RequestInput): Promise<unknown> => {
    const text = 'SELECT vendor_job FROM requests.attempts WHERE request_id = $1';
    return (await here.database.query<{ vendor_job: unknown }>({ text, values: [requestId] }))[0]?.vendor_job;
  };

  it('is in the attempt’s row before the first look, and is looked at until it is done', async () => {
    const request = await begin(unkeyed);
    const caller = attach(request);
    const stored: unknown[] = [];
    const { provider, asked } = vendorOf({
      check: async () => {
        stored.push(await referenceOf(request));
        // Silence is no end either.
        if (stored.length === 2) throw new ProviderFailure({ class: 'vendor_error', httpStatus: 503 }, { message: '' });
        return stored.length < 3 ? { status: 'running' } : DONE;
      },
    });
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'answered', chargeNanoUsd: `${PRICE}` });
    expect(stored).toEqual([JOB, JOB, JOB]);
    expect(asked.map(([what]) => what)).toEqual(['submit', 'check', 'check', 'check']);
    expect(placesOf(await readAll(caller.events))).toEqual(['1:0', 'answered']);
  });

  it.each<[string, Partial<RequestInput>, readonly string[]]>([
    ['plain and keyed', keyed, []],
    ['a keyed stream', { ...keyed, stream: true }, []],
    ['plain, its caller being here', unkeyed, ['gw_a']],
  ])('is asked about by whoever takes over, and not handed in again: %s', async (_, fields, alive) => {
    const request = await left(fields);
    const caller = attach(request);
    const { provider, asked } = vendorOf();
    const outcome = await callModelIn(here, { provider, alive })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'answered', chargeNanoUsd: `${PRICE}` });
    expect(asked).toEqual([['check', JOB]]);
    expect(await attemptsOf(here.database, request)).toMatchObject([{ state: 'recorded', calls: 1, charge: PRICE }]);
    expect(placesOf(await readAll(caller.events))).toEqual(['1:0', 'answered']);
  });

  it('is delivered by one of the processes that find it, and recorded once', async () => {
    const request = await left(keyed);
    const other = await startProcess(installation, { id: 'gw_b' });
    const { provider, asked } = vendorOf();
    const outcomes = await Promise.all(
      [here, other].map((process) => callModelIn(process, { provider })(inputOf(request))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['answered', 'answered']);
    expect(asked).toEqual([['check', JOB]]);
    expect(await attemptsOf(here.database, request)).toMatchObject([{ calls: 1, charge: PRICE }]);
    await other.close();
  });

  it.each<[string, Partial<RequestInput>]>([
    ['unkeyed', unkeyed],
    ['keyed under zero data retention', { ...keyed, retention: 'zdr' }],
  ])('is stopped at its vendor where its holder is dead and it is %s', async (_, fields) => {
    const request = await left({ ...fields, holder: 'gw_dead' });
    const { provider, asked } = vendorOf();
    const outcome = await callModelIn(here, { provider, alive: [] })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'lease_lapsed' }, chargeNanoUsd: '0' });
    expect(asked).toEqual([['cancel', JOB]]);
    expect(await attemptsOf(here.database, request)).toMatchObject([{ state: 'recorded', charge: 0n }]);
  });

  it('is stopped at its vendor where its caller leaves', async () => {
    const request = await begin(unkeyed);
    const caller = attach(request);
    const { provider, asked } = vendorOf({
      check: () => {
        caller.leave('abort');
        return Promise.resolve({ status: 'running' });
      },
    });
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'cancelled', taken: true } });
    expect(asked.at(-1)).toEqual(['cancel', JOB]);
  });

  it('whose hand-in broke off is not handed in again, and costs nothing', async () => {
    const request = await begin(keyed);
    const cut = new ProviderFailure({ class: 'cut' }, { message: 'The vendor broke off.' });
    const { provider, asked } = vendorOf({ submit: () => Promise.reject(cut) });
    const outcome = await callModelIn(here, { provider })(inputOf(request));
    expect(outcome).toMatchObject({ status: 'failed', failure: { class: 'lease_lapsed' }, chargeNanoUsd: '0' });
    expect(asked).toEqual([['submit']]);
  });

  it('is stopped at once where its attempt became another’s while it was handed in', async () => {
    const request = await begin(unkeyed);
    attach(request);
    const { provider, asked } = vendorOf({
      submit: async () => {
        await takeFrom(here.database, request, 'gw_b/1');
        return JOB;
      },
      cancel: async () => {
        // So that this execution, which waits for the other, comes to its end.
        const text = `UPDATE requests.attempts SET lease_until = now() - interval '1 second' WHERE request_id = $1`;
        await here.database.query({ text, values: [request.requestId] });
      },
    });
    await callModelIn(here, { provider })(inputOf(request));
    expect(asked).toEqual([['submit'], ['cancel', JOB]]);
  });
});
