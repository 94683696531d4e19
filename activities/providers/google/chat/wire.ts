import type { JsonObject } from '../../../../workflows/contracts/json.js';

/**
 * What is sent to `models.generateContent` and `models.streamGenerateContent`, as far as calls in canonical form need it
 * (https://ai.google.dev/api/generate-content; Vertex AI has the same names). Type aliases, because only those are
 * assignable to `JsonObject`. Answers are read as `JsonObject`, so that what came after this was written survives.
 */
export type WireBlob = { readonly inlineData: { readonly mimeType: string; readonly data: string } };

export type WireFile = { readonly fileData: { readonly mimeType: string; readonly fileUri: string } };

export type WireMedia = WireBlob | WireFile;

export type WireText = { readonly text: string; readonly thought?: true; readonly thoughtSignature?: string };

export type WireCall = {
  readonly functionCall: { readonly id?: string; readonly name: string; readonly args: JsonObject };
  readonly thoughtSignature?: string;
};

export type WireResult = {
  readonly functionResponse: {
    readonly id?: string;
    readonly name: string;
    readonly response: JsonObject;
    readonly parts?: readonly WireMedia[];
  };
};

export type WirePart = WireText | WireMedia | WireCall | WireResult;

export type WireContent = { readonly role: 'user' | 'model'; readonly parts: readonly WirePart[] };

export type WireDeclaration = {
  readonly name: string;
  readonly description?: string;
  readonly parametersJsonSchema?: JsonObject;
};

export type WireToolConfig = {
  readonly functionCallingConfig: {
    readonly mode: 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED';
    readonly allowedFunctionNames?: readonly string[];
  };
};

export type WireThinking = {
  readonly includeThoughts?: boolean;
  readonly thinkingBudget?: number;
  readonly thinkingLevel?: string;
};

export type GenerationConfig = {
  readonly candidateCount?: number;
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly stopSequences?: readonly string[];
  readonly responseLogprobs?: true;
  readonly logprobs?: number;
  readonly responseMimeType?: string;
  readonly responseJsonSchema?: JsonObject;
  readonly thinkingConfig?: WireThinking;
};

export type GenerateBody = {
  readonly systemInstruction?: { readonly parts: readonly WireText[] };
  readonly contents: readonly WireContent[];
  readonly tools?: readonly { readonly functionDeclarations: readonly WireDeclaration[] }[];
  readonly toolConfig?: WireToolConfig;
  readonly safetySettings?: readonly JsonObject[];
  readonly generationConfig: GenerationConfig;
};
