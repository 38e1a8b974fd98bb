// check.mjs EXPECTED FOLDER… : counts the checks that the suite left in each folder. A failure or a
// warning is an error unless the file EXPECTED names its scenario; a name there that no longer fails
// is an error too.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const [expectedFile, ...folders] = process.argv.slice(2);
const expected = new Set(readFileSync(expectedFile, 'utf8').split('\n').filter((line) => line && !line.startsWith('#')));
const failed = new Set();
let bad = false;

for (const folder of folders) {
  const counts = {};
  const runs = existsSync(folder) ? readdirSync(folder) : [];
  if (runs.length === 0) {
    console.log(`${folder}: the suite left no results`);
    bad = true;
  }
  for (const run of runs) {
    const scenario = run.replace(/^server-/, '').replace(/-\d{4}-\d{2}-\d{2}T.*$/, '');
    for (const check of JSON.parse(readFileSync(join(folder, run, 'checks.json'), 'utf8'))) {
      counts[check.status] = (counts[check.status] ?? 0) + 1;
      if (check.status !== 'FAILURE' && check.status !== 'WARNING') continue;
      failed.add(scenario);
      if (expected.has(scenario)) continue;
      bad = true;
      console.log(`${scenario}: ${check.status} ${check.id}: ${check.errorMessage}`);
    }
  }
  console.log(`${folder.split('/').pop()}: ${runs.length} scenarios, ${JSON.stringify(counts)}`);
}
for (const scenario of expected) {
  if (failed.has(scenario)) continue;
  bad = true;
  console.log(`${scenario}: passes by now; take it out of ${expectedFile}`);
}
process.exit(bad ? 1 : 0);
