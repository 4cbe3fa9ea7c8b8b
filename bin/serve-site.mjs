// Serves the built site and prints its address. PORT and HOST choose where; the next free port if it is taken.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { serveDirectory } from './static-server.mjs';

const directory = fileURLToPath(new URL('../build', import.meta.url));
const port = Number(process.env.PORT ?? 4173);

if (!existsSync(directory)) {
  console.error('There is no built site yet. Run npm run build first.');
  process.exit(1);
}
if (!Number.isInteger(port) || port < 0 || port > 65535) {
  console.error(`PORT is ${process.env.PORT}; it must be a whole number from 0 to 65535.`);
  process.exit(1);
}
const { address } = await serveDirectory({ directory, port, host: process.env.HOST ?? 'localhost' });
console.log(`Spillway is at ${address} (Ctrl-C stops it).`);
