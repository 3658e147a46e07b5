"""psycopg2: rows by a server's cursor; psycopg 3: everything in the binary protocol. See run."""
import importlib
import pathlib
import sys

driver, queries, chosen = sys.argv[1:]
chosen = set(pathlib.Path(chosen).read_text('utf-8').splitlines())
psycopg = importlib.import_module('psycopg2' if driver == 'psycopg2' else 'psycopg')
conn = psycopg.connect("host=localhost user=clients_reader password=clients_reader")
NAMES = {16: 'boolean', 23: 'integer', 20: 'bigint', 1043: 'varchar', 1082: 'date', 1184: 'timestamptz', 1700: 'numeric'}


def cursor(name=None):
    return conn.cursor(name=name) if driver == 'psycopg2' else conn.cursor(binary=True)


def text(value):
    if value is None:
        return '\\N'
    if isinstance(value, bool):
        return 't' if value else 'f'
    if hasattr(value, 'hour'):
        return value.strftime('%Y-%m-%d %H:%M:%S') + '+00' if value.utcoffset().total_seconds() == 0 else repr(value)
    if hasattr(value, 'isoformat'):
        return value.isoformat()
    return str(value).replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')


def kind(column):
    """The type that the description of a result gives."""
    name = NAMES.get(column.type_code, 'unknown %s' % column.type_code)
    if name == 'varchar':
        return 'varchar(%s)' % (column.internal_size if driver == 'psycopg2' else column.display_size)
    return 'numeric(%s,%s)' % (column.precision, column.scale) if name == 'numeric' else name


with cursor() as cur:
    cur.execute("SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema LIKE 'ledger%'")
    relations = cur.fetchall()
    cur.execute("SELECT n.nspname, c.relname, coalesce(a.attname, ''), d.description FROM pg_description d JOIN pg_class c ON c.oid = d.objoid AND d.classoid = 'pg_class'::regclass "
                "JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND a.attnum > 0 WHERE n.nspname LIKE 'ledger_report%'")
    for row in cur.fetchall():
        print('C', *row, sep='\t')
for schema, relation in relations:
    print('R', schema, relation, sep='\t')
    with cursor('rows') as cur:
        cur.execute('SELECT * FROM "%s"."%s"%s' % (schema, relation, '' if schema + '\t' + relation in chosen else ' LIMIT 0'))
        rows = cur.fetchmany(4001)
        for column in cur.description:
            print('T', schema, relation, column.name, kind(column), sep='\t')
        if len(rows) > 4000:
            number = len(rows)
            while rows:
                rows = cur.fetchmany(4001)
                number += len(rows)
            print('V', schema, relation, number, sep='\t')
        for row in rows:
            print('V', schema, relation, *map(text, row), sep='\t')
number = 0
for query in pathlib.Path(queries).read_text('utf-8').splitlines():
    if query.startswith('SELECT'):
        number += 1
        with cursor() as cur:
            cur.execute(query)
            for row in cur.fetchall():
                print('G', number, *map(text, row), sep='\t')
