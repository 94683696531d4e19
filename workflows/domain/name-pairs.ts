export type NamePairs = { readonly [name: string]: string };

/** `name=name`, several of them with commas between, each name once on the left; or what is wrong with it, never quoting it. */
export function parseNamePairs(text: string): NamePairs | string {
  const pairs = text
    .split(',')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair) => pair.split('=').map((name) => name.trim()));
  if (pairs.some((pair) => pair.length !== 2 || pair.includes(''))) return 'is not a list of name=name';
  const names = pairs.map(([name]) => name);
  if (new Set(names).size < names.length) return 'names something twice';
  return Object.fromEntries(pairs as [string, string][]);
}
