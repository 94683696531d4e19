import type { JsonObject } from '../../workflows/contracts/json.js';
import { isObject, numberOf, objectsOf, textOf } from './json-fields.js';

/** What Converse's fields ask for. */
export const converseFields = (body: JsonObject) => {
  const config = isObject(body.toolConfig) ? body.toolConfig : {};
  const choice = isObject(config.toolChoice) ? config.toolChoice : {};
  const inference = isObject(body.inferenceConfig) ? body.inferenceConfig : {};
  return {
    tools: objectsOf(config.tools).flatMap(({ toolSpec }) => {
      const name = isObject(toolSpec) ? textOf(toolSpec.name) : undefined;
      if (!isObject(toolSpec) || name === undefined) return [];
      const schema = isObject(toolSpec.inputSchema) ? toolSpec.inputSchema.json : undefined;
      return [{ name, parameters: isObject(schema) ? schema : {} }];
    }),
    forcedTool: isObject(choice.tool)
      ? textOf(choice.tool.name)
      : choice.any === undefined
        ? undefined
        : (true as const),
    parallelToolCalls: true,
    maxTokens: numberOf(inference.maxTokens),
    choices: 1,
    schema: schemaOf(body),
  };
};

const schemaOf = ({ outputConfig }: JsonObject): JsonObject | undefined => {
  const format = isObject(outputConfig) ? outputConfig.textFormat : undefined;
  const structure = isObject(format) ? format.structure : undefined;
  const described = isObject(structure) ? structure.jsonSchema : undefined;
  const text = isObject(described) ? textOf(described.schema) : undefined;
  return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
};
