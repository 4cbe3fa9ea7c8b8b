// Runs one command to its end and says how it went; output is passed through, or captured where the caller
// wants to print it only on failure.
import { spawn } from 'node:child_process';

/**
 * @param {string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, capture?: boolean, limitMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runCommand([program = '', ...args], { cwd, env, capture = false, limitMs } = {}) {
  return new Promise((resolve) => {
    /** @type {import('node:child_process').SpawnOptions} */
    const options = { cwd, env, stdio: capture ? ['ignore', 'pipe', 'pipe'] : 'inherit', timeout: limitMs };
    const child = spawn(program, args, options);
    let output = '';
    const collect = (/** @type {Buffer} */ chunk) => (output += chunk.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: `${program}: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
