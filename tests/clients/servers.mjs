// The servers under test. `ways` says how each is reached: by HTTP, HTTP+SSE or stdio.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { bounded } from './bounded.mjs';

const build = process.env.TIER0_BUILD;

/// Starts a program and waits until it says `listening URL` on stderr.
async function listen(command, args) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const said = [];
  const url = new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line);
      const found = line.match(/^listening (http:\S+)/);
      if (found) resolve(found[1]);
    });
    child.once('error', reject);
    ended.then((code) => reject(new Error(`${command} ended with ${code}: ${said.join('\n')}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    // A server that does not end on SIGTERM is a fault of its own.
    await bounded(ended, 15_000, `${command} to end`).catch((error) => {
      child.kill('SIGKILL');
      throw error;
    });
  };
  return { url: await bounded(url, 30_000, `${command} to listen`), stop };
}

export async function conformanceServer() {
  const program = join(build, 'conformance-server');
  if (!existsSync(program)) return undefined;
  const { url, stop } = await listen(program, ['--listen', '127.0.0.1:0']);
  return {
    name: 'conformance-server',
    ways: { http: { url }, sse: { url: url.replace(/\/mcp$/, '/sse') } },
    call: { name: 'test_simple_text', arguments: {}, text: /simple text response/ },
    progress: 'test_tool_with_progress',
    // The suite asks for a schema that is legal but not portable.
    strict: false,
    stop,
  };
}

export async function sandboxServer() {
  const program = join(build, 'tier0');
  if (!existsSync(program)) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'tier0-clients-'));
  const state = join(folder, 'http');
  const { url, stop } = await listen(program, ['serve', '--sandbox', '--http', '127.0.0.1:0', '--state', state]);
  const token = tokenOf(state, 'director-gemini');
  const headers = { Authorization: `Bearer ${token}` };
  return {
    name: 'tier0 --sandbox',
    ways: {
      http: { url, headers },
      sse: { url: url.replace(/\/mcp$/, '/sse'), headers },
      stdio: {
        command: program,
        args: ['serve', '--stdio', '--sandbox', '--agent', 'director-gemini', '--state', join(folder, 'stdio')],
      },
    },
    call: { name: 'list-vps', arguments: {}, text: /vps|server|VM/i },
    strict: true,
    tokens: true,
    folder,
    stop,
  };
}

function tokenOf(state, agent) {
  for (const file of [join(state, 'sandbox', 'sandbox-tokens.json'), join(state, 'sandbox-tokens.json')])
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'))[agent];
  throw new Error(`no sandbox-tokens.json in ${state}`);
}
