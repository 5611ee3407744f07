// Evaluates expressions with the reference implementation (npm jsonata), for comparison.
// One JSON object a line in: {expr, input?, bindings}; one a line out: {value} | {} (no value) | {error, message}.
// JSONATA_DIR names the package's folder where require does not find it.
'use strict';
const path = require('path');
const jsonata = require(process.env.JSONATA_DIR ? path.resolve(process.env.JSONATA_DIR) : 'jsonata');
const timeout = 3000;
const stack = 1000;

// A function, an infinite number or NaN is no JSON, whatever JSON.stringify makes of it.
function isJson(value) {
  if (value === undefined || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'function') return false;
  if (typeof value !== 'object') return true;
  if (value._jsonata_lambda || value._jsonata_function) return false;
  return (Array.isArray(value) ? value : Object.values(value)).every(isJson);
}

async function answer({ expr, input, bindings }) {
  try {
    const value = await jsonata(expr, { timeout, stack }).evaluate(input, bindings);
    if (!isJson(value)) return { error: 'not JSON' };
    return value === undefined ? {} : { value };
  } catch (e) {
    return { error: String(e.code || e.name || 'Error'), message: String(e.message) };
  }
}

require('readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  let text;
  try {
    text = JSON.stringify(await answer(JSON.parse(line)));
  } catch (e) {
    text = JSON.stringify({ error: String(e.name), message: String(e.message) });
  }
  process.stdout.write(text + '\n');
});
