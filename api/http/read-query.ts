import { z } from 'zod';

/** A list of a query: `name[]=a&name[]=b` as OpenAI's clients write it, or `name=a`, as people do. */
function isList(schema: unknown): boolean {
  return unwrapped(schema) instanceof z.ZodArray;
}

/**
 * A query in the form of its schema, which says what is a list and what an object (`effective_at[gt]=1`). What the schema
 * does not have stays as it was sent, to be refused by its own name.
 */
export function readQuery(schema: z.ZodType | undefined, query: unknown): unknown {
  if (!(schema instanceof z.ZodObject) || typeof query !== 'object' || query === null) return query;
  const read = new Map<string, unknown>();
  for (const [name, value] of Object.entries(query as { readonly [name: string]: unknown })) {
    const [, field = name, inner] = /^([^[\]]+)\[([^[\]]*)\]$/.exec(name) ?? [];
    const fieldSchema = Object.hasOwn(schema.shape, field) ? (schema.shape[field] as unknown) : undefined;
    if (isList(fieldSchema) && (inner ?? '') === '') {
      read.set(field, [...((read.get(field) as unknown[] | undefined) ?? []), value].flat());
    } else if (unwrapped(fieldSchema) instanceof z.ZodObject && inner !== undefined && inner !== '') {
      read.set(field, { ...(read.get(field) as object | undefined), [inner]: value });
    } else {
      read.set(name, value);
    }
  }
  return Object.fromEntries(read);
}

/** The schema below what makes a field optional. */
export function unwrapped(field: unknown): unknown {
  return field instanceof z.ZodOptional || field instanceof z.ZodDefault ? unwrapped(field.unwrap()) : field;
}
