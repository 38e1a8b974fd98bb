// check.mjs EXPECTED FOLDER=SCENARIOS… : counts the checks that the suite left in each folder, which
// must hold so many scenarios. A failure or a warning is an error unless a line "scenario check" of
// the file EXPECTED names it; a line there whose check no longer fails is an error too.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

const [expectedFile, ...folders] = process.argv.slice(2);
const expected = new Set(readFileSync(expectedFile, 'utf8').split('\n').filter((line) => line && !line.startsWith('#')));
const failed = new Set();
let bad = false;

function complain(text) {
  bad = true;
  console.log(text);
}

for (const [folder, scenarios] of folders.map((argument) => argument.split('='))) {
  const counts = {};
  const runs = existsSync(folder) ? readdirSync(folder) : [];
  if (runs.length !== Number(scenarios)) complain(`${folder}: ${runs.length} scenarios were played, not ${scenarios}`);
  for (const run of runs) {
    const scenario = run.replace(/^server-/, '').replace(/-\d{4}-\d{2}-\d{2}T.*$/, '');
    const checks = JSON.parse(readFileSync(join(folder, run, 'checks.json'), 'utf8'));
    if (checks.length === 0) complain(`${scenario}: checked nothing`);
    for (const check of checks) {
      counts[check.status] = (counts[check.status] ?? 0) + 1;
      if (check.status !== 'FAILURE' && check.status !== 'WARNING') continue;
      const name = `${scenario} ${check.id}`;
      failed.add(name);
      if (!expected.has(name)) complain(`${name}: ${check.status}: ${check.errorMessage}`);
    }
  }
  console.log(`${folder.split('/').pop()}: ${runs.length} scenarios, ${JSON.stringify(counts)}`);
}
for (const name of expected)
  if (!failed.has(name)) complain(`${name}: passes by now; take it out of ${expectedFile}`);
process.exit(bad ? 1 : 0);
