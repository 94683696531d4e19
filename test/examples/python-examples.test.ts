import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import {
  findPythonWith,
  howToGetPython,
  type PythonEnvironment,
  pythonEnvironments,
} from '../clients/python-clients.js';
import { pythonIsRequired } from '../clients/python-interpreter.js';
import { useWorld } from '../gateway/world.js';
import { examples, runExample } from './run-example.js';

// The examples in Python, as a reader runs them, against a gateway with nothing but its sandbox.

const { clients, documents } = pythonEnvironments;
const pythons = { clients: findPythonWith(clients), documents: findPythonWith(documents) };
const isSkipped = (python: string | undefined): boolean => python === undefined && !pythonIsRequired;
if (isSkipped(pythons.clients)) console.warn(howToGetPython(clients));
if (isSkipped(pythons.documents)) console.warn(howToGetPython(documents));

const world = useWorld();
const linesOf = async (path: string): Promise<readonly string[]> =>
  (await readFile(path, 'utf8')).split('\n').filter((line) => /^[\w.-]+==/.test(line));

describe.skipIf(isSkipped(pythons.documents))('the example of questions about documents', () => {
  it('answers by the passages that fit the question', async () => {
    const question = 'Is the nursery open on Sundays?';
    const lines = await runExample(pythons.documents ?? 'python3', ['document-qa/ask.py', question], world.gateway);
    expect(lines[0]).toBe(`Question: ${question}`);
    expect(lines.filter((line) => line.startsWith('Source: '))).toEqual([
      expect.stringMatching(/^Source: opening-hours\.txt \(0\.\d\d\)$/),
      expect.stringMatching(/^Source: returns\.txt \(0\.\d\d\)$/),
    ]);
    // The sandbox says what it was sent: the question, and the passages that were found for it.
    const answer = lines.slice(lines.findIndex((line) => line.startsWith('Answer: '))).join('\n');
    expect(answer).toContain(question);
    expect(answer).toContain('it is open on Sundays as well');
    expect(answer).not.toContain('Cacti');
  });

  it('asks for vectors, an order and an answer, each as a request of its own', async () => {
    const kinds = await world.rows<{ kind: string }>(
      `SELECT DISTINCT input->>'kind' AS kind FROM requests.requests WHERE state = 'settled' ORDER BY 1`,
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['chat', 'embedding', 'rerank']);
  });
});

describe.skipIf(isSkipped(pythons.clients))('the example of an agent', () => {
  it('calls a tool, and answers by what the tool has said', async () => {
    expect(await runExample(pythons.clients ?? 'python3', ['agent/agent.py'], world.gateway)).toEqual([
      "think: calls count_stock with {'plant': 'tomato'}",
      'act: 120 of tomato',
      'think: The tool answered: 120 of tomato',
    ]);
  });
});

describe('the requirements of an example', () => {
  it.each([
    ['document-qa', documents],
    ['agent', clients],
  ] as const)('%s are versions that are tested', async (folder, { requirements }: PythonEnvironment) => {
    const tested = new Set(await linesOf(requirements));
    const wanted = await linesOf(`${examples}${folder}/requirements.txt`);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter((line) => !tested.has(line))).toEqual([]);
  });
});
