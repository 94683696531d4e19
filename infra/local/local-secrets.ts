import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const localSecrets = z.object({
  /** 32 bytes in base64 each. */
  keyPepper: z.string().min(1),
  masterKey: z.string().min(1),
  apiKey: z.string().startsWith('sk-sluice-'),
  adminKey: z.string().startsWith('sk-sluice-'),
});

export type LocalSecrets = z.infer<typeof localSecrets>;

/**
 * The secrets of a data folder, made at its first start. They belong to the data: with others, stored content could not
 * be read and no key would be valid, so a damaged file is an error and never replaced.
 */
export async function localSecretsOf(dataDir: string): Promise<LocalSecrets> {
  const path = join(dataDir, 'secrets.json');
  const existing = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (existing !== undefined) return parseSecrets(existing, path);
  const secrets: LocalSecrets = {
    keyPepper: randomBytes(32).toString('base64'),
    masterKey: randomBytes(32).toString('base64'),
    apiKey: `sk-sluice-${randomBytes(32).toString('base64url')}`,
    adminKey: `sk-sluice-${randomBytes(32).toString('base64url')}`,
  };
  await writePrivateJson(path, secrets);
  return secrets;
}

/** Written aside and renamed, so that nobody ever reads half a file; readable by its owner only. */
export async function writePrivateJson(path: string, value: object): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(draft, path);
}

function parseSecrets(text: string, path: string): LocalSecrets {
  try {
    return localSecrets.parse(JSON.parse(text));
  } catch {
    // The parser's own message could quote a secret.
    throw new Error(`${path} is damaged: restore it, or move the whole data folder away to begin anew.`);
  }
}
