import { describe, expect, it } from 'vitest';
import type { Caller } from '../../workflows/contracts/ports.js';
import type { UsageRecordQuery } from '../../workflows/contracts/usage-reports.js';
import { buildApp } from '../app.js';
import { createFakeWorld } from '../testing/fake-dependencies.js';

/** The API for one admin key of these roles; gives statuses, and what records were asked for. */
function open(roles: Pick<Caller, 'role' | 'projectRoles'>) {
  const { deps } = createFakeWorld();
  const caller: Caller = { keyId: 'key_a', kind: 'admin', organizationId: 'org_1', answerHoldMs: 0, ...roles };
  const asked: UsageRecordQuery[] = [];
  const records = (_organizationId: string, query: UsageRecordQuery) => {
    asked.push(query);
    return Promise.resolve({ data: [], hasMore: false });
  };
  const app = buildApp({
    ...deps,
    keys: { ...deps.keys, check: () => Promise.resolve({ status: 'valid', caller }) },
    usage: { ...deps.usage, records },
  });
  const status = async (path: string) =>
    (await app.inject({ url: `/v1/organization/${path}`, headers: { authorization: 'Bearer x' } })).statusCode;
  return { asked, status };
}

const reports = [
  'usage/completions?start_time=0',
  'usage/embeddings?start_time=0',
  'usage/moderations?start_time=0',
  'usage/images?start_time=0',
  'usage/audio_speeches?start_time=0',
  'usage/audio_transcriptions?start_time=0',
  'usage/web_search_calls?start_time=0',
  'costs?start_time=0',
  'usage/records',
];

describe('usage is shown', () => {
  it.each(['owner', 'admin', 'billing'] as const)('to the organisation’s %s', async (role) => {
    const { status } = open({ role });
    for (const path of reports) expect([path, await status(path)]).toEqual([path, 200]);
    expect(await status('projects/proj_1/usage/records')).toBe(200);
  });

  it('of their project alone to those who have a role in it only', async () => {
    const { asked, status } = open({ role: 'member', projectRoles: { proj_1: 'viewer' } });
    for (const path of reports) expect([path, await status(path)]).toEqual([path, 403]);
    expect(await status('projects/proj_2/usage/records')).toBe(403);
    expect(asked).toEqual([]);
    expect(await status('projects/proj_1/usage/records')).toBe(200);
    expect(asked).toEqual([{ order: 'desc', limit: 20, projectIds: ['proj_1'] }]);
  });

  it('of the project in the path, whatever else is asked for', async () => {
    const { asked, status } = open({ role: 'member', projectRoles: { proj_1: 'viewer' } });
    expect(await status('projects/proj_1/usage/records?project_ids=proj_2')).toBe(400);
    expect(asked).toEqual([]);
  });
});
