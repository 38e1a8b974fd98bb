// MCP Inspector's command line, a process a call.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bounded, expect } from './bounded.mjs';

const inspector = join(
  process.env.TIER0_CLIENTS, '@modelcontextprotocol', 'inspector', 'clients', 'launcher', 'build', 'index.js');
const eras = ['legacy', 'auto', 'modern'];

function target(needs, way) {
  if (needs === 'stdio') return [way.command, ...way.args];
  const headers = Object.entries(way.headers ?? {}).map(([name, value]) => `${name}: ${value}`);
  return [...(headers.length ? ['--header', ...headers] : []),
          '--transport', needs, '--server-url', way.url];
}

/// Its home is a folder of its own, because it keeps a catalogue there.
async function inspect(needs, server, options) {
  const home = mkdtempSync(join(tmpdir(), 'tier0-inspector-'));
  const child = spawn(process.execPath,
    [inspector, '--cli', ...target(needs, server.ways[needs]), ...options, '--format', 'json', '--stored-auth-only'],
    { env: { PATH: process.env.PATH, HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (bytes) => { out += bytes; });
  child.stderr.on('data', (bytes) => { err += bytes; });
  try {
    const code = await bounded(new Promise((resolve) => child.once('close', resolve)), 120_000, 'the inspector to end');
    expect(code === 0, `exit 0, got ${code}: ${err.slice(0, 2000)}`);
    return JSON.parse(out);
  } finally {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
}

async function list(needs, server, options) {
  const strict = server.strict ? ['--strict'] : [];
  const result = await inspect(needs, server, ['--method', 'tools/list', ...strict, ...options]);
  const tools = result.tools ?? result.result?.tools;
  expect(tools?.some((tool) => tool.name === server.call.name), `${server.call.name} in ${JSON.stringify(result).slice(0, 300)}`);
}

async function call(needs, server, options) {
  const { name, arguments: args, text } = server.call;
  const result = await inspect(needs, server,
    ['--method', 'tools/call', '--tool-name', name, '--tool-args-json', JSON.stringify(args), ...options]);
  expect(text.test(JSON.stringify(result)), `a result like ${text}, got ${JSON.stringify(result).slice(0, 500)}`);
}

export const inspectorCases = ['stdio', 'http', 'sse'].flatMap((needs) =>
  // HTTP+SSE has no modern era.
  (needs === 'sse' ? ['legacy'] : eras).flatMap((era) => [
    {
      name: `Inspector over ${needs}, ${era}, lists`,
      needs,
      run: (server) => list(needs, server, ['--protocol-era', era]),
    },
    {
      name: `Inspector over ${needs}, ${era}, calls`,
      needs,
      run: (server) => call(needs, server, ['--protocol-era', era]),
    },
  ]),
);
