import { randomBytes } from 'node:crypto';
import type { Database } from '../../activities/storage/database.js';
import { hashKey, hintOf, mintKey } from '../../activities/tenancy/api-keys.js';
import type { TestGateway } from './gateway.js';

/** An organisation beside the operator's, with a project and keys. It has no credit at all. */
export interface TestOrganization {
  readonly id: string;
  readonly projectId: string;
  readonly apiKey: string;
  readonly adminKey: string;
}

export async function createOrganization(database: Database, { env }: TestGateway): Promise<TestOrganization> {
  const name = randomBytes(6).toString('hex');
  const [id, projectId] = [`org_${name}`, `proj_${name}`];
  const pepper = Buffer.from(env['SLUICE_KEY_PEPPER'] ?? '', 'base64');
  const [apiKey, adminKey] = [mintKey('live'), mintKey('admin')];
  await database.query({ text: 'INSERT INTO tenancy.organizations (id, name) VALUES ($1, $1)', values: [id] });
  await database.query({
    text: 'INSERT INTO tenancy.projects (id, organization_id, name) VALUES ($1, $2, $1)',
    values: [projectId, id],
  });
  const addKey = (key: string, kind: 'inference' | 'admin') =>
    database.query({
      text: `INSERT INTO tenancy.api_keys (id, organization_id, project_id, kind, role, name, hash, hint)
             VALUES ($1, $2, $3, $4, $5, 'tested', $6, $7)`,
      values: [
        ...[`key_${kind}_${name}`, id, kind === 'admin' ? null : projectId, kind, kind === 'admin' ? 'owner' : null],
        ...[hashKey(pepper, key), hintOf(key)],
      ],
    });
  await addKey(apiKey, 'inference');
  await addKey(adminKey, 'admin');
  return { id, projectId, apiKey, adminKey };
}
