// Malloy counts itself, over the view of accidents: the first two queries of group.sql in its words. See run.
'use strict'
const { SingleConnectionRuntime } = require('@malloydata/malloy')
const { PostgresConnection } = require('@malloydata/db-postgres')

async function main() {
  const connection = new PostgresConnection('emgov', {}, { host: 'localhost', port: Number(process.argv[2]), username: 'clients_reader', password: 'clients_reader', databaseName: 'emgov_clients' })
  const runtime = new SingleConnectionRuntime({ connection })
  const asked = ['count()', 'sum(deaths)']
  for (let i = 0; i < asked.length; i++) {
    const result = await runtime.loadQuery(`run: emgov.table('ledger_report.accident') -> {
      where: occurred_on >= @2022-01-01
      group_by: y is year(occurred_on)
      aggregate: n is ${asked[i]}
      order_by: y
    }`).run()
    for (const row of result.data.toObject()) console.log(['G', i + 1, row.y, row.n].join('\t'))
  }
  await connection.close()
}

main().then(() => process.exit(0), error => { console.error(error.message); process.exit(1) })
