import type { ResponsesRequestFields } from './responses-request.schema.js';

type Tools = ResponsesRequestFields['tools'];

/**
 * A tool of a namespace (NamespaceToolParam), which only this dialect has. Elsewhere its one name says both, and is unique
 * among the request's tools.
 */
export interface NamespacedTool {
  readonly namespace: string;
  readonly name: string;
  readonly joined: string;
}

/** The longest name that the dialects let a tool have. */
const LONGEST_NAME = 64;

/** The tools of all namespaces of a request, in their order: the same each time. */
export function namespacedTools(tools: Tools): readonly NamespacedTool[] {
  const taken = new Set((tools ?? []).flatMap(({ name }) => (typeof name === 'string' ? [name] : [])));
  return (tools ?? []).flatMap((tool) =>
    membersOf(tool).map(({ name }) => {
      const namespace = String(tool['name']);
      const joined = unused(joinNames(namespace, name), taken);
      taken.add(joined);
      return { namespace, name, joined };
    }),
  );
}

/** By what a call of an earlier turn goes: its own name where it has no namespace. */
export function joinedName(
  tools: readonly NamespacedTool[],
  { namespace, name }: { readonly namespace?: unknown; readonly name: string },
): string {
  if (typeof namespace !== 'string') return name;
  const known = tools.find((tool) => tool.namespace === namespace && tool.name === name);
  return known?.joined ?? joinNames(namespace, name);
}

/** The functions and custom tools of a namespace; none of any other tool. */
export function membersOf(tool: NonNullable<Tools>[number]): readonly { readonly name: string }[] {
  return tool.type === 'namespace' ? (tool['tools'] as readonly { readonly name: string }[]) : [];
}

function joinNames(namespace: string, name: string): string {
  return `${namespace}__${name}`.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, LONGEST_NAME);
}

function unused(name: string, taken: ReadonlySet<string>): string {
  for (let count = 2, candidate = name; ; count += 1) {
    if (!taken.has(candidate)) return candidate;
    const end = `_${count}`;
    candidate = name.slice(0, LONGEST_NAME - end.length) + end;
  }
}
