import { inspect } from 'node:util';

/** Keeps the named values usable, but out of logs: JSON and `console.log` show `[set]` in their place. */
export function withoutSecrets<T extends object>(value: T, names: readonly (keyof T)[]): T {
  const shown = (): object => ({
    ...value,
    ...Object.fromEntries(names.filter((name) => value[name] !== undefined).map((name) => [name, '[set]'])),
  });
  return Object.defineProperties(value, {
    toJSON: { value: shown, enumerable: false },
    [inspect.custom]: { value: shown, enumerable: false },
  });
}
