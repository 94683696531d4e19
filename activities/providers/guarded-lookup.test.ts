import type { LookupAddress } from 'node:dns';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createGuard, isPublicAddress, type Resolve } from './guarded-lookup.js';
import { createVendorHttp } from './http.js';
import { ProviderFailure } from './port.js';

const resolvingTo =
  (...addresses: readonly string[]): Resolve =>
  (_name, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

describe('an address', () => {
  it.each(['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '192.169.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
    'is public: %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each([
    ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '127.255.255.255', '169.254.169.254', '172.16.0.1'],
    ...['172.31.255.255', '192.168.1.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1'],
    ...['::', '::1', 'fe80::1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', '2001:db8::1', '2002:7f00:1::'],
    ...['::ffff:127.0.0.1', '::ffff:8.8.8.8', '::127.0.0.1', '64:ff9b::7f00:1', '2001::1', 'localhost', ''],
  ])('is not public: %s', (address) => expect(isPublicAddress(address)).toBe(false));
});

describe('the lookup', () => {
  const lookUp = (resolve: Resolve, all = true): Promise<readonly LookupAddress[] | string> =>
    new Promise((done, fail) => {
      createGuard(resolve).lookup('vendor.example', { all }, (error, found) => (error ? fail(error) : done(found)));
    });

  it('hands the very addresses on that it has checked', async () => {
    expect(await lookUp(resolvingTo('8.8.8.8', '2606:4700::1111'))).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
    expect(await lookUp(resolvingTo('8.8.8.8'), false)).toBe('8.8.8.8');
  });

  it('fails where any of them is not public, or none is there', async () => {
    await expect(lookUp(resolvingTo('8.8.8.8', '10.0.0.1'))).rejects.toThrow('not public');
    await expect(lookUp(resolvingTo('::1'), false)).rejects.toThrow('not public');
    await expect(lookUp(resolvingTo())).rejects.toThrow('not public');
    await expect(lookUp((_name, callback) => callback(new Error('ENOTFOUND'), []))).rejects.toThrow('ENOTFOUND');
  });

  it('fails where the system finds nothing, which gives no list then', async () => {
    const failed: { readonly code?: string } = await new Promise((done) => {
      createGuard().lookup('name.invalid', { all: true }, (error) => done(error ?? {}));
    });
    expect(failed.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('tells nothing of the address in its error', async () => {
    await expect(lookUp(resolvingTo('10.9.8.7'))).rejects.not.toThrow('10.9.8.7');
  });
});

describe('a client for public addresses alone', () => {
  let accepted = 0;
  const server = createServer((socket) => {
    accepted += 1;
    socket.destroy();
  });
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    ({ port } = server.address() as AddressInfo);
  });
  afterAll(() => void server.close());

  const get = async (host: string, resolve?: Resolve): Promise<unknown> => {
    const http = createVendorHttp({ publicOnly: true, ...(resolve && { resolve }) });
    const request = { url: `http://${host}:${port}/models`, headers: {}, signal: new AbortController().signal };
    try {
      return await http.getJson(request).catch((error: unknown) => error);
    } finally {
      await http.close();
    }
  };

  it.each(['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433', '0x7f.1', 'localhost'])(
    'opens no connection to %s',
    async (host) => {
      accepted = 0;
      const failure = await get(host);
      expect(failure).toBeInstanceOf(ProviderFailure);
      expect(failure).toMatchObject({ detail: { message: expect.stringContaining('ERR_ADDRESS_NOT_PUBLIC') } });
      expect(accepted).toBe(0);
    },
  );

  it('opens none where a name that was public a moment ago has come to mean this machine', async () => {
    let asked = 0;
    const rebinding: Resolve = (name, callback) => {
      asked += 1;
      resolvingTo(asked === 1 ? '203.0.114.1' : '127.0.0.1')(name, callback);
    };
    // Whoever checks a name before the connection sees the public address; the connection itself sees the other.
    rebinding('rebinding.example', (_error, [first]) => expect(isPublicAddress(first?.address ?? '')).toBe(true));
    accepted = 0;
    const failure = await get('rebinding.example', rebinding);
    expect(failure).toMatchObject({ detail: { message: expect.stringContaining('ERR_ADDRESS_NOT_PUBLIC') } });
    expect(asked).toBe(2);
    expect(accepted).toBe(0);
  });
});
