import type { Command } from './command.js';

/** Everything that `sluice` can do, a command a line. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ words }) => words.length));
  const lines = commands.map(({ words, summary }) => `  ${words.padEnd(width)}  ${summary}`);
  const usage = 'Usage: npm run sluice -- COMMAND [OPTIONS]';
  const more = "COMMAND --help tells a command's options; --json prints the API's own objects.";
  return [usage, '', ...lines, '', more].join('\n');
}

export function usageOf({ words, summary, positionals = [], options = {} }: Command): string {
  const shown = Object.entries(options).map(([name, { value, required, many }]) => {
    const text = `--${name}${value === undefined ? '' : ` ${value}`}${many ? ' ...' : ''}`;
    return required ? text : `[${text}]`;
  });
  return `Usage: npm run sluice -- ${[words, ...positionals, ...shown, '[--json]'].join(' ')}\n${summary}`;
}
