import type { AnswerRenderer } from '../../../requests/answer-renderer.js';
import { createChatRenderer } from '../chat-renderer.js';
import type { ChatRendering } from '../chat-renderer.js';
import { saysNothing, toTextCompletion } from './to-text-completion.js';
import type { Offsets } from './to-text-completion.js';

/** Answers of `POST /v1/completions`: a chat's answer, told as text. Errors are the same in both. */
export function createTextRenderer(rendering: ChatRendering): AnswerRenderer {
  const chat = createChatRenderer(rendering);
  return {
    ...chat,
    plain: (frames, summary) => toTextCompletion(chat.plain(frames, summary))[0],
    stream: () => {
      const step = chat.stream();
      let offsets: Offsets = new Map();
      return (event) => {
        const { chunks, end } = step(event);
        const rendered = chunks.map((chunk) => {
          const [body, next] = toTextCompletion(chunk, offsets);
          offsets = next;
          return body;
        });
        return { chunks: rendered.filter((chunk) => !saysNothing(chunk)), end };
      };
    },
  };
}
