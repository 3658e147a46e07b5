// DuckDB over the rows of bench/dashboard.sh, as CSV files of a directory.
//   node bench/duckdb.js times DIRECTORY RUNS            ms of each query of bench/dashboard.tsv: the clock, the processor; medians
//   node bench/duckdb.js answers DIRECTORY               the rows of each, a file DIRECTORY/duckdb.N
//   node bench/duckdb.js written DIRECTORY SECONDS       single rows by eight connections into a file: rows a second, us of the processor each
//   node bench/duckdb.js bytes DIRECTORY                 of a file with the rows
const { DuckDBInstance } = require('@duckdb/node-api');
const fs = require('fs');
const [what, directory, number] = process.argv.slice(2);
const queries = fs.readFileSync(__dirname + '/dashboard.tsv', 'utf8').trim().split('\n').map((line) => line.split('\t')[1]);
const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)].toFixed(1);
const open = async (file) => (await DuckDBInstance.create(file, { threads: '2' }));
const fill = async (connection) => {
    await connection.run(`CREATE TABLE accident (division INT NOT NULL, category TEXT NOT NULL, occurred_on DATE NOT NULL, deaths INT, loss DECIMAL(14,2)); COPY accident FROM '${directory}/accident.csv'`);
    await connection.run(`CREATE TABLE division (code INT, zone TEXT); COPY division FROM '${directory}/division.csv'`);
};
const rows = async (connection, query) => (await connection.runAndReadAll(query)).getRows();
const run = {
    async times() {
        const connection = await (await open(':memory:')).connect();
        const began = process.hrtime.bigint();
        await fill(connection);
        fs.writeFileSync(directory + '/duckdb.load', (Number(process.hrtime.bigint() - began) / 1e6).toFixed(1) + '\n');
        for (const query of queries) {
            const clock = [], processor = [];
            for (let r = 0; r <= number; r++) {
                const start = process.hrtime.bigint(), before = process.cpuUsage();
                await rows(connection, query);
                const used = process.cpuUsage(before);
                if (r > 0) clock.push(Number(process.hrtime.bigint() - start) / 1e6), processor.push((used.user + used.system) / 1e3);
            }
            console.log(median(clock), median(processor));
        }
    },
    async answers() {
        const connection = await (await open(':memory:')).connect();
        await fill(connection);
        for (const [n, query] of queries.entries())
            fs.writeFileSync(`${directory}/duckdb.${n + 1}`, (await rows(connection, query)).map((row) => row.map((v) => v === null ? '' : String(v)).join(',') + '\n').join(''));
    },
    async written() {
        const instance = await open(directory + '/written.duckdb');
        await (await instance.connect()).run("CREATE SEQUENCE s; CREATE TABLE written (id BIGINT DEFAULT nextval('s') PRIMARY KEY, division INT NOT NULL, category TEXT NOT NULL, occurred_on DATE NOT NULL, deaths INT, loss DECIMAL(14,2))");
        let count = 0;
        const before = process.cpuUsage(), start = process.hrtime.bigint(), end = Date.now() + number * 1000;
        await Promise.all(Array.from({ length: 8 }, async () => {
            const connection = await instance.connect();
            while (Date.now() < end) {
                const n = 1 + Math.floor(Math.random() * 1000000);
                await connection.run(`INSERT INTO written (division, category, occurred_on, deaths, loss) VALUES (${n % 6}, 'road', DATE '2024-01-01' + ${n % 366}, 1, 10)`);
                count++;
            }
        }));
        const used = process.cpuUsage(before);
        console.log((count * 1e9 / Number(process.hrtime.bigint() - start)).toFixed(1), ((used.user + used.system) / count).toFixed(1));
    },
    async bytes() {
        const connection = await (await open(directory + '/rows.duckdb')).connect();
        await fill(connection);
        await connection.run('CHECKPOINT');
        console.log(fs.statSync(directory + '/rows.duckdb').size);
    },
};
run[what]();
