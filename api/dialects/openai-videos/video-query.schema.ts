import { z } from 'zod';

export const videoPageSchema = z.looseObject({
  after: z.string().min(1).max(64).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('desc'),
});

export const videoContentSchema = z.looseObject({
  variant: z.enum(['video', 'thumbnail', 'spritesheet']).default('video'),
});
