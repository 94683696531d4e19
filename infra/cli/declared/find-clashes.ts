/** Something wrong with a declaration, and the place: `projects[0].budgets[1].name`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

type Item = Readonly<Record<string, unknown>>;

/**
 * What is wrong between the parts of a declaration: names that two have, and names that nothing has. It looks at the file as
 * it was read, so that these problems come out together with those of single fields.
 */
export function findClashes(file: unknown): readonly Problem[] {
  const root = toItem(file);
  const [teams, projects] = [toItems(root.teams), toItems(root.projects)];
  const teamNames = new Set(teams.map(nameOf));
  return [
    ...doubles(teams, 'teams'),
    ...doubles(projects, 'projects'),
    ...teams.flatMap((team, index) => unknownName(team.parent, teamNames, `teams[${index}].parent`, 'team')),
    ...circles(teams),
    ...ofHolder(toItem(root.organization), 'organization'),
    ...teams.flatMap((team, index) => ofHolder(team, `teams[${index}]`)),
    ...projects.flatMap((project, index) => [
      ...unknownName(project.team, teamNames, `projects[${index}].team`, 'team'),
      ...ofProject(project, `projects[${index}]`),
    ]),
    ...sharedFiles(projects),
  ];
}

function ofProject(project: Item, path: string): readonly Problem[] {
  const [accounts, keys] = [toItems(project.service_accounts), toItems(project.keys)];
  const accountNames = new Set(accounts.map(nameOf));
  return [
    ...ofHolder(project, path),
    ...doubles(accounts, `${path}.service_accounts`),
    ...doubles(keys, `${path}.keys`),
    ...keys.flatMap((key, index) => {
      const at = `${path}.keys[${index}]`;
      const account = unknownName(key.service_account, accountNames, `${at}.service_account`, 'service account');
      return [...account, ...ofHolder(key, at)];
    }),
  ];
}

function ofHolder(holder: Item, path: string): readonly Problem[] {
  const limits = toItems(holder.limits);
  const seen = new Set<string>();
  return [
    ...doubles(toItems(holder.budgets), `${path}.budgets`),
    ...limits.flatMap(({ unit, period, model }, index) => {
      const key = JSON.stringify([unit, period, model]);
      const isDouble = seen.has(key);
      seen.add(key);
      return isDouble
        ? [{ path: `${path}.limits[${index}]`, message: 'is there twice: one limit for each unit, period and model' }]
        : [];
    }),
  ];
}

function doubles(items: readonly Item[], path: string): readonly Problem[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const name = nameOf(item);
    const isDouble = name !== undefined && seen.has(name);
    if (name !== undefined) seen.add(name);
    return isDouble ? [{ path: `${path}[${index}].name`, message: `is there twice: '${name}'` }] : [];
  });
}

function unknownName(
  name: unknown,
  known: ReadonlySet<string | undefined>,
  path: string,
  kind: string,
): readonly Problem[] {
  if (typeof name !== 'string' || known.has(name.trim())) return [];
  return [{ path, message: `there is no ${kind} '${name}' in this file` }];
}

/** Each circle once, at the first of its teams. */
function circles(teams: readonly Item[]): readonly Problem[] {
  const parents = new Map(teams.map((team) => [nameOf(team), textOf(team.parent)]));
  const told = new Set<string | undefined>();
  return teams.flatMap((team, index) => {
    const start = nameOf(team);
    const way = [start];
    for (let at = parents.get(start); at !== undefined && !way.includes(at); at = parents.get(at)) way.push(at);
    const isCircle = start !== undefined && parents.get(way.at(-1)) === start;
    if (!isCircle || told.has(start)) return [];
    for (const name of way) told.add(name);
    return [{ path: `teams[${index}].parent`, message: `the teams go in a circle: ${[...way, start].join(' -> ')}` }];
  });
}

function sharedFiles(projects: readonly Item[]): readonly Problem[] {
  const seen = new Set<string>();
  return projects.flatMap((project, projectIndex) =>
    toItems(project.keys).flatMap(({ secret_file: file }, index) => {
      if (typeof file !== 'string') return [];
      const isDouble = seen.has(file);
      seen.add(file);
      const path = `projects[${projectIndex}].keys[${index}].secret_file`;
      return isDouble ? [{ path, message: `is there twice: '${file}'` }] : [];
    }),
  );
}

const nameOf = (item: Item): string | undefined => textOf(item.name);
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value.trim() : undefined);

function toItem(value: unknown): Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Item) : {};
}

function toItems(value: unknown): readonly Item[] {
  return Array.isArray(value) ? value.map(toItem) : [];
}
