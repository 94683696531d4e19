import type { AnswerEvent } from '../../contracts/answer.js';
import type { OutputFormat } from '../../contracts/call.js';
import type { AnswerSigns } from '../../contracts/health.js';
import type { JsonObject } from '../../contracts/json.js';

/** Longer texts and arguments are not looked at: this must cost nothing beside the answer itself. */
const MOST_CHARACTERS = 64 * 1_024;

export interface SignsReader {
  read(event: AnswerEvent): void;
  /** Of the answer as a whole; `hasContent` is whether anything of it was for the caller. */
  signs(hasContent: boolean): AnswerSigns;
}

/**
 * Looks at an answer as it passes: what it ended by, and whether what is to be JSON is JSON. Of a schema only the top level is
 * looked at (its type and required properties), which tells a model that does not follow it from one that does.
 */
export function createSignsReader(format: OutputFormat | undefined): SignsReader {
  const seen = { refused: false, truncated: false, characters: 0 };
  const texts = new Map<number, string>();
  const calls = new Map<string, string>();
  const keep = <K>(kept: Map<K, string>, key: K, text: string): void => {
    seen.characters += text.length;
    if (seen.characters <= MOST_CHARACTERS) kept.set(key, (kept.get(key) ?? '') + text);
  };
  const wantsJson = format !== undefined && format.type !== 'text';
  const custom = new Set<string>();

  return {
    read: (event) => {
      switch (event.type) {
        case 'text-delta':
          if (wantsJson) keep(texts, event.choice, event.text);
          return;
        case 'refusal-delta':
          seen.refused = true;
          return;
        case 'tool-call-start':
          // What a custom tool is given is free text.
          if (event.custom === true) custom.add(callKey(event));
          else keep(calls, callKey(event), '');
          return;
        case 'tool-call-delta':
          if (!custom.has(callKey(event))) keep(calls, callKey(event), event.arguments);
          return;
        case 'finish': {
          const { unified } = event.reason;
          if (unified === 'length') seen.truncated = true;
          if (unified === 'refusal' || unified === 'content-filter') seen.refused = true;
          return;
        }
        default:
      }
    },
    signs: (hasContent) => {
      // What was cut off or refused is no JSON for that reason alone.
      const isWhole = !seen.truncated && !seen.refused && seen.characters <= MOST_CHARACTERS;
      const schema = format?.type === 'json-schema' ? format.schema : undefined;
      return {
        refused: seen.refused,
        truncated: seen.truncated,
        empty: !hasContent,
        ...(isWhole && texts.size > 0 && { schemaValid: [...texts.values()].every((text) => isJsonOf(text, schema)) }),
        ...(isWhole && calls.size > 0 && { toolCallsValid: [...calls.values()].every(isArguments) }),
      };
    },
  };
}

function callKey({ choice, block }: { readonly choice: number; readonly block: number }): string {
  return `${choice} ${block}`;
}

/** A tool without parameters may be given nothing at all. */
function isArguments(text: string): boolean {
  return text === '' || isObject(parsed(text));
}

function isJsonOf(text: string, schema: JsonObject | undefined): boolean {
  const value = parsed(text);
  if (value === undefined) return false;
  if (schema === undefined || schema['type'] !== 'object') return true;
  const required: unknown = schema['required'];
  return isObject(value) && (!Array.isArray(required) || required.every((name) => Object.hasOwn(value, String(name))));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
