import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { mintSecret, signWebhook } from './sign-webhook.js';

const event = { eventId: 'evt_1', at: new Date(), body: '{"type":"job.succeeded","text":"größer"}' };

describe('a signature', () => {
  it('is HMAC-SHA256 over id, time and body, by the bytes behind whsec_', () => {
    const secret = mintSecret();
    const headers = signWebhook([secret], event);
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(key).toHaveLength(32);
    const signed = `evt_1.${headers['webhook-timestamp'] ?? ''}.${event.body}`;
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
    expect(headers['webhook-id']).toBe('evt_1');
    expect(headers['webhook-timestamp']).toBe(String(Math.floor(event.at.getTime() / 1_000)));
  });

  it('is there for each secret, so that either verifies', () => {
    const secrets = [mintSecret(), mintSecret()];
    const headers = signWebhook(secrets, event);
    for (const secret of secrets)
      expect(new Webhook(secret).verify(event.body, headers)).toMatchObject({ text: 'größer' });
    expect(() => new Webhook(mintSecret()).verify(event.body, headers)).toThrow('No matching signature');
    expect(() => new Webhook(secrets[0] ?? '').verify(`${event.body} `, headers)).toThrow('No matching signature');
  });
});
