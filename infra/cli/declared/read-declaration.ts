import type { z } from 'zod';
import { parseDocument } from 'yaml';
import { type Declaration, declarationSchema } from './declaration.schema.js';
import { findClashes, type Problem } from './find-clashes.js';

/** What a file declares, or all that is wrong with it. */
export function readDeclaration(
  text: string,
): { readonly declaration: Declaration } | { readonly problems: readonly Problem[] } {
  const document = parseDocument(text);
  if (document.errors.length > 0) return { problems: document.errors.map(({ message }) => ({ path: '', message })) };
  // An empty file is a declaration of nothing, not of an end to everything.
  const file: unknown = document.toJS() ?? {};
  const checked = declarationSchema.safeParse(file);
  const problems = [...(checked.error?.issues ?? []).flatMap(toProblems), ...findClashes(file)];
  if (checked.success && problems.length === 0) return { declaration: checked.data };
  return { problems };
}

export function renderProblem({ path, message }: Problem): string {
  return path === '' ? message : `${path}: ${message}`;
}

function toProblems(issue: z.core.$ZodIssue): readonly Problem[] {
  const path = toPath(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => ({ path: toPath([...issue.path, key]), message: 'is no field of this file' }));
}

function toPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
