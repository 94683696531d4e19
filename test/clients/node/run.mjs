import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

/** What the test gives on stdin: {origin, apiKey, models: [..], markers: {name: text}, dialects: [..]}. */
export const setup = JSON.parse(await text(process.stdin));

export const says = (words, marker) => (marker === undefined ? words : `${words} ${setup.markers[marker]}`);

/** Runs every scenario and prints {versions, results: {name: what it saw, or {failed: stack}}}. */
export async function run(packages, scenarios) {
  const results = {};
  for (const [name, scenario] of Object.entries(scenarios)) {
    try {
      results[name] = await scenario();
    } catch (error) {
      results[name] = { failed: String(error?.stack ?? error) };
    }
  }
  process.stdout.write(JSON.stringify({ versions: Object.fromEntries(packages.map(versionOf)), results }));
}

function versionOf(name) {
  const require = createRequire(import.meta.url);
  const paths = require.resolve.paths(name) ?? [];
  for (const path of paths) {
    try {
      return [name, require(`${path}/${name}/package.json`).version];
    } catch {
      // Not in this folder; the next may have it.
    }
  }
  return [name, 'unknown'];
}
