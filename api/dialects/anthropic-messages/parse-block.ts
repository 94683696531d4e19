import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { base64Problem, imageProblem } from './check-media.js';
import { anyBlock, blockSchemas, documentSources, imageSources, isKnownBlockType } from './content-block.schema.js';
import type { BlockOf } from './content-block.schema.js';
import { describeIssue } from './describe-issue.js';
import { problemAt } from './request-error.js';
import type { Path, RequestError } from './request-error.js';

/**
 * Checks one content block at its place in the body; nothing where it is sound, or of a type that only the vendor knows.
 * `value` has been bounded in depth.
 */
export function checkBlock(value: unknown, path: Path): RequestError | undefined {
  const any = anyBlock.safeParse(value);
  if (!any.success) return describe(any.error.issues, value, path);
  const { type } = any.data;
  if (!isKnownBlockType(type)) return undefined;
  const read = blockSchemas[type].safeParse(value);
  if (!read.success) return describe(read.error.issues, value, path);
  const block = read.data;
  switch (block.type) {
    case 'image':
      return checkImage(block, path);
    case 'document':
      return checkDocument(block, path);
    case 'tool_result':
      return Array.isArray(block.content) ? checkBlocks(block.content, [...path, 'content']) : undefined;
    default:
      return undefined;
  }
}

export function checkBlocks(values: readonly unknown[], path: Path): RequestError | undefined {
  for (const [index, value] of values.entries()) {
    const problem = checkBlock(value, [...path, index]);
    if (problem) return problem;
  }
  return undefined;
}

function checkImage({ source }: BlockOf<'image'>, path: Path): RequestError | undefined {
  const place = [...path, 'source'];
  if (!Object.hasOwn(imageSources, source.type)) return undefined;
  const read = imageSources[source.type as keyof typeof imageSources].safeParse(source);
  if (!read.success) return describe(read.error.issues, source, place);
  if (read.data.type !== 'base64') return undefined;
  const problem = imageProblem(read.data.data, read.data.media_type);
  return problem === undefined ? undefined : problemAt([...place, 'data'], problem);
}

function checkDocument({ source }: BlockOf<'document'>, path: Path): RequestError | undefined {
  const place = [...path, 'source'];
  if (!Object.hasOwn(documentSources, source.type)) return undefined;
  const read = documentSources[source.type as keyof typeof documentSources].safeParse(source);
  if (!read.success) return describe(read.error.issues, source, place);
  const { data } = read;
  if (data.type === 'content' && Array.isArray(data.content)) return checkBlocks(data.content, [...place, 'content']);
  if (data.type !== 'base64') return undefined;
  const problem = base64Problem(data.data);
  return problem === undefined ? undefined : problemAt([...place, 'data'], problem);
}

/** Issues are told by their place in the whole body, and looked up in the value alone. */
function describe(issues: Parameters<typeof describeIssue>[0], value: unknown, path: Path): RequestError {
  return describeIssue(issues, nest(value, path), path);
}

function nest(value: unknown, path: Path): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

/** A block as canonical JSON; its shape was checked before. */
export function blocksOf(content: Json | undefined): readonly JsonObject[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return Array.isArray(content) ? (content as readonly JsonObject[]) : [];
}
