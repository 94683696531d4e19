import { describe, expect, it } from 'vitest';
import { directDependencies, lockedPackages } from './lock-file.js';

// Workflow code, worker and client speak to each other across an internal interface: mixed versions break replays.
describe("Temporal's packages", () => {
  const isTemporal = (name: string): boolean => name.startsWith('@temporalio/');
  const direct = directDependencies().filter(([name]) => isTemporal(name));
  const locked = lockedPackages().filter(({ name }) => isTemporal(name));

  it('are pinned to one exact version', () => {
    expect(direct.map(([name]) => name)).toEqual(
      expect.arrayContaining(['@temporalio/client', '@temporalio/workflow']),
    );
    const versions = new Set(direct.map(([, range]) => range));
    expect([...versions]).toEqual([expect.stringMatching(/^\d+[.]\d+[.]\d+$/)]);
  });

  it('are locked at that version, once each, the ones that they bring along included', () => {
    expect(locked.length).toBeGreaterThan(direct.length);
    const expected = direct[0]?.[1];
    expect(locked.filter(({ path, name, version }) => version !== expected || path !== `node_modules/${name}`)).toEqual(
      [],
    );
  });
});
