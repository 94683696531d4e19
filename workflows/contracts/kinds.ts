/** What is no conversation, but something to be made, read or sorted. */
export type MediaKind = 'embedding' | 'rerank' | 'moderation' | 'image' | 'speech' | 'transcription' | 'video';

/** What a request asks for: each kind has its own calls, answers and offers, and all run the same way. */
export type Kind = 'chat' | MediaKind;
