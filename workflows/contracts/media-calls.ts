import type { ChatCall, Dialect, GivenMedia, MediaSource, StoredMedia } from './call.js';
import type { JsonObject } from './json.js';
import type { MediaKind } from './kinds.js';
import type { Warning } from './warning.js';

/** What the calls of every kind besides chat have in common. Content: it never enters a workflow's history, a log or a trace. */
interface MediaCallOf<K extends MediaKind> {
  readonly kind: K;
  /**
   * The caller's fields as it wrote them, unknown ones included, so that a vendor of the same dialect gets them faithfully;
   * of a multipart request the fields that are texts, its files being in the call alone.
   */
  readonly source: { readonly dialect: Dialect; readonly body: JsonObject };
  readonly stream: boolean;
  readonly endUser?: string;
  /** What the gateway itself does not do as it was asked, whoever answers; told with the answer. */
  readonly warnings?: readonly Warning[];
}

export type EmbeddingInput =
  | { readonly type: 'text'; readonly text: string }
  /** Already made into tokens, by the tokenizer of the model that is named. */
  | { readonly type: 'tokens'; readonly ids: readonly number[] }
  | { readonly type: 'image'; readonly source: MediaSource };

/** How the numbers of a vector are stored; all but `float` are quantised by the vendor. */
export type VectorType = 'float' | 'int8' | 'uint8' | 'binary' | 'ubinary';

export interface EmbeddingCall extends MediaCallOf<'embedding'> {
  /** At least one; the answer has a vector for each, in this order. */
  readonly inputs: readonly EmbeddingInput[];
  readonly dimensions?: number;
  /** What the vectors are for, where the caller says: vendors that embed questions and documents differently need it. */
  readonly purpose?: 'query' | 'document' | 'classification' | 'clustering' | 'similarity';
  /** What is to become of an input that is too long: cut at its start or end, or the whole request refused. */
  readonly truncate?: 'start' | 'end' | 'none';
  readonly vectorType?: VectorType;
}

export type RerankDocument =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'image'; readonly source: MediaSource };

export interface RerankCall extends MediaCallOf<'rerank'> {
  readonly query: string;
  /** At least one; results name them by their places here. */
  readonly documents: readonly RerankDocument[];
  readonly topN?: number;
  /** What is longer is cut there. */
  readonly maxTokensPerDocument?: number;
}

export type ModerationInput =
  { readonly type: 'text'; readonly text: string } | { readonly type: 'image'; readonly source: MediaSource };

export interface ModerationCall extends MediaCallOf<'moderation'> {
  /** Each is judged by itself. */
  readonly inputs: readonly (readonly ModerationInput[])[];
}

/** `S` is what its pictures may be: vendors see them as they are carried, unless they take files from the store. */
export interface ImageCall<S extends GivenMedia = MediaSource> extends MediaCallOf<'image'> {
  /** Made of words; of pictures and words; or of one picture alone. */
  readonly operation: 'generate' | 'edit' | 'vary';
  readonly prompt: string;
  readonly negativePrompt?: string;
  /** The pictures to edit, or that the new one is to be like; empty where none. */
  readonly images: readonly S[];
  /** Where the first picture is to be changed: where this one is transparent. */
  readonly mask?: S;
  /** How many pictures (`n`), at least 1. */
  readonly count: number;
  /** `1024x1024` and the like, width first, in pixels; absent, or `auto`, where the vendor chooses. */
  readonly size?: string;
  /** `16:9` and the like. */
  readonly aspectRatio?: string;
  /** `1K`, `2K`, `4K`. */
  readonly resolution?: string;
  readonly quality?: string;
  readonly style?: string;
  readonly background?: 'transparent' | 'opaque' | 'auto';
  readonly format?: 'png' | 'jpeg' | 'webp';
  /** Percent, 0 to 100, of `jpeg` and `webp`. */
  readonly compression?: number;
  readonly inputFidelity?: 'high' | 'low';
  readonly seed?: number;
  /** How many unfinished pictures a stream shows before each whole one, 0 to 3. */
  readonly partialImages?: number;
  /** Whether the caller wants bytes or an address that is valid for a while; absent where it takes what the vendor gives. */
  readonly delivery?: 'base64' | 'url';
  /** Where an address is wanted and the vendor gives bytes, they rest in the object store for a while. */
  readonly keepsPictures?: true;
}

/** `pcm` is raw: signed 16 bits, little-endian, one channel, 24,000 a second unless the vendor says otherwise. */
export type SpeechFormat = 'mp3' | 'opus' | 'aac' | 'flac' | 'wav' | 'pcm';

export interface SpeechCall extends MediaCallOf<'speech'> {
  readonly text: string;
  /** By the vendor's name for it. */
  readonly voice: string;
  readonly instructions?: string;
  /** Absent where the caller leaves it open: MP3 of whoever makes that, else what the vendor has. */
  readonly format?: SpeechFormat;
  /** How the sound comes: as its bare bytes, or in events that hold a piece each. */
  readonly streamFormat: 'audio' | 'sse';
  /** 1 is the usual. */
  readonly speed?: number;
  readonly language?: string;
}

/** `data` is base64. The type is absent from calls that were stored before there was another. */
export interface InlineAudio {
  readonly type?: 'base64';
  readonly mediaType: string;
  readonly data: string;
}

export interface TranscriptionCall extends MediaCallOf<'transcription'> {
  /** In the language that is spoken, or in English. */
  readonly task: 'transcribe' | 'translate';
  readonly audio: InlineAudio | StoredMedia;
  /** The caller's name for the file; vendors tell the format by its end. */
  readonly filename: string;
  /** As read from the file itself, in seconds; absent where it does not tell. */
  readonly durationSeconds?: number;
  /** ISO 639-1. */
  readonly language?: string;
  readonly prompt?: string;
  readonly temperature?: number;
  readonly timestamps: readonly ('word' | 'segment')[];
  readonly diarize?: boolean;
  readonly logprobs?: boolean;
  /** What the answer is written as; the vendor is asked for what this can be made of. */
  readonly format: 'json' | 'text' | 'srt' | 'verbose_json' | 'vtt' | 'diarized_json';
}

/** `S` as of a picture's call. */
export interface VideoCall<S extends GivenMedia = MediaSource> extends MediaCallOf<'video'> {
  readonly prompt: string;
  readonly negativePrompt?: string;
  readonly seconds?: number;
  /** `1280x720`, width first, in pixels. */
  readonly size?: string;
  /** `720p`, `1080p`. */
  readonly resolution?: string;
  readonly aspectRatio?: string;
  /** Whether sound is to be made with it. */
  readonly withAudio?: boolean;
  readonly firstFrame?: S;
  readonly lastFrame?: MediaSource;
  /** Pictures of who or what is to appear. */
  readonly references: readonly MediaSource[];
  readonly count: number;
  readonly seed?: number;
}

export type MediaCall =
  | EmbeddingCall
  | RerankCall
  | ModerationCall
  | ImageCall<GivenMedia>
  | SpeechCall
  | TranscriptionCall
  | VideoCall<GivenMedia>;

/** The call of one kind. */
export type MediaCallFor<K extends MediaKind> = Extract<MediaCall, { readonly kind: K }>;

/** The same with its pictures carried, for vendors that take no files; sounds are each adapter's to carry or to send as they come. */
export type CarriedCallFor<K extends MediaKind> = K extends 'image'
  ? ImageCall
  : K extends 'video'
    ? VideoCall
    : MediaCallFor<K>;

/** What any request asks, by its kind. */
export type Call = ChatCall | MediaCall;
