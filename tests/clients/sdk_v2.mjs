// The TypeScript SDK 2.x: both eras, asked for (legacy), found out (auto) and insisted on (pin).
import { expect } from './bounded.mjs';
import { listAndCall, load, refusesStranger, seesProgress, timeout } from './sdk.mjs';

const { Client, SSEClientTransport, StreamableHTTPClientTransport } = await load('@modelcontextprotocol/client');
const { StdioClientTransport } = await load('@modelcontextprotocol/client/stdio');

const transports = {
  stdio: (way) => new StdioClientTransport({ command: way.command, args: way.args, stderr: 'ignore' }),
  http: (way) => new StreamableHTTPClientTransport(new URL(way.url), { requestInit: { headers: way.headers } }),
  sse: (way) => new SSEClientTransport(new URL(way.url), { requestInit: { headers: way.headers } }),
};
const modes = [
  { mode: 'legacy', era: 'legacy' },
  { mode: 'auto', era: 'modern' },
  { mode: { pin: '2026-07-28' }, era: 'modern' },
];

async function connected(needs, { mode, era }, server, then) {
  const client = new Client({ name: 'tier0-tests', version: '1.0.0' }, { versionNegotiation: { mode } });
  await client.connect(transports[needs](server.ways[needs]));
  try {
    expect(client.getProtocolEra() === era, `the ${era} era, got ${client.getProtocolEra()}`);
    await then(client);
  } finally {
    await client.close();
  }
}

const callsWithProgress = (client, server) =>
  seesProgress((options) => client.callTool({ name: server.progress, arguments: {} }, options));

async function goesOnAfterCancel(client, server) {
  const stop = new AbortController();
  const call = client.callTool({ name: server.progress, arguments: {} }, { ...timeout, signal: stop.signal });
  stop.abort();
  await call.then(
    () => expect(false, 'a cancelled call to be rejected'),
    () => {},
  );
  await listAndCall(client, server);
}

const label = (mode) => mode.pin ?? mode;

export const v2Cases = ['stdio', 'http'].flatMap((needs) =>
  modes.flatMap((mode) => [
    {
      name: `SDK v2 over ${needs}, ${label(mode.mode)}, lists and calls`,
      needs,
      run: (server) => connected(needs, mode, server, (client) => listAndCall(client, server)),
    },
    {
      name: `SDK v2 over ${needs}, ${label(mode.mode)}, sees progress`,
      needs,
      wants: 'progress',
      run: (server) => connected(needs, mode, server, (client) => callsWithProgress(client, server)),
    },
    {
      name: `SDK v2 over ${needs}, ${label(mode.mode)}, goes on after a cancelled call`,
      needs,
      wants: 'progress',
      run: (server) => connected(needs, mode, server, (client) => goesOnAfterCancel(client, server)),
    },
  ]),
);
v2Cases.push({
  name: 'SDK v2 over sse lists and calls',
  needs: 'sse',
  run: (server) => connected('sse', modes[0], server, (client) => listAndCall(client, server)),
});
v2Cases.push(
  ...modes.map((mode) => ({
    name: `SDK v2 over http, ${label(mode.mode)}, is refused without a good token`,
    needs: 'http',
    wants: 'tokens',
    run: (server) =>
      refusesStranger((headers) =>
        connected('http', mode, { ways: { http: { url: server.ways.http.url, headers } } }, async () => {})),
  })),
);
