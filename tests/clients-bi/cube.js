// Cube, a server of measures: the first two queries of group.sql over HTTP. See run; the arguments are the
// port of PostgreSQL and the directory that holds node_modules, in which the model is written.
'use strict'
const fs = require('fs')
const [port, work] = process.argv.slice(2)
process.chdir(work)
Object.assign(process.env, { CUBEJS_DB_TYPE: 'postgres', CUBEJS_DB_HOST: 'localhost', CUBEJS_DB_PORT: port, CUBEJS_DB_NAME: 'emgov_clients', CUBEJS_DB_USER: 'clients_reader',
  CUBEJS_DB_PASS: 'clients_reader', CUBEJS_CACHE_AND_QUEUE_DRIVER: 'memory', CUBEJS_DEV_MODE: 'false', NODE_ENV: 'production', CUBEJS_API_SECRET: 'secret',
  CUBEJS_TELEMETRY: 'false', CUBEJS_LOG_LEVEL: 'error', CUBEJS_SCHEDULED_REFRESH_TIMER: 'false', PORT: String(20000 + process.pid % 10000) })
fs.mkdirSync('schema', { recursive: true })
fs.writeFileSync('schema/Accident.js', `cube('Accident', {
  sql: 'SELECT * FROM ledger_report.accident',
  measures: { n: { type: 'count' }, deaths: { sql: 'deaths', type: 'sum' } },
  dimensions: { day: { sql: '(occurred_on::timestamp)', type: 'time' }, area: { sql: 'area_code', type: 'string' } }
})`)
const CubejsServer = require('@cubejs-backend/server')

async function load(query) {
  for (let i = 0; i < 60; i++) {
    const response = await fetch(`http://localhost:${process.env.PORT}/cubejs-api/v1/load?query=${encodeURIComponent(JSON.stringify(query))}`)
    const answer = await response.json()
    if (answer.data) return answer.data
    if (answer.error !== 'Continue wait') throw new Error(answer.error)
  }
  throw new Error('no answer')
}

async function main() {
  const log = console.log
  console.log = console.info = () => {}
  await new CubejsServer({ checkAuth: () => {}, logger: () => {} }).listen()
  const measures = ['Accident.n', 'Accident.deaths']
  for (let i = 0; i < measures.length; i++) {
    const rows = await load({ measures: [measures[i]], timeDimensions: [{ dimension: 'Accident.day', granularity: 'year', dateRange: ['2022-01-01', '2024-12-31'] }], order: { 'Accident.day': 'asc' } })
    for (const row of rows) log(['G', i + 1, row['Accident.day.year'].slice(0, 4), row[measures[i]]].join('\t'))
  }
}

main().then(() => process.exit(0), error => { console.error(error.message); process.exit(1) })
