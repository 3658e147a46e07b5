// node's pg. See run. What it gives as a Date is a moment; a date is midnight where the program runs.
'use strict'
const { Client, types } = require('pg')
const fs = require('fs')

const names = { 16: 'boolean', 20: 'bigint', 23: 'integer', 1043: 'varchar', 1082: 'date', 1184: 'timestamptz', 1700: 'numeric' }
const two = n => String(n).padStart(2, '0')

function text(value, field) {
  if (value === null) return '\\N'
  if (typeof value === 'boolean') return value ? 't' : 'f'
  if (value instanceof Date) {
    return field.dataTypeID === 1082
      ? `${String(value.getFullYear()).padStart(4, '0')}-${two(value.getMonth() + 1)}-${two(value.getDate())}`
      : value.toISOString().replace('T', ' ').replace(/\.\d+Z$/, '+00')
  }
  return String(value).replace(/\\/g, '\\\\').replace(/\t/g, '\\t').replace(/\n/g, '\\n').replace(/\r/g, '\\r')
}

function kind(field) {
  const name = names[field.dataTypeID] || 'unknown ' + field.dataTypeID, size = field.dataTypeModifier - 4
  if (name === 'varchar') return `varchar(${size})`
  return name === 'numeric' ? `numeric(${size >> 16},${size & 0x7ff})` : name
}

async function main() {
  const client = new Client({ host: 'localhost', user: 'clients_reader', password: 'clients_reader' })
  const out = []
  await client.connect()
  const chosen = new Set(fs.readFileSync(process.argv[3], 'utf8').split('\n'))
  const relations = await client.query(`SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema LIKE 'ledger%'`)
  const comments = await client.query(`SELECT n.nspname, c.relname, coalesce(a.attname, '') AS attname, d.description FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0
    WHERE n.nspname LIKE 'ledger_report%'`)
  for (const c of comments.rows) out.push(['C', c.nspname, c.relname, c.attname, c.description].join('\t'))
  for (const { table_schema: schema, table_name: relation } of relations.rows) {
    out.push(['R', schema, relation].join('\t'))
    const result = await client.query({ text: `SELECT * FROM "${schema}"."${relation}"${chosen.has(schema + '\t' + relation) ? '' : ' LIMIT 0'}`, rowMode: 'array' })
    for (const field of result.fields) out.push(['T', schema, relation, field.name, kind(field)].join('\t'))
    if (result.rows.length > 4000) out.push(['V', schema, relation, result.rows.length].join('\t'))
    else for (const row of result.rows) out.push(['V', schema, relation, ...row.map((value, i) => text(value, result.fields[i]))].join('\t'))
  }
  let number = 0
  for (const query of fs.readFileSync(process.argv[2], 'utf8').split('\n').filter(line => line.startsWith('SELECT'))) {
    number++
    const result = await client.query({ text: query, rowMode: 'array' })
    for (const row of result.rows) out.push(['G', number, ...row.map((value, i) => text(value, result.fields[i]))].join('\t'))
  }
  await client.end()
  process.stdout.write(out.join('\n') + '\n')
}

main().catch(error => { console.error(error.message); process.exit(1) })
