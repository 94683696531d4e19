import type { Stack } from './stack.js';

/** What a person needs first, once all is up; `relativeDataDir` as they would type it. */
export function banner(stack: Stack, relativeDataDir: string): string {
  const spenders = stack.gateway.vendors.filter((vendor) => vendor.spendsMoney).map((vendor) => vendor.id);
  const limit = `at most ${stack.gateway.localLimitUsd} USD (SLUICE_LOCAL_LIMIT_USD)`;
  const lines: (readonly [string, string])[] = [
    ['Base URL', `${stack.baseUrl} (for OpenAI's clients: ${versioned(stack.baseUrl)})`],
    ['API key', stack.apiKey],
    [
      'Can spend money',
      spenders.length > 0 ? `${spenders.join(', ')}, ${limit}` : `nothing: no vendor has a key; with one, ${limit}`,
    ],
    ...(stack.temporalUi === undefined ? [] : [['Temporal UI', stack.temporalUi] as const]),
    ['Logs, data, keys', `${relativeDataDir}/`],
  ];
  const width = Math.max(...lines.map(([label]) => label.length));
  const table = lines.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`).join('\n');
  const extra = stack.gateway.logLine === undefined ? '' : `\n${stack.gateway.logLine}\n`;
  return `\nSluice is up.\n\n${table}\n${extra}\nTry it:\n\n${tryLine(stack)}\n\nCtrl-C stops it; what is running is finished first.\n`;
}

/** Pastes as it is into a shell. Offline and free of charge where the sandbox is on. */
function tryLine(stack: Stack): string {
  const base = `curl -sS ${versioned(stack.baseUrl)}`;
  const authorization = `-H 'Authorization: Bearer ${stack.apiKey}'`;
  if (!stack.gateway.vendors.some((vendor) => vendor.id === 'sandbox')) return `${base}/models ${authorization}`;
  const body = JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'Hello, Sluice!' }] });
  return `${base}/chat/completions ${authorization} -H 'Content-Type: application/json' -d '${body}'`;
}

/** OpenAI's clients want a base URL that ends in `/v1`; the gateway may report it with or without. */
function versioned(baseUrl: string): string {
  return baseUrl.endsWith('/v1') ? baseUrl : `${baseUrl}/v1`;
}
