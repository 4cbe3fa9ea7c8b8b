// A static file server for the built site, in the manner of a static host: index.html for folders, 404.html for
// what is missing, the right types, nothing outside its folder. It sets no security headers, because the page's
// own policy must do without them.
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

/** @type {Record<string, string>} */
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

/** @param {string} directory @param {string} url */
async function findFile(directory, url) {
  const [pathname = '/', query] = url.split('?', 2);
  const search = query === undefined ? '' : `?${query}`;
  let path;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    return null;
  }
  const wanted = normalize(join(directory, path));
  if (wanted !== normalize(directory) && !wanted.startsWith(normalize(directory + sep))) return null;
  for (const candidate of path.endsWith('/') ? [join(wanted, 'index.html')] : [wanted, `${wanted}.html`]) {
    const found = await stat(candidate).catch(() => null);
    if (found?.isFile()) return { file: candidate };
    if (found?.isDirectory()) return { redirect: `${pathname}/${search}` };
  }
  return null;
}

/** @param {string} directory @returns {import('node:http').RequestListener} */
function answerFrom(directory) {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { allow: 'GET, HEAD' }).end();
      return;
    }
    const found = await findFile(directory, request.url ?? '/');
    if (found?.redirect) {
      response.writeHead(308, { location: found.redirect }).end();
      return;
    }
    const fallback = join(directory, '404.html');
    const hasFallback = found ? false : (await stat(fallback).catch(() => null)) !== null;
    const file = found?.file ?? (hasFallback ? fallback : null);
    if (!file) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not found.\n');
      return;
    }
    const immutable = file.includes(`${sep}immutable${sep}`);
    response.writeHead(found ? 200 : 404, {
      'content-type': types[extname(file)] ?? 'application/octet-stream',
      'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  };
}

/**
 * Serves `directory` on `port`, or on the next free one, and resolves to the address.
 * @param {{ directory: string, port: number, host?: string }} options
 */
export async function serveDirectory({ directory, port, host = 'localhost' }) {
  const server = createServer(answerFrom(directory));
  for (let candidate = port; candidate < port + 100; candidate += 1) {
    const error = await new Promise((resolve) => {
      server.once('error', resolve);
      server.listen(candidate, host, () => {
        server.off('error', resolve);
        resolve(null);
      });
    });
    if (!error) {
      const bound = server.address();
      const boundPort = typeof bound === 'object' && bound ? bound.port : candidate;
      return { address: `http://${host}:${boundPort}/`, close: () => server.close() };
    }
    if (error.code !== 'EADDRINUSE') throw error;
  }
  throw new Error(`No free port between ${port} and ${port + 99}.`);
}
