import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { cruise, type ICruiseOptions, type IModule, type IRegularForbiddenRuleType } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

export const projectFolder = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
export const plantedFolder = `${projectFolder}/test/architecture/planted`;

const rooms = ['workflows', 'activities', 'api', 'workers', 'infra', 'test'];

/** One import, as the walls see it. */
export interface Import {
  /** Path of the importing file, from the tree's root. */
  readonly from: string;
  /** As written. */
  readonly to: string;
  /** Names of the rules that it breaks. */
  readonly breaks: readonly string[];
}

export interface CruisedTree {
  readonly files: readonly string[];
  readonly imports: readonly Import[];
}

/** The rules that `npm run walls` uses. */
export async function readWalls(): Promise<ICruiseOptions> {
  return extractDepcruiseOptions(`${projectFolder}/.dependency-cruiser.cjs`);
}

export function rulesOf(walls: ICruiseOptions): readonly IRegularForbiddenRuleType[] {
  const rules = walls.ruleSet?.forbidden ?? [];
  return rules.filter((rule): rule is IRegularForbiddenRuleType => 'to' in rule && 'from' in rule);
}

/** Holds the walls against the rooms under `baseDir`, as though it were the project. */
export async function cruiseTree(baseDir: string, walls: ICruiseOptions): Promise<CruisedTree> {
  const present = rooms.filter((room) => existsSync(`${baseDir}/${room}`));
  const tsConfig = extractTSConfig(`${projectFolder}/tsconfig.json`);
  const { output } = await cruise(present, { ...walls, baseDir }, undefined, { tsConfig });
  if (typeof output === 'string') throw new Error(`dependency-cruiser answered text: ${output.slice(0, 500)}`);
  const modules = output.modules.filter(({ source }) => rooms.some((room) => source.startsWith(`${room}/`)));
  return { files: modules.map(({ source }) => source), imports: modules.flatMap(importsOf) };
}

function importsOf({ source, dependencies }: IModule): readonly Import[] {
  return dependencies.map(({ module, rules }) => ({
    from: source,
    to: module,
    breaks: (rules ?? []).map(({ name }) => name),
  }));
}
