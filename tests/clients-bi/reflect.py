"""SQLAlchemy's reflection, as Superset uses it; a warning ("Did not recognize type") is an error. See run."""
import pathlib
import sys
import warnings

import sqlalchemy
from sqlalchemy.dialects import postgresql

warnings.simplefilter('error')
port, queries = sys.argv[1:]
engine = sqlalchemy.create_engine('postgresql+psycopg2://clients_reader:clients_reader@localhost:%s/emgov_clients' % port)
inspector = sqlalchemy.inspect(engine)


def text(value):
    if value is None:
        return '\\N'
    if isinstance(value, bool):
        return 't' if value else 'f'
    if hasattr(value, 'hour'):
        return value.strftime('%Y-%m-%d %H:%M:%S') + '+00'
    return str(value).replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')


def kind(of):
    if isinstance(of, postgresql.TIMESTAMP):
        return 'timestamptz' if of.timezone else 'timestamp'
    return str(of).lower().replace(', ', ',')


with engine.connect() as connection:
    for schema in [name for name in inspector.get_schema_names() if name.startswith('ledger_report')]:
        for relation in inspector.get_table_names(schema) + inspector.get_view_names(schema):
            print('R', schema, relation, sep='\t')
            print('C', schema, relation, '', inspector.get_table_comment(relation, schema)['text'], sep='\t')
            for column in inspector.get_columns(relation, schema):
                print('T', schema, relation, column['name'], kind(column['type']), sep='\t')
                if column['comment'] is not None:
                    print('C', schema, relation, column['name'], column['comment'], sep='\t')
            table = sqlalchemy.Table(relation, sqlalchemy.MetaData(), schema=schema, autoload_with=engine)
            rows = connection.execute(sqlalchemy.select(table)).fetchall()
            if len(rows) > 4000:
                print('V', schema, relation, len(rows), sep='\t')
            else:
                for row in rows:
                    print('V', schema, relation, *map(text, row), sep='\t')
    number = 0
    for query in pathlib.Path(queries).read_text('utf-8').splitlines():
        if query.startswith('SELECT'):
            number += 1
            for row in connection.execute(sqlalchemy.text(query)):
                print('G', number, *map(text, row), sep='\t')
