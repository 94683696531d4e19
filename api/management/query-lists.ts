import { z } from 'zod';

/**
 * The query with its lists as lists: OpenAI's clients write `models[]=a&models[]=b`, people `models=a` or `models=a&models=b`.
 * Which fields are lists is the schema's to say.
 */
export function withLists(schema: z.ZodType | undefined, query: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || typeof query !== 'object' || query === null) return query;
  const lists = listFields(schema);
  const read: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(query as { readonly [name: string]: unknown })) {
    const field = name.endsWith('[]') ? name.slice(0, -2) : name;
    read[lists.has(field) ? field : name] = lists.has(field) ? [read[field] ?? [], value].flat() : value;
  }
  return read;
}

function listFields(schema: z.ZodObject): ReadonlySet<string> {
  const fields = Object.entries(schema.shape).filter(([, field]) => unwrapped(field) instanceof z.ZodArray);
  return new Set(fields.map(([name]) => name));
}

function unwrapped(field: unknown): unknown {
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? unwrapped(field.unwrap()) : field;
}
