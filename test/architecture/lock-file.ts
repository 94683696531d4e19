import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { projectFolder } from './cruise.js';

const manifestSchema = z.object({
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

const lockSchema = z.object({
  lockfileVersion: z.number(),
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
});

export interface LockedPackage {
  /** `node_modules/a`, or `node_modules/b/node_modules/a` where b needs a version of its own. */
  readonly path: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly integrity: string | undefined;
}

export const lockFileText = (): string => readFileSync(`${projectFolder}/package-lock.json`, 'utf8');

export function lockedPackages(): readonly LockedPackage[] {
  const { packages } = lockSchema.parse(JSON.parse(lockFileText()));
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, { version, integrity }]) => ({
      path,
      name: path.split('node_modules/').at(-1) ?? path,
      version,
      integrity,
    }));
}

/** Name and range of every direct dependency, development included. */
export function directDependencies(): readonly (readonly [name: string, range: string])[] {
  const manifest = manifestSchema.parse(JSON.parse(readFileSync(`${projectFolder}/package.json`, 'utf8')));
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
}
