// Times the reference implementation (npm jsonata) on expressions over one input: {expressions, input} in a file named on the command
// line; {version, results: {name: {microseconds, value}}} on standard output. JSONATA_DIR names the package's folder.
'use strict';
const fs = require('fs');
const path = require('path');
const folder = process.env.JSONATA_DIR ? path.resolve(process.env.JSONATA_DIR) : path.dirname(require.resolve('jsonata/package.json'));
const jsonata = require(folder);
const { expressions, input, budget } = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

(async () => {
  const bindings = { states: { input } };
  const results = {};
  for (const [name, text] of Object.entries(expressions)) {
    const expression = jsonata(text);
    let value;
    const times = [];
    const end = process.hrtime.bigint() + BigInt(Math.round(budget * 1e6));
    while (times.length < 60 || (process.hrtime.bigint() < end && times.length < 20000)) {
      const start = process.hrtime.bigint();
      value = await expression.evaluate(null, bindings);
      times.push(Number(process.hrtime.bigint() - start) / 1000);
    }
    const warm = times.slice(times.length >> 1).sort((a, b) => a - b);
    results[name] = { microseconds: warm[warm.length >> 1], value };
  }
  console.log(JSON.stringify({ version: require(path.join(folder, 'package.json')).version, results }));
})();
