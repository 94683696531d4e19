/** Stand-ins for the long texts that prompts come with. A few sentences each, repeated with other numbers: see prompts/README.md. */

export type Template = 'article' | 'code' | 'contract' | 'csv' | 'invoice' | 'log' | 'minutes' | 'report' | 'thread';

export interface DocumentRequest {
  readonly template: Template;
  readonly paragraphs: number;
}

const NAMES = ['Ines', 'Marek', 'Aiko', 'Sofia', 'Bram', 'Leila', 'Tom', 'Priya'];
const PLACES = ['the north depot', 'Leeds', 'the old mill', 'Graz', 'the harbour', 'Turin'];

const PARAGRAPHS: { readonly [T in Template]: (number: number) => string } = {
  article: (n) =>
    `Visitors to ${pick(PLACES, n)} have noticed the change since ${1990 + (n % 30)}. ${pick(NAMES, n)}, who has worked there for ${3 + (n % 20)} years, calls it slow but steady. Others doubt that it will last, and point to the winter before, when little of it was to be seen.`,
  code: (n) =>
    `export async function step${n}(store, item) {\n  const before = await store.get(item.id);\n  if (before === undefined) return { status: 'missing', id: item.id };\n  const total = before.total + item.amount * ${1 + (n % 9)};\n  await store.put(item.id, { ...before, total, version: before.version + 1 });\n  return { status: 'done', id: item.id };\n}`,
  contract: (n) =>
    `${n}.1 The Supplier shall deliver the Services within ${5 + (n % 30)} days of the Notice, unless Clause ${1 + ((n * 7) % 40)} applies. ${n}.2 The liability of either Party under this Clause is limited to ${10 + (n % 90)} per cent of the Fees, without prejudice to Schedule ${1 + (n % 4)}.`,
  csv: (n) =>
    `${1000 + n},${pick(NAMES, n)},${pick(PLACES, n + 2)},${20 + (n % 60)}.${n % 10},2025-0${1 + (n % 9)}-1${n % 10}`,
  invoice: (n) =>
    `Item ${n}: shelf board, ${60 + n} cm    qty ${1 + (n % 6)}    unit 1${n % 10}.90    VAT 20 %    total ${(1 + (n % 6)) * 19}.00`,
  log: (n) =>
    `2025-11-0${1 + (n % 9)}T0${n % 10}:1${n % 6}:4${n % 10}.120Z ${pick(['INFO', 'WARN', 'INFO', 'ERROR'], n)} worker-${n % 4} request ${8000 + n} ${pick(['accepted', 'timeout after 3000 ms', 'retried', 'upstream answered 503'], n)}`,
  minutes: (n) =>
    `${pick(NAMES, n)}: the order for ${pick(PLACES, n)} is late by ${1 + (n % 9)} days; ${pick(NAMES, n + 3)} calls them until Thursday. We keep the plan. Open: who pays for the second delivery.`,
  report: (n) =>
    `Section ${n}. Revenue in this segment came to ${40 + (n % 50)}.${n % 10} million, ${1 + (n % 12)} per cent more than in the year before. Costs rose because of ${pick(PLACES, n)}, and staff grew from ${100 + n} to ${104 + n}. The outlook is unchanged.`,
  thread: (n) =>
    `From: ${pick(NAMES, n).toLowerCase()}@example.com\nSent: ${1 + (n % 28)} May, 1${n % 10}:05\nHello ${pick(NAMES, n + 1)}, can you send me the figures of ${pick(PLACES, n)} by Friday? The last ones had two rows too many. Thanks`,
};

/** The same text each time. */
export function documentOf({ template, paragraphs }: DocumentRequest): string {
  const separator = template === 'csv' || template === 'log' || template === 'invoice' ? '\n' : '\n\n';
  const text = Array.from({ length: paragraphs }, (_, index) => PARAGRAPHS[template](index + 1)).join(separator);
  return template === 'code' ? `\`\`\`js\n${text}\n\`\`\`` : text;
}

const TURNS = [
  'Could you help me with something?',
  'Of course. What is it about?',
  'This one, as before.',
  'Here it is.',
];

/** What was said before, by turns: the user's first. */
export function earlierTurns(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => pick(TURNS, index));
}

function pick(list: readonly string[], number: number): string {
  return list[number % list.length] ?? '';
}
