import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveDirectory } from '../../bin/static-server.mjs';

let folder: string;
let served: Awaited<ReturnType<typeof serveDirectory>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-server-'));
  const site = join(folder, 'site');
  mkdirSync(join(site, 'lab'), { recursive: true });
  writeFileSync(join(site, 'index.html'), 'home');
  writeFileSync(join(site, 'lab', 'index.html'), 'lab');
  writeFileSync(join(site, 'app.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  mkdirSync(join(folder, 'site-private'));
  writeFileSync(join(folder, 'site-private', 'secret.txt'), 'secret');
  served = await serveDirectory({ directory: site, port: 0 });
});
afterAll(() => {
  served.close();
  rmSync(folder, { recursive: true });
});

/** The path as it is, which `fetch` would tidy before sending it. */
function get(path: string, method = 'GET') {
  const { hostname, port } = new URL(served.address);
  return new Promise<{ status: number; type: string; location: string; body: string }>((resolve, reject) => {
    const sent = request({ hostname, port, path, method }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        const { 'content-type': type = '', location = '' } = response.headers;
        resolve({ status: response.statusCode ?? 0, type, location, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('a folder answers with its page, without a slash it redirects there', async () => {
  expect(await get('/')).toMatchObject({ status: 200, type: 'text/html; charset=utf-8', body: 'home' });
  expect(await get('/lab/')).toMatchObject({ status: 200, body: 'lab' });
  expect(await get('/lab?embed=1')).toMatchObject({ status: 308, location: '/lab/?embed=1' });
});

test('a script has the type that a module needs', async () => {
  expect(await get('/app.js')).toMatchObject({ status: 200, type: 'text/javascript; charset=utf-8' });
});

test.each([
  '/missing',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/..%2fsite-private/secret.txt',
])('%s is not found', async (path) => {
  const { status, body } = await get(path);
  expect(status).toBe(404);
  expect(body).not.toContain('secret');
});

test('a path that cannot be decoded is not found', async () => {
  expect((await get('/%zz')).status).toBe(404);
});

test('only reading is allowed', async () => {
  expect((await get('/', 'POST')).status).toBe(405);
  expect(await get('/', 'HEAD')).toMatchObject({ status: 200, body: '' });
});

test('a taken port leads to the next free one', async () => {
  const taken = Number(new URL(served.address).port);
  const second = await serveDirectory({ directory: join(folder, 'site'), port: taken });
  expect(Number(new URL(second.address).port)).toBeGreaterThan(taken);
  second.close();
});
