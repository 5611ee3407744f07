import * as arrow from 'apache-arrow';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const parquet = require('parquet-wasm/node');
const { Field, Utf8, Int32, Int64, Bool, Float64, List, Struct, Map_, TimestampMillisecond, TimestampMicrosecond, DateDay, Binary, Decimal, Schema, vectorFromArray } = arrow;
const n = 5;
const rows = Array.from({length: n}, (_, i) => i);
const columns = {
  id: vectorFromArray(rows.map(i => BigInt(i) * 10000000000n), new Int64()),
  name: vectorFromArray(rows.map(i => i === 2 ? null : `näme ${i % 2}`), new Utf8()),
  ok: vectorFromArray(rows.map(i => i % 2 === 0), new Bool()),
  amount: vectorFromArray(rows.map(i => i / 4), new Float64()),
  day: vectorFromArray(rows.map(i => new Date(Date.UTC(2024, 0, 1 + i))), new DateDay()),
  at: vectorFromArray(rows.map(i => new Date(Date.UTC(2024, 0, 1, 2, 3, 4, i))), new TimestampMillisecond('UTC')),
  raw: vectorFromArray(rows.map(i => new Uint8Array([i, 255])), new Binary()),
  tags: vectorFromArray(rows.map(i => i === 1 ? null : Array.from({length: i}, (_, k) => k === 1 ? null : `t${k}`)), new List(new Field('item', new Utf8(), true))),
  place: vectorFromArray(rows.map(i => i === 3 ? null : ({ city: `c${i}`, at: [{x: i}, {x: null}].slice(0, i) })), new Struct([new Field('city', new Utf8(), true), new Field('at', new List(new Field('item', new Struct([new Field('x', new Int32(), true)]), true)), true)])),
  grid: vectorFromArray(rows.map(i => [[i], [], [i, i + 1]].slice(0, i)), new List(new Field('item', new List(new Field('item', new Int32(), true)), true))),
  counts: vectorFromArray(rows.map(i => new Map([['a', i], ['b', i * 2]].slice(0, i))), new Map_(new Field('entries', new Struct([new Field('key', new Utf8(), false), new Field('value', new Int32(), true)]), false))),
};
const table = new arrow.Table(columns);
const ipc = arrow.tableToIPC(table, 'stream');
for (const [name, compression] of [['snappy', parquet.Compression.SNAPPY], ['zstd', parquet.Compression.ZSTD]]) {
  const wasm = parquet.Table.fromIPCStream(ipc);
  const props = new parquet.WriterPropertiesBuilder().setCompression(compression).setMaxRowGroupSize(3).build();
  const bytes = parquet.writeParquet(wasm, props);
  writeFileSync(`arrow-${name}.parquet`, bytes);
}
