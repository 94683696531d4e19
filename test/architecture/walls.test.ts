import { readFileSync } from 'node:fs';
import type { ICruiseOptions } from 'dependency-cruiser';
import { beforeAll, describe, expect, it } from 'vitest';
import { cruiseTree, plantedFolder, readWalls, rulesOf, type CruisedTree, type Import } from './cruise.js';

const walls: ICruiseOptions = await readWalls();
const rules = rulesOf(walls);

/** `<rule>.value.ts` and `<rule>.type.ts` break that rule with each of their imports; every other planted file breaks none. */
function plantedRule(path: string): { readonly rule: string; readonly kind: string } | undefined {
  const [, rule, kind] = /([^/]+)[.](value|type)[.]ts$/.exec(path) ?? [];
  return rule === undefined || kind === undefined ? undefined : { rule, kind };
}

const describeImport = ({ from, to, breaks }: Import): string => `${from} -> ${to} (${breaks.join(', ') || 'nothing'})`;

describe('the walls between rooms', () => {
  let planted: CruisedTree;
  beforeAll(async () => {
    planted = await cruiseTree(plantedFolder, walls);
  });

  const plantedImports = (rule: string, kind: string): readonly Import[] =>
    planted.imports.filter(({ from }) => {
      const plan = plantedRule(from);
      return plan?.rule === rule && plan.kind === kind;
    });

  it('are all of the kind that this test understands', () => {
    expect(rules.length).toBeGreaterThan(30);
    expect(rules).toHaveLength(walls.ruleSet?.forbidden?.length ?? 0);
    expect(rules.filter(({ severity }) => severity !== 'error')).toEqual([]);
  });

  it.each(rules.map(({ name = '', to }) => ({ name, letsTypesThrough: to.preCompilationOnly === false })))(
    '$name: stops every planted import',
    ({ name, letsTypesThrough }) => {
      const byValue = plantedImports(name, 'value');
      expect(byValue, 'no violation by value is planted').not.toEqual([]);
      expect(byValue.filter(({ breaks }) => !breaks.includes(name)).map(describeImport)).toEqual([]);

      const byType = plantedImports(name, 'type');
      expect(byType, 'no violation by type is planted').not.toEqual([]);
      const unexpected = byType.filter(({ breaks }) => breaks.includes(name) === letsTypesThrough);
      expect(unexpected.map(describeImport)).toEqual([]);
    },
  );

  it('have every planted violation under the name of a rule', () => {
    const names = new Set(rules.map(({ name }) => name));
    const strays = planted.files.filter((path) => !names.has(plantedRule(path)?.rule ?? rules[0]?.name));
    expect(strays).toEqual([]);
  });

  it('are shown every form of import that is planted', () => {
    const overlooked = planted.files.filter((path) => {
      const written = readFileSync(`${plantedFolder}/${path}`, 'utf8').matchAll(
        /(?:from |import |import[(])'([^']+)'/g,
      );
      const seen = new Set(planted.imports.filter(({ from }) => from === path).map(({ to }) => to));
      return [...written].some(
        ([, specifier = '']) => !seen.has(specifier) && !seen.has(specifier.replace('node:', '')),
      );
    });
    expect(overlooked).toEqual([]);
  });

  it('have doors: what the design allows breaks nothing', () => {
    const allowed = planted.imports.filter(({ from }) => plantedRule(from) === undefined);
    expect(allowed.length).toBeGreaterThan(100);
    expect(allowed.filter(({ breaks }) => breaks.length > 0).map(describeImport)).toEqual([]);
  });
});
