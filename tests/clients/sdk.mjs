// What every SDK client does with a server.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { expect } from './bounded.mjs';

// The packages lie outside the tree, so their names are resolved from there.
const require = createRequire(join(process.env.TIER0_CLIENTS, 'any.js'));
export const load = (name) => import(pathToFileURL(require.resolve(name)));

export const timeout = { timeout: 20_000 };

export async function listAndCall(client, server) {
  const { tools } = await client.listTools(undefined, timeout);
  expect(tools.some((tool) => tool.name === server.call.name), `${server.call.name} among ${tools.length} tools`);
  const { name, arguments: args, text } = server.call;
  const result = await client.callTool({ name, arguments: args });
  const said = result.content?.map((block) => block.text ?? '').join('\n');
  expect(!result.isError && text.test(said), `a result like ${text}, got ${JSON.stringify(result).slice(0, 500)}`);
}

export async function seesProgress(call) {
  const seen = [];
  await call({ ...timeout, onprogress: (progress) => seen.push(progress.progress) });
  expect(seen.length >= 2 && seen.every((value, i) => i === 0 || value > seen[i - 1]), `rising progress, got ${seen}`);
}

// `connect` is refused for a client whose token nobody has.
export async function refusesStranger(connect) {
  const outcome = await connect({ Authorization: 'Bearer t0_nobody' }).then(() => 'connected', (error) => `${error.code ?? error.status} ${error}`);
  expect(outcome !== 'connected' && /401|Unauthorized|token is not known/i.test(outcome), `a 401, got ${outcome}`);
}
