import { createContext, Script } from 'node:vm';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Options } from 'ajv/dist/2020.js';
import type { Frame, Warning } from '../../workflows/contracts/answer.js';
import type { Dialect } from '../../workflows/contracts/call.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { inCallersWords } from './callers-words.js';

/** Longer schemas and answers are not checked: it is a courtesy, and must cost little beside the answer itself. */
const MAX_SCHEMA_LENGTH = 256 * 1024;
const MAX_ANSWER_LENGTH = 1024 * 1024;
/** The schema is the caller's own, and one may take for ever: nested choices, patterns that backtrack. */
const TIMEOUT_MS = 500;

/** Runs what it is given within the time limit, which ends even a regular expression. */
const CONTEXT = createContext({ run: undefined as unknown });
const RUN = new Script('run()');

/** Compiling the schema of schemas takes longer than all else, and whether the caller's is one has been looked at. */
const OPTIONS: Options = {
  strict: false,
  validateFormats: false,
  validateSchema: false,
  meta: false,
  logger: false,
  addUsedSchema: false,
};

export type Fit = 'fits' | 'misfits' | 'unchecked';

/** Whether a text is JSON of this schema (draft 2020-12; unknown keywords and formats say nothing). */
export function fitOf(text: string, schema: JsonObject): Fit {
  if (text.length > MAX_ANSWER_LENGTH || JSON.stringify(schema).length > MAX_SCHEMA_LENGTH) return 'unchecked';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'misfits';
  }
  return validate(value, schema);
}

function validate(value: unknown, schema: JsonObject): Fit {
  try {
    CONTEXT['run'] = () => {
      const ajv = new Ajv2020(OPTIONS);
      return ajv.validate(schema, value);
    };
    return RUN.runInContext(CONTEXT, { timeout: TIMEOUT_MS }) === true ? 'fits' : 'misfits';
  } catch {
    // The time is over, or the schema refers to what it does not have.
    return 'unchecked';
  } finally {
    CONTEXT['run'] = undefined;
  }
}

/**
 * The frames of an answer whose form the vendor did not enforce, with a warning after the last one where what was said does
 * not fit the schema. The answer itself stays as it is: the caller pays for it, and may make something of it.
 */
export async function* checkingAnswer(
  frames: AsyncIterable<Frame>,
  schema: JsonObject,
  dialect: Dialect,
): AsyncGenerator<Frame> {
  const said = new Map<number, string>();
  const whole = new Set<number>();
  for await (const frame of frames) {
    for (const event of frame.events) {
      if (event.type === 'text-delta') said.set(event.choice, (said.get(event.choice) ?? '') + event.text);
      // What was cut off, refused or left to a tool is told by its finish reason.
      if (event.type === 'finish' && event.reason.unified === 'stop') whole.add(event.choice);
    }
    yield frame;
  }
  const fits = [...whole].map((choice) => fitOf(said.get(choice) ?? '', schema));
  if (!fits.includes('misfits')) return;
  yield { events: inCallersWords([MISFIT], dialect).map((warning) => ({ type: 'warning', warning })) };
}

const MISFIT: Warning = {
  type: 'changed',
  feature: 'response_format',
  detail: 'The answer does not fit the schema, which the vendor did not enforce. Ask again, or name another model.',
};
