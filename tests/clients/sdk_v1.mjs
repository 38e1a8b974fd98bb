// The TypeScript SDK 1.x: revisions with a handshake, over every transport.
import { expect } from './bounded.mjs';
import { listAndCall, load, refusesStranger, seesProgress } from './sdk.mjs';

const { Client } = await load('@modelcontextprotocol/sdk/client/index.js');
const { StdioClientTransport } = await load('@modelcontextprotocol/sdk/client/stdio.js');
const { StreamableHTTPClientTransport } = await load('@modelcontextprotocol/sdk/client/streamableHttp.js');
const { SSEClientTransport } = await load('@modelcontextprotocol/sdk/client/sse.js');
const { CallToolResultSchema } = await load('@modelcontextprotocol/sdk/types.js');

const transports = {
  stdio: (way) => new StdioClientTransport({ command: way.command, args: way.args, stderr: 'ignore' }),
  http: (way) => new StreamableHTTPClientTransport(new URL(way.url), { requestInit: { headers: way.headers } }),
  sse: (way) => new SSEClientTransport(new URL(way.url), { requestInit: { headers: way.headers } }),
};

async function connected(needs, server, then) {
  const client = new Client({ name: 'tier0-tests', version: '1.0.0' });
  const transport = transports[needs](server.ways[needs]);
  await client.connect(transport);
  try {
    await then(client, transport);
  } finally {
    await client.close();
  }
}

async function reportsProgress(client, server) {
  await seesProgress((options) =>
    client.callTool({ name: server.progress, arguments: {} }, CallToolResultSchema, options));
}

async function endsSession(client, server, transport) {
  expect(transport.sessionId, 'a session id');
  await transport.terminateSession();
  expect(!transport.sessionId, 'no session id after DELETE');
}

const strangerOf = (server, needs, headers) => ({ ways: { [needs]: { url: server.ways[needs].url, headers } } });

export const v1Cases = [
  ...Object.keys(transports).map((needs) => ({
    name: `SDK v1 over ${needs} lists and calls`,
    needs,
    run: (server) => connected(needs, server, (client) => listAndCall(client, server)),
  })),
  ...['http', 'sse', 'stdio'].map((needs) => ({
    name: `SDK v1 over ${needs} sees progress`,
    needs,
    wants: 'progress',
    run: (server) => connected(needs, server, (client) => reportsProgress(client, server)),
  })),
  ...['http', 'sse'].map((needs) => ({
    name: `SDK v1 over ${needs} is refused without a good token`,
    needs,
    wants: 'tokens',
    run: (server) => refusesStranger((headers) => connected(needs, strangerOf(server, needs, headers), async () => {})),
  })),
  {
    name: 'SDK v1 over http ends its session',
    needs: 'http',
    run: (server) => connected('http', server, (client, transport) => endsSession(client, server, transport)),
  },
];
