import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The forms in which a text may lie in a file: plain, as base64 at each alignment, as hexadecimal, as UTF-16. */
export function formsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  const base64 = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    // The characters at the ends depend on the neighbours.
    return encoded.slice(4, -4);
  });
  return [
    bytes,
    ...base64.map((form) => Buffer.from(form)),
    Buffer.from(bytes.toString('hex')),
    Buffer.from(text, 'utf16le'),
  ];
}

/** The files below a folder, by path, that hold one of the texts in any form. */
export async function findInFiles(folder: string, texts: readonly string[]): Promise<readonly string[]> {
  const forms = texts.flatMap(formsOf);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    if (forms.some((form) => content.includes(form))) found.push(path);
  }
  return found;
}
