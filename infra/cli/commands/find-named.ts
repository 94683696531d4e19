import type { ApiClient, ApiObject } from '../api-client.js';
import { CommandError } from '../command.js';

/** The id of the one project of this id or name. Throws a `CommandError` where there is none, or more than one. */
export function findProjectId(api: ApiClient, named: string): Promise<string> {
  return findId(api, '/projects', 'project', named);
}

export function findTeamId(api: ApiClient, named: string): Promise<string> {
  return findId(api, '/teams', 'team', named);
}

/** The id of the one user of this id or e-mail address. */
export async function findUserId(api: ApiClient, named: string): Promise<string> {
  const found = (await api.list('/users')).filter(({ id, email }) => id === named || email === named.toLowerCase());
  return onlyId(found, 'user', named);
}

async function findId(api: ApiClient, path: string, kind: string, named: string): Promise<string> {
  const all = await api.list(path);
  const byId = all.filter(({ id }) => id === named);
  return onlyId(byId.length > 0 ? byId : all.filter(({ name }) => name === named), kind, named);
}

function onlyId(found: readonly ApiObject[], kind: string, named: string): string {
  const [first] = found;
  if (typeof first?.id !== 'string') throw new CommandError(`There is no ${kind} '${named}'.`);
  if (found.length > 1) {
    const ids = found.map(({ id }) => String(id)).join(', ');
    throw new CommandError(`More than one ${kind} is called '${named}': give one of the ids ${ids}.`);
  }
  return first.id;
}
