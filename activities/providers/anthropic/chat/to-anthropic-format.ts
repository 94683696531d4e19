import type { ChatCall, OutputFormat } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { ToolOptions, ToolPlan } from './to-anthropic-tools.js';
import { fitsTool, toOutputSchema } from './to-output-schema.js';
import type { OutputConfig, TextBlock, WireTool } from './wire.js';
import type { Warnings } from '../../warnings.js';

/** How the form of the answer is asked for: by the vendor's own means, by a tool that is the answer, or in words. */
export interface FormatPlan {
  readonly format?: OutputConfig['format'];
  readonly jsonTool?: WireTool;
  readonly instruction?: TextBlock;
  /** The schema that the vendor does not hold the answer to, where one was asked for. */
  readonly unenforced?: JsonObject;
}

type JsonSchemaFormat = Extract<OutputFormat, { type: 'json-schema' }>;

export function toFormatPlan(call: ChatCall, tools: ToolPlan, options: ToolOptions, warnings: Warnings): FormatPlan {
  const format = call.format;
  switch (format?.type) {
    case undefined:
    case 'text':
      return {};
    case 'json-object': {
      const detail = 'Anthropic has no JSON mode: the model was told to answer in JSON, which is not enforced.';
      warnings.add('changed', 'response_format', detail);
      return { instruction: instruct('Answer with one valid JSON object and nothing else: no prose, no code fence.') };
    }
    case 'json-schema':
      return toSchemaPlan(format, tools, options, warnings);
  }
}

function toSchemaPlan(
  format: JsonSchemaFormat,
  tools: ToolPlan,
  { traits, forcing }: ToolOptions,
  warnings: Warnings,
): FormatPlan {
  const bounded = traits.structuredOutputs ? toOutputSchema(format.schema) : undefined;
  if (bounded !== undefined) {
    if (bounded.described.length > 0) {
      const detail = `Moved into descriptions, because Anthropic does not enforce them: ${bounded.described.join(', ')}.`;
      warnings.add('changed', 'response_format', detail);
    }
    return { format: { type: 'json_schema', schema: withDescription(bounded.schema, format) } };
  }
  const callDemanded = tools.choice?.type === 'any' || tools.choice?.type === 'tool';
  const unenforced = format.schema;
  if (forcing && !callDemanded && fitsTool(format.schema)) {
    const detail = 'This model is not held to a schema; it was asked to call a tool whose arguments are the answer.';
    warnings.add('changed', 'response_format', detail);
    return { jsonTool: toJsonTool(format, tools), unenforced };
  }
  const detail = 'Anthropic cannot hold this answer to the schema: the model was told of it, which is not enforced.';
  warnings.add('changed', 'response_format', detail);
  const words = 'Answer with JSON that fits this schema and nothing else: no prose, no code fence.';
  return { instruction: instruct(`${words}\n${JSON.stringify(withDescription(format.schema, format))}`), unenforced };
}

function toJsonTool(format: JsonSchemaFormat, { tools }: ToolPlan): WireTool {
  const taken = new Set(tools.map((tool) => tool['name']));
  let name = format.name;
  while (taken.has(name)) name = `${name}_`;
  return {
    name,
    description: format.description ?? 'Gives the answer. Call it once, with the whole answer.',
    input_schema: { type: 'object', ...format.schema },
  };
}

function withDescription(schema: JsonObject, { description }: JsonSchemaFormat): JsonObject {
  return description === undefined || schema['description'] !== undefined ? schema : { ...schema, description };
}

function instruct(text: string): TextBlock {
  return { type: 'text', text };
}
