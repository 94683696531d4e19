import type { JsonObject } from '../../workflows/contracts/json.js';
import { isObject, objectsOf, textOf } from './json-fields.js';

/** Google's address of a model's method, under any prefix: the model and whether its answer is to be streamed. */
export const generateRoute = (route: string): { readonly model: string; readonly stream: boolean } | undefined => {
  const [, model, method] = /^POST \/\S*models\/([^/:]+):(generateContent|streamGenerateContent)$/.exec(route) ?? [];
  return model === undefined ? undefined : { model: decodeURIComponent(model), stream: method !== 'generateContent' };
};

/** A request for `generateContent` in the chat dialect's words, as far as the fake wants to know of it. */
export const generateAsChat = (body: JsonObject): JsonObject => {
  const config = isObject(body.generationConfig) ? body.generationConfig : {};
  const calling = isObject(body.toolConfig) ? body.toolConfig.functionCallingConfig : undefined;
  const declarations = objectsOf(body.tools).flatMap((tool) => objectsOf(tool.functionDeclarations));
  return {
    model: body.model,
    stream: body.stream,
    messages: objectsOf(body.contents).flatMap(messagesOf),
    tools: declarations.map((tool) => ({ function: { ...tool, parameters: tool.parametersJsonSchema } })),
    tool_choice: isObject(calling) && calling.mode === 'ANY' ? 'required' : undefined,
    max_completion_tokens: config.maxOutputTokens,
    n: config.candidateCount,
    response_format: formatOf(config),
  };
};

const messagesOf = ({ role, parts }: JsonObject): readonly JsonObject[] => {
  const results = objectsOf(parts).flatMap(({ functionResponse }) =>
    isObject(functionResponse) ? [{ role: 'tool', content: JSON.stringify(functionResponse.response) }] : [],
  );
  const said = objectsOf(parts).flatMap((part) => (textOf(part.text) === undefined ? [] : [{ text: part.text }]));
  const message = { role: role === 'model' ? 'assistant' : 'user', content: said };
  return said.length === 0 ? results : [...results, message];
};

const formatOf = ({ responseMimeType, responseJsonSchema }: JsonObject): JsonObject | undefined => {
  if (isObject(responseJsonSchema)) return { type: 'json_schema', json_schema: { schema: responseJsonSchema } };
  return responseMimeType === 'application/json' ? { type: 'json_object' } : undefined;
};
