/*
 * A client of ODBC, as spreadsheets are: the Unicode interface, the catalog's functions, values fetched as
 * the types that the driver says they are. See run.
 *
 *	odbc CONNECTION_STRING FILE_OF_QUERIES FILE_OF_RELATIONS	whose rows are read
 */
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_UNITS 256
#define MAX_RELATIONS 1000
#define MAX_ROWS 4000

static SQLHENV env;
static SQLHDBC dbc;

static void
check(SQLRETURN result, SQLSMALLINT type, SQLHANDLE handle, const char *what)
{
	SQLCHAR		state[6] = "",
				message[1000] = "";

	if (SQL_SUCCEEDED(result))
		return;
	SQLGetDiagRec(type, handle, 1, state, NULL, message, sizeof(message), NULL);
	printf("%s: %s %s\n", what, state, message);
	fprintf(stderr, "%s: %s %s\n", what, state, message);
	exit(1);
}

/* UTF-8 to UTF-16, with a 0 at the end. */
static SQLWCHAR *
wide(const char *text)
{
	SQLWCHAR   *result = malloc((strlen(text) + 1) * sizeof(SQLWCHAR)),
			   *out = result;
	const unsigned char *in = (const unsigned char *) text;

	while (*in)
	{
		int			more = *in < 0x80 ? 0 : *in < 0xe0 ? 1 : *in < 0xf0 ? 2 : 3;
		unsigned	c = more == 0 ? *in : *in & (0x3f >> more);

		in++;
		while (more-- > 0)
			c = c << 6 | (*in++ & 0x3f);
		if (c >= 0x10000)
		{
			*out++ = 0xd800 + ((c - 0x10000) >> 10);
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		*out++ = c;
	}
	*out = 0;
	return result;
}

/* Print UTF-16 as UTF-8, escaped as COPY does. */
static void
print_wide(const SQLWCHAR *text)
{
	for (; *text; text++)
	{
		unsigned	c = *text;

		if (c >= 0xd800 && c < 0xdc00 && text[1])
			c = 0x10000 + ((c - 0xd800) << 10) + (*++text - 0xdc00);
		if (c == '\\' || c == '\t' || c == '\n' || c == '\r')
			printf("\\%c", c == '\\' ? '\\' : c == '\t' ? 't' : c == '\n' ? 'n' : 'r');
		else if (c < 0x80)
			putchar(c);
		else if (c < 0x800)
			printf("%c%c", 0xc0 | c >> 6, 0x80 | (c & 0x3f));
		else if (c < 0x10000)
			printf("%c%c%c", 0xe0 | c >> 12, 0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
		else
			printf("%c%c%c%c", 0xf0 | c >> 18, 0x80 | (c >> 12 & 0x3f), 0x80 | (c >> 6 & 0x3f), 0x80 | (c & 0x3f));
	}
}

static SQLHSTMT
statement(void)
{
	SQLHSTMT	stmt;

	check(SQLAllocHandle(SQL_HANDLE_STMT, dbc, &stmt), SQL_HANDLE_DBC, dbc, "a statement");
	return stmt;
}

/* Print a type by the number of ODBC, its size and its decimals. */
static void
print_type(int type, int size, int decimals)
{
	switch (type)
	{
		case SQL_INTEGER:
			printf("integer");
			break;
		case SQL_BIGINT:
			printf("bigint");
			break;
		case SQL_NUMERIC:
		case SQL_DECIMAL:
			printf("numeric(%d,%d)", size, decimals);
			break;
		case SQL_VARCHAR:
		case SQL_WVARCHAR:
		case SQL_WLONGVARCHAR:	/* one of more than 255 characters, unless MaxVarcharSize says otherwise */
			printf("varchar(%d)", size);
			break;
		case SQL_BIT:
			printf("boolean");
			break;
		case SQL_TYPE_DATE:
			printf("date");
			break;
		case SQL_TYPE_TIMESTAMP:
			printf("timestamptz");
			break;
		default:
			printf("unknown %d(%d,%d)", type, size, decimals);
	}
}

/* Print the value in a column of the row at hand, fetched as what the driver says that it is. */
static void
print_value(SQLHSTMT stmt, int column, int type)
{
	static SQLWCHAR text[40000];
	SQLLEN		length;
	SQLINTEGER	number;
	SQLCHAR		bit;
	SQL_DATE_STRUCT date;
	SQL_TIMESTAMP_STRUCT moment;
	SQLPOINTER	into = text;
	SQLSMALLINT as = SQL_C_WCHAR;

	if (type == SQL_INTEGER)
		as = SQL_C_SLONG, into = &number;
	else if (type == SQL_BIT)
		as = SQL_C_BIT, into = &bit;
	else if (type == SQL_TYPE_DATE)
		as = SQL_C_TYPE_DATE, into = &date;
	else if (type == SQL_TYPE_TIMESTAMP)
		as = SQL_C_TYPE_TIMESTAMP, into = &moment;
	check(SQLGetData(stmt, column, as, into, as == SQL_C_WCHAR ? sizeof(text) : 0, &length), SQL_HANDLE_STMT, stmt, "a value");
	if (length == SQL_NULL_DATA)
		printf("\\N");
	else if (as == SQL_C_SLONG)
		printf("%d", (int) number);
	else if (as == SQL_C_BIT)
		putchar(bit ? 't' : 'f');
	else if (as == SQL_C_TYPE_DATE)
		printf("%04d-%02d-%02d", date.year, date.month, date.day);
	else if (as == SQL_C_TYPE_TIMESTAMP)
		printf("%04d-%02d-%02d %02d:%02d:%02d+00", moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second);
	else
		print_wide(text);
}

/* Print the beginning of a line. */
static void
print_before(const char *kind, const SQLWCHAR *schema, const SQLWCHAR *relation)
{
	printf("%s", kind);
	if (schema)
	{
		putchar('\t');
		print_wide(schema);
		putchar('\t');
		print_wide(relation);
	}
}

/* Print the rows of a query behind a beginning of the line; with a relation, the number of its rows if they are many. */
static void
print_rows(SQLWCHAR *query, const char *kind, const SQLWCHAR *schema, const SQLWCHAR *relation)
{
	SQLHSTMT	stmt = statement();
	SQLSMALLINT columns;
	SQLSMALLINT type[200];
	SQLWCHAR	name[NAME_MAX_UNITS];
	SQLLEN		rows;
	SQLRETURN	result;

	check(SQLExecDirectW(stmt, query, SQL_NTS), SQL_HANDLE_STMT, stmt, "a query");
	check(SQLNumResultCols(stmt, &columns), SQL_HANDLE_STMT, stmt, "columns");
	check(SQLRowCount(stmt, &rows), SQL_HANDLE_STMT, stmt, "rows");
	for (int i = 1; i <= columns && i < 200; i++)
		check(SQLDescribeColW(stmt, i, name, NAME_MAX_UNITS, NULL, &type[i], NULL, NULL, NULL), SQL_HANDLE_STMT, stmt, "a column");
	if (rows > MAX_ROWS)
	{
		print_before(kind, schema, relation);
		printf("\t%ld\n", (long) rows);
	}
	while (rows <= MAX_ROWS && (result = SQLFetch(stmt)) != SQL_NO_DATA)
	{
		check(result, SQL_HANDLE_STMT, stmt, "a row");
		print_before(kind, schema, relation);
		for (int i = 1; i <= columns; i++)
		{
			putchar('\t');
			print_value(stmt, i, type[i]);
		}
		putchar('\n');
	}
	SQLFreeHandle(SQL_HANDLE_STMT, stmt);
}

/* Print the columns of a relation by the catalog, and hold them against what a result says. */
static void
print_columns(SQLWCHAR *schema, SQLWCHAR *relation)
{
	SQLHSTMT	stmt = statement();

	check(SQLColumnsW(stmt, NULL, 0, schema, SQL_NTS, relation, SQL_NTS, NULL, 0), SQL_HANDLE_STMT, stmt, "SQLColumns");
	while (SQL_SUCCEEDED(SQLFetch(stmt)))
	{
		SQLWCHAR	name[NAME_MAX_UNITS];
		SQLINTEGER	type = 0,
					size = 0,
					decimals = 0;
		SQLLEN		length;

		SQLGetData(stmt, 4, SQL_C_WCHAR, name, sizeof(name), &length);
		SQLGetData(stmt, 5, SQL_C_SLONG, &type, 0, &length);
		SQLGetData(stmt, 7, SQL_C_SLONG, &size, 0, &length);
		SQLGetData(stmt, 9, SQL_C_SLONG, &decimals, 0, &length);
		printf("T\t");
		print_wide(schema);
		putchar('\t');
		print_wide(relation);
		putchar('\t');
		print_wide(name);
		putchar('\t');
		print_type(type, size, decimals);
		putchar('\n');
	}
	SQLFreeHandle(SQL_HANDLE_STMT, stmt);
}

int
main(int argc, char **argv)
{
	static SQLWCHAR found[MAX_RELATIONS][2][NAME_MAX_UNITS];
	SQLHSTMT	stmt;
	int			n = 0,
				number = 0;
	FILE	   *queries,
			   *chosen;
	char		line[4000];

	if (argc != 4 || !(queries = fopen(argv[2], "r")) || !(chosen = fopen(argv[3], "r")))
		return 2;
	SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &env);
	SQLSetEnvAttr(env, SQL_ATTR_ODBC_VERSION, (SQLPOINTER) SQL_OV_ODBC3, 0);
	SQLAllocHandle(SQL_HANDLE_DBC, env, &dbc);
	check(SQLDriverConnectW(dbc, NULL, wide(argv[1]), SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT), SQL_HANDLE_DBC, dbc, "connect");
	stmt = statement();
	check(SQLTablesW(stmt, NULL, 0, wide("ledger\\_report%"), SQL_NTS, NULL, 0, wide("TABLE,VIEW"), SQL_NTS), SQL_HANDLE_STMT, stmt, "SQLTables");
	while (n < MAX_RELATIONS && SQL_SUCCEEDED(SQLFetch(stmt)))
	{
		SQLLEN		length;

		SQLGetData(stmt, 2, SQL_C_WCHAR, found[n][0], sizeof(found[n][0]), &length);
		SQLGetData(stmt, 3, SQL_C_WCHAR, found[n][1], sizeof(found[n][1]), &length);
		n++;
	}
	SQLFreeHandle(SQL_HANDLE_STMT, stmt);
	for (int i = 0; i < n; i++)
	{
		printf("R\t");
		print_wide(found[i][0]);
		putchar('\t');
		print_wide(found[i][1]);
		putchar('\n');
		print_columns(found[i][0], found[i][1]);
	}
	while (fgets(line, sizeof(line), chosen))
	{
		char	   *relation = strchr(line, '\t');
		char		query[sizeof(line) + 40];

		if (!relation)
			return 2;
		*relation++ = 0;
		relation[strcspn(relation, "\n")] = 0;
		snprintf(query, sizeof(query), "SELECT * FROM \"%s\".\"%s\"", line, relation);
		print_rows(wide(query), "V", wide(line), wide(relation));
	}
	while (fgets(line, sizeof(line), queries))
	{
		char		kind[30];

		if (strncmp(line, "SELECT", 6) != 0)
			continue;
		snprintf(kind, sizeof(kind), "G\t%d", ++number);
		print_rows(wide(line), kind, NULL, NULL);
	}
	SQLDisconnect(dbc);
	return 0;
}
