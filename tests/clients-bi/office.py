"""LibreOffice's SDBC driver for PostgreSQL, without a window: soffice is started for it. See run."""
import os
import pathlib
import subprocess
import sys
import time

import uno
from com.sun.star.beans import PropertyValue

port, queries, work, most = sys.argv[1:]
pipe = 'emgov%d' % os.getpid()
office = subprocess.Popen(['soffice', '--headless', '--norestore', '--nologo', '-env:UserInstallation=file://%s/office' % work,
                           '--accept=pipe,name=%s;urp;' % pipe], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
resolver = uno.getComponentContext().ServiceManager.createInstance('com.sun.star.bridge.UnoUrlResolver')
for _ in range(60):
    try:
        context = resolver.resolve('uno:pipe,name=%s;urp;StarOffice.ComponentContext' % pipe)
        break
    except Exception:
        time.sleep(1)
else:
    sys.exit('soffice does not answer')
INTEGER, NUMERIC, VARCHAR, BIT, BOOLEAN, DATE, TIMESTAMP, BIGINT = 4, 2, 12, -7, 16, 91, 93, -5


def rows(result):
    while result.next():
        yield result


def kind(of, size, scale, name):
    if of == NUMERIC:
        return 'numeric(%d,%d)' % (size, scale)
    if of == VARCHAR:
        return 'varchar(%d)' % size
    if name == 'timestamptz':           # which the driver takes for text
        return name
    return {INTEGER: 'integer', BIT: 'boolean', BOOLEAN: 'boolean', DATE: 'date', TIMESTAMP: 'timestamptz'}.get(of, 'unknown %d %s' % (of, name))


def answer(query, *before):
    result = connection.createStatement().executeQuery(query)
    about = result.getMetaData()
    lines = []
    for row in rows(result):
        if len(lines) == int(most):
            return
        fields = []
        for i in range(1, about.getColumnCount() + 1):
            value = row.getString(i)
            fields.append('\\N' if row.wasNull() else value.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r'))
        lines.append('\t'.join((*map(str, before), *fields)))
    for line in lines:
        print(line)


try:
    manager = context.ServiceManager.createInstanceWithContext('com.sun.star.sdbc.DriverManager', context)
    connection = manager.getConnectionWithInfo('sdbc:postgresql:host=localhost port=%s dbname=emgov_clients' % port,
                                               (PropertyValue('user', 0, 'clients_reader', 0), PropertyValue('password', 0, 'clients_reader', 0)))
    catalog = connection.getMetaData()
    found = [(row.getString(2), row.getString(3)) for row in rows(catalog.getTables(None, 'ledger_report%', '%', ('TABLE', 'VIEW')))]
    for schema, relation in found:
        print('R', schema, relation, sep='\t')
        for row in rows(catalog.getColumns(None, schema, relation, '%')):
            print('T', schema, relation, row.getString(4), kind(row.getInt(5), row.getInt(7), row.getInt(9), row.getString(6)), sep='\t')
            if row.getString(12):
                print('C', schema, relation, row.getString(4), row.getString(12), sep='\t')
        answer('SELECT * FROM "%s"."%s"' % (schema, relation), 'V', schema, relation)
    for number, query in enumerate((line for line in pathlib.Path(queries).read_text('utf-8').splitlines() if line.startswith('SELECT')), 1):
        answer(query.rstrip(';'), 'G', number)
    connection.close()
finally:
    try:
        context.ServiceManager.createInstanceWithContext('com.sun.star.frame.Desktop', context).terminate()
    except Exception:
        pass
    office.wait(30)
