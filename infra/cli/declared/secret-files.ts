import { existsSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Plan, Secret } from './change.js';

export interface NewSecretFile {
  write(secret: string): Promise<void>;
  /** Deletes it again. */
  discard(): Promise<void>;
}

/** Files that are there already: a new secret overwrites none, whosever it is. */
export function takenSecretFiles({ changes }: Plan, folder: string): readonly string[] {
  return changes.flatMap(({ address, secret }) => {
    if (!secret || !existsSync(resolve(folder, secret.file))) return [];
    return [`${address}: secret_file '${secret.file}' is there already; move it away, or name another file`];
  });
}

/** A file that only its owner may read, from its first byte on. */
export async function openSecretFile(folder: string, { file, variable }: Secret): Promise<NewSecretFile> {
  const path = resolve(folder, file);
  const handle = await open(path, 'wx', 0o600);
  return {
    write: async (secret) => {
      await handle.writeFile(variable === undefined ? `${secret}\n` : `${variable}=${secret}\n`);
      await handle.close();
    },
    discard: async () => {
      await handle.close();
      await rm(path);
    },
  };
}
