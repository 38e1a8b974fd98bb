// Every case is one client against one server. A case is {name, needs, run(server)}: `needs` is the way to the server (stdio,
// http, sse), `wants` what the server must offer besides, so that a case which cannot fail is not played.
import { rmSync } from 'node:fs';
import { conformanceServer, sandboxServer } from './servers.mjs';
import { inspectorCases } from './inspector.mjs';
import { v1Cases } from './sdk_v1.mjs';
import { v2Cases } from './sdk_v2.mjs';
import { bounded } from './bounded.mjs';

const words = process.argv.slice(2);
const failures = [];
let passed = 0;

async function play(server, item) {
  const name = `${server.name}: ${item.name}`;
  if (!words.every((word) => name.includes(word))) return;
  const begun = performance.now();
  try {
    await bounded(item.run(server), 150_000, name);
    passed += 1;
    console.log(`ok    ${name} (${Math.round(performance.now() - begun)} ms)`);
  } catch (error) {
    failures.push(name);
    console.log(`FAIL  ${name}\n      ${String(error?.stack ?? error).replaceAll('\n', '\n      ')}`);
  }
}

for (const make of [conformanceServer, sandboxServer]) {
  let server;
  try {
    server = await make();
    if (!server) continue;
    for (const item of [...v1Cases, ...v2Cases, ...inspectorCases])
      if (item.needs in server.ways && (!item.wants || server[item.wants])) await play(server, item);
  } catch (error) {
    failures.push(make.name);
    console.log(`FAIL  ${make.name}: ${error?.stack ?? error}`);
  } finally {
    await server?.stop();
    if (server?.folder) rmSync(server.folder, { recursive: true, force: true });
  }
}

console.log(`${passed} passed, ${failures.length} failed`);
process.exit(failures.length === 0 && passed > 0 ? 0 : 1);
