/*
 * values.c
 *		Edge values of every type, as SQL, and expressions made of them.
 *
 * Half of the values are such as a caller could mean, so that a function gets past its
 * first check; the others are such as nobody means.
 */
#include <stdlib.h>
#include <string.h>

#include "guard.h"

static Texts relations;			/* everybody's, some that the caller may not read */
static Texts words;				/* constants of the functions' own sources, codes, names */
static Texts schemas;
static Texts procedures;
static Texts types;
static Texts functions;			/* of pg_catalog, for expressions */
static Texts operators;

void
values_start(PGconn *conn)
{
	relations = read_texts(conn, "SELECT oid::regclass::text FROM pg_class WHERE oid >= 16384 AND relkind NOT IN ('c', 't') "
						   "UNION ALL SELECT unnest('{pg_class,pg_authid,pg_proc,pg_stats,pg_locks,pg_toast.pg_toast_1255,pg_class_oid_index,information_schema.columns}'::text[]) ORDER BY 1");
	words = read_texts(conn, "SELECT DISTINCT m[1] FROM pg_proc p, regexp_matches(prosrc, '''([^''%\\n]{1,60})''', 'g') AS m WHERE pronamespace IN ('emgov'::regnamespace, 'emgov_internal'::regnamespace) AND prosrc <> '' "
					   "UNION SELECT code FROM ledger.indicator UNION SELECT nspname::text FROM pg_namespace UNION SELECT rolname::text FROM pg_roles "
					   "UNION SELECT attname::text FROM pg_attribute WHERE attrelid IN ('ledger.accident'::regclass, 'ledger.indicator'::regclass, 'shared.event'::regclass) ORDER BY 1");
	schemas = read_texts(conn, "SELECT oid::regnamespace::text FROM pg_namespace WHERE nspname !~ '^pg_(temp|toast_temp)' ORDER BY 1");
	procedures = read_texts(conn, "SELECT oid::regprocedure::text FROM pg_proc WHERE oid >= 16384 OR oid::bigint % 50 = 0 ORDER BY 1");
	types = read_texts(conn, "SELECT oid::regtype::text FROM pg_type WHERE (oid >= 16384 OR oid < 2300) AND typtype <> 'p' ORDER BY 1");
	functions = read_texts(conn, "SELECT p.oid::regproc::text || '/' || p.pronargs FROM pg_proc p WHERE (pronamespace = 'pg_catalog'::regnamespace AND pronargs < 4 AND proname !~ '^(pg_sleep|pg_terminate|pg_cancel|pg_reload|pg_rotate|pg_promote|pg_wal|pg_read|pg_ls|pg_stat|lo_|binary_upgrade)') "
						   "OR pronamespace IN ('emgov'::regnamespace, 'emgov_internal'::regnamespace, 'trap'::regnamespace) ORDER BY p.oid::regprocedure::text");
	operators = read_texts(conn, "SELECT DISTINCT format('OPERATOR(%I.%s)', nspname, oprname) FROM pg_operator o JOIN pg_namespace n ON n.oid = oprnamespace WHERE oprkind = 'b' ORDER BY 1");
}

static const char *const hostile[] = {
	"", " ", "*", "%", "%s", "%1$s", "%I", "%L%%", "$$", "$1", "$q$", "'", "''", "\"", "\"\"", "\\", "\\'", "E'\\'", ";", "--", "/*", "*/", "(", ")", "((", "))", ",", ".", "..", "a.b.c.d",
	"NULL", "null", "true", "1", "1, 2", "a; DROP TABLE ledger.accident", "FROM pg_class", "WHERE true", "GROUP BY 1", "ORDER BY 1", "LIMIT 1", "true FROM pg_class", "1 UNION SELECT 2",
	"true) FROM pg_class; --", "1; SELECT 2", "SELECT 1", "(SELECT 1)", "(SELECT count(*) FROM ledger.accident) > 0", "EXISTS (SELECT)", "count(*)", "count(*) OVER ()", "generate_series(1, 3)",
	"DEFAULT", "now()", "random()", "current_user", "$1 IS NULL", "ROW(1, 2)", "(1, 2)", "accident", "accident.*", "(accident)", "(accident).*", "ctid", "tableoid", "xmin", "id IS NOT NULL",
	"trap.spring(1)", "'{1}'::trap.dom[] IS NOT NULL", "'1'::trap.dom IS NULL", "'(1)'::trap.comp IS NULL", "'[1,2)'::trap.drange IS NULL", "trap.dom '1' IS NULL", "trap.dom('1') IS NULL",
	"CAST('1' AS trap.dom) IS NULL", "(1).spring", "1 OPERATOR(trap.=) 1", "'{today}'::date[] IS NULL", "occurred_on <@ '[2000-01-01,today]'::daterange", "occurred_on < 'yesterday'",
	"pg_sleep(9)", "pg_catalog.pg_sleep(9) IS NULL", "pg_read_file('/etc/passwd') = ''", "set_config('emgov.known_at', '2000-01-01', false) IS NULL", "lo_import('/etc/passwd') = 1",
	"query_to_xml('SELECT 1', true, true, '') IS NULL", "current_setting('x')", "trap.r", "trap.t", "trap.v", "pg_temp.x", "ledger", "ledger.accident", "\"台账\".accident", "no_such.thing",
	"shared.event_daily", "shared.event_daily_delta", "shared.event_daily_total", "shared.event_daily_query", "emgov.rollup", "pg_catalog.pg_class", "pg_class", "pg_authid",
	"SELECT count(*) AS n FROM trap.t GROUP BY 1", "SELECT k, count(*) AS n, sum(n) AS s FROM trap.t GROUP BY k", "SELECT n, count(*) FROM ledger.accident GROUP BY 1", "SELECT trap.spring(1), count(*) FROM shared.event GROUP BY 1",
	"F028", "F028 + F029", "F028.base", "F028 / 0", "1/0", "-", "- -1", "F028?多|少", "[F028?多|少]", "[F028>5?a|b]", "{F028}", "{F028.change}", "{month}", "{", "}", "[", "]", "{{", "[?|]", "{F028.}", "{.}", "[F028?|",
	"人", "起", "万元", "%", "零", "亿", "\xe4\xba\xba\xe6\xb0\x91", "\xf0\x9f\x92\xa3", "\xe2\x80\xae", "\xef\xbf\xbd", "\xc2\xa0", "\x01", "\x7f", "\t\n\r", "\x1b[31m", "é", "ß", "İ",
	"0", "-0", "00", "-1", "1e400", "1e-400", "NaN", "Infinity", "-Infinity", "9223372036854775807", "-9223372036854775808", "99999999999999999999999999999999999999999", "0.000000000000000000000000001", "1/0", "0/0", "-1/1", "1/2:3",
	"1/2:1000", "1/2:99999", "59/65", "pending=1 exited=2 upgraded=3", "pending=9223372036854775807", "deaths=43 direct_loss=-0.01 general=58 larger=1", "deaths=1/2", "opening=1 filed=2", "inspections=1",
	"91110000600037341L", "91110000600037341l", "9111000060003734", "\xef\xbc\x99\xef\xbc\x91", "2024-01-01", "2024-02-30", "infinity", "-infinity", "[2024-01-01,2025-01-01)", "empty", "(,)", "[,]", "[infinity,infinity]", "{}", "{NULL}", "{{1},{2}}", "[0:1]={1,2}",
	"()", "(1)", "(1,2)", "(,)", "[]", "{\"a\": 1}", "[1, null, {}]", "\"x\"", "valid", "withdrawn", "general", "dead", "zh", "en", "near", "restated", "first_published", "city",
};

void
put_literal(FILE *out, const char *text)
{
	fputs(strchr(text, '\\') ? "E'" : "'", out);
	for (; *text; text++)
	{
		if (*text == '\'' || *text == '\\')
			fputc(*text, out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

/* A text: meant, hostile, or very long. The name of the argument says what is meant. */
static void
put_text(FILE *out, const char *name)
{
	static const char *const sources[] = {"accident", "ledger.accident", "odd", "trap.t", "trap.v", "shared.open", "accident_fact", "pg_class"};
	static const char *const long_ones[] = {
		"repeat('x', 1000000)", "repeat('(', 100000)", "repeat('((a)', 20000)", "repeat('1+', 50000) || '1'", "repeat('NOT ', 30000) || 'true'", "repeat('-', 100000)", "repeat('[', 50000)", "repeat('{', 50000)",
		"repeat('F028 + ', 20000) || '1'", "repeat('\xe4\xba\xba', 300000)", "repeat('''', 1000)", "repeat('%s', 10000)", "'{' || repeat('1,', 100000) || '1}'", "repeat(E'\\n', 100000)", "repeat('9', 200000)", "'0.' || repeat('1', 20000)", "repeat('a.', 10000)",
		"repeat('{F028}', 20000)", "repeat('[F028?', 10000)", "repeat('CASE WHEN true THEN ', 5000)", "repeat('ARRAY[', 5000)", "repeat('x', 63)", "repeat('x', 64)",
	};
	int			kind = below(20);

	if (chance(60))
	{
		if (strstr(name, "ledger") || strstr(name, "schema"))
			kind = 20;
		else if (strstr(name, "expr") || strstr(name, "cond") || strstr(name, "filter") || strstr(name, "measure") || strstr(name, "query") || strstr(name, "side") || strstr(name, "body"))
			kind = chance(50) ? 10 : 13;
		else if (strstr(name, "source") || strstr(name, "table") || strstr(name, "name") || strstr(name, "rollup"))
			kind = 21;
	}
	if (kind == 20)
		put_literal(out, pick(&schemas));
	else if (kind == 21)
		put_literal(out, chance(50) ? PICK(sources) : pick(&relations));
	else if (kind < 5)
		put_literal(out, pick(&relations));
	else if (kind < 10)
		put_literal(out, pick(&words));
	else if (kind < 12)
	{
		char	   *text = NULL;
		size_t		size = 0;
		FILE	   *inner = open_memstream(&text, &size);

		put_expression(inner, 3);
		fclose(inner);
		put_literal(out, text);
		free(text);
	}
	else if (kind == 12 && chance(40))
		fprintf(out, "pg_catalog.%s", PICK(long_ones) + 0);
	else
		put_literal(out, PICK(hostile));
}

static const char *const integers[] = {"0", "1", "-1", "2", "3", "7", "12", "100", "2024", "32767", "-32768", "32768", "65536", "1000000", "2147483647", "-2147483648", "2147483648", "9223372036854775807", "-9223372036854775808", "1259", "16384", "4294967295"};
static const char *const numerics[] = {"0", "1", "-1", "0.5", "43", "47", "2024.01", "1e6", "1e15", "9223372036854775807", "92233720368547758.07", "-9223372036854775808", "1e30", "1e131000", "-1e131000", "1e-16000", "NaN", "Infinity", "-Infinity", "0.000000000000000001", "99.995", "0.05", "0.95", "1", "3.14159265358979323846264338327950288"};
static const char *const doubles[] = {"0", "-0", "1", "-1", "0.95", "0.5", "0.05", "1e308", "-1e308", "1e-308", "4.9e-324", "NaN", "Infinity", "-Infinity", "0.9999999999999999", "1000000", "100"};
static const char *const days[] = {"2024-01-01", "2024-12-31", "2024-02-29", "2023-06-15", "4713-01-01 BC", "5874897-12-31", "infinity", "-infinity", "1582-10-15", "0001-01-01", "9999-12-31", "1900-02-28", "2025-01-01"};
static const char *const moments[] = {"2024-01-01 00:00+08", "2024-12-31 23:59:59.999999+08", "infinity", "-infinity", "294276-12-31 23:59:59+00", "4713-01-01 00:00+00 BC", "2000-01-01 00:00+00", "2030-01-01 00:00+00", "1970-01-01 00:00+00", "2024-07-01 00:00+14"};
static const char *const spans[] = {"[2024-01-01,2025-01-01)", "[2023-01-01,2024-01-01)", "[2024-02-29,2024-03-01)", "empty", "(,)", "[2024-01-01,)", "(,2024-01-01)", "[infinity,infinity]", "[-infinity,infinity]", "[2024-01-01,infinity)", "[4713-01-01 BC,5874897-12-31)", "[5874897-12-30,5874897-12-31)", "[2024-01-01,2024-02-01)", "[2024-01-01,2024-04-01)", "[2024-05-07,2031-11-02)", "[0001-01-01,9999-12-31)"};
static const char *const documents[] = {"null", "{}", "[]", "1", "\"x\"", "true", "[1, \"a\", null, {}]", "{\"a\": {\"a\": {\"a\": []}}}", "{\"code\": \"F028\", \"kind\": \"count\", \"source\": \"accident\", \"date_column\": \"occurred_on\"}",
	"{\"code\": \"F028\", \"kind\": \"sum\", \"source\": \"pg_authid\", \"measure\": \"*\", \"date_column\": \"x\"}", "{\"source\": \"trap.v\", \"kind\": \"count\", \"date_column\": \"d\", \"filter\": \"trap.spring(1)\", \"cutoff\": \"in_period\"}",
	"{\"kind\": \"count\", \"source\": \"trap.t\", \"date_column\": \"d\", \"filter\": \"true); SELECT (1\"}", "{\"source\": 1, \"kind\": [], \"filter\": {}}", "{\"F028\": {\"value\": \"x\"}}", "{\"F028\": {\"value\": 1, \"base\": null, \"phrase\": 7}}",
	"[{\"a\": 1}]", "{\"numerator\": \"x\", \"denominator\": 0}", "1e131000", "\"\\u0001\"", "{\"\": \"\"}", "{\"status\": \"written_off\", \"deaths\": \"many\"}", "{\"known_from\": \"infinity\"}"};
static const char *const remediations[] = {"0", "pending=1", "pending=2 exited=3 upgraded=4", "pending=-1 exited=9223372036854775807 upgraded=-9223372036854775807", "exited=5", "upgraded=-1"};
static const char *const accidents[] = {"0", "deaths=43 direct_loss=-0.01 general=58 larger=1", "deaths=1", "direct_loss=92233720368547758.07", "general=-3", "deaths=9223372036854775807 especially_major=9223372036854775807"};
static const char *const accident_comparisons[] = {"0", "deaths=43/47 direct_loss=92233720368547758.07/0.01 general=58/65 larger=1/0", "deaths=0/1", "deaths=1/0", "general=-1/9223372036854775807", "larger=3/3"};
static const char *const inspections[] = {"0", "inspections=225 documents=1147 hazards=1060 major_hazards=11", "hazards=-1", "documents=9223372036854775807"};
static const char *const cases[] = {"0", "opening=1 filed=2 fines=20000.00 no_penalty=3 other=4 detention=5", "filed=9223372036854775807", "fines=-0.01", "opening=-3 filed=3"};
static const char *const comparisons[] = {"0", "59/65", "0/0", "0/5", "5/0", "-0.5/195.000000000000000001:3", "1/2:1000", "9223372036854775807/1", "-9223372036854775807/9223372036854775807", "1/0.000000000000000001", "43/47", "1/1000000", "-1/-2:3"};

/* Types whose values are texts of one of the lists. */
static const struct
{
	const char *type;
	const char *const *list;
	int			count;
}			lists[] = {
#define LIST(type, array) {type, array, (int) (sizeof(array) / sizeof((array)[0]))}
	LIST("smallint", integers), LIST("integer", integers), LIST("bigint", integers), LIST("oid", integers), LIST("xid", integers),
	LIST("numeric", numerics), LIST("double precision", doubles), LIST("real", doubles),
	LIST("date", days), LIST("timestamp with time zone", moments), LIST("timestamp without time zone", moments),
	LIST("daterange", spans), LIST("jsonb", documents), LIST("json", documents),
	LIST("emgov.remediation_summary", remediations), LIST("emgov.accident_summary", accidents), LIST("emgov.accident_comparison", accident_comparisons),
	LIST("emgov.inspection_summary", inspections), LIST("emgov.case_summary", cases), LIST("emgov.comparison", comparisons),
#undef LIST
};

static void
put_list(FILE *out, const Texts *texts)
{
	put_literal(out, pick(texts));
}

/* A value of a type, NULL now and then. */
void
put_value(FILE *out, const char *type, const char *name)
{
	size_t		length = strlen(type);
	static const char *const summary_words[] = {"pending", "exited", "upgraded", "general", "larger", "major", "especially_major", "detention", "fine", "warning", "较大", "x", ""};
	static const char *const codes[] = {"91110000600037341L", "9144030071526726XG", "11532300MB19155603", "", "91110000600037341l", "000000000000000000", "91110000600037341LL"};
	static const char *const ranges[] = {"[1,2)", "empty", "(,)", "[NaN,Infinity]", "[0.001,1e30]", "(1,1)", "[-1e131000,1e131000]", "x"};
	static const char *const truths[] = {"true", "false"};
	static const char *const readable[] = {"trap.t", "trap.v", "shared.open", "trap.r", "shared.open_daily", "pg_class", "emgov.rollup"};

	if (strcmp(type, "internal") == 0 || strcmp(type, "record") == 0 || chance(8))
	{
		if (strcmp(type, "record") == 0 && chance(60))
			fputs("ROW(1, 'x', NULL)", out);
		else if (strncmp(type, "any", 3) == 0)
			fputs("NULL", out);
		else
			fprintf(out, "NULL::%s", type);
		return;
	}
	if (length > 2 && strcmp(type + length - 2, "[]") == 0)
	{
		char		element[128];
		int			count = below(4);

		snprintf(element, sizeof(element), "%.*s", (int) length - 2, type);
		switch (below(12))
		{
			case 0:
				fprintf(out, "'{}'::%s", type);
				return;
			case 1:
				fputs("pg_catalog.array_fill(", out);
				put_value(out, element, name);
				/* a text may be a megabyte: a hundred of them are enough to be copied about */
				fprintf(out, ", ARRAY[%d])", strcmp(element, "text") == 0 ? 100 : chance(10) ? 20000 : 1000);
				return;
			case 2:
				fputs("pg_catalog.array_fill(", out);
				put_value(out, element, name);
				fputs(", ARRAY[2,2], ARRAY[-5,2147483600])", out);
				return;
			default:
				fputs("ARRAY[", out);
				for (int i = 0; i <= count; i++)
				{
					fputs(i ? ", " : "", out);
					put_value(out, element, name);
				}
				fprintf(out, "]::%s", type);
				return;
		}
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strcmp(type, lists[i].type) == 0)
		{
			put_literal(out, lists[i].list[below(lists[i].count)]);
			fprintf(out, "::%s", type);
			return;
		}
	if (strcmp(type, "text") == 0 || strcmp(type, "name") == 0 || strcmp(type, "character varying") == 0 || strcmp(type, "character") == 0)
	{
		fputc('(', out);
		put_text(out, name);
		fprintf(out, ")::%s", type);
		return;
	}
	if (strcmp(type, "cstring") == 0 || strcmp(type, "unknown") == 0)
		put_literal(out, chance(40) ? PICK(cases) : chance(40) ? PICK(comparisons) : PICK(hostile));
	else if (strcmp(type, "boolean") == 0)
		put_literal(out, PICK(truths));
	/* the number of nothing, or of another kind of thing */
	else if (strncmp(type, "reg", 3) == 0 && chance(3))
		put_literal(out, chance(50) ? "1259" : "987654321");
	else if (strcmp(type, "regclass") == 0)
		put_literal(out, chance(40) ? PICK(readable) : pick(&relations));
	else if (strcmp(type, "regnamespace") == 0)
		put_list(out, &schemas);
	else if (strcmp(type, "regtype") == 0)
		put_list(out, &types);
	else if (strncmp(type, "regproc", 7) == 0)
		put_list(out, &procedures);
	else if (strcmp(type, "bytea") == 0)
		put_literal(out, chance(50) ? "\\x000100030000000000000001" : "\\x");
	else if (strcmp(type, "numrange") == 0)
		put_literal(out, PICK(ranges));
	else if (strcmp(type, "emgov.uscc") == 0)
		put_literal(out, PICK(codes));
	else if (strncmp(type, "any", 3) == 0)
	{
		put_value(out, chance(50) ? "numeric" : "text", name);
		return;
	}
	else if (strncmp(type, "emgov.", 6) == 0)
		put_literal(out, PICK(summary_words));
	else
	{
		fprintf(out, "NULL::%s", type);
		return;
	}
	fprintf(out, "::%s", type);
}

/* An expression over a ledger's source that a writer of definitions might try. */
void
put_expression(FILE *out, int depth)
{
	static const char *const columns[] = {
		"id", "occurred_on", "area_code", "category_code", "direct_loss", "status", "deaths", "known_from", "note", "accident_fact", "accident", "ctid", "tableoid", "xmin", "d", "n", "k", "c", "dm", "co", "ar", "dr", "t", "j", "p", "x", "f",
	};
	static const char *const kinds[] = {"text", "numeric", "integer", "bigint", "date", "boolean", "timestamp with time zone", "daterange", "double precision", "jsonb", "text[]", "date[]", "emgov.comparison", "emgov.accident_summary", "regclass", "bytea"};
	const char *function;

	if (depth <= 0 || chance(15))
	{
		if (chance(60))
			fputs(PICK(columns), out);
		else if (chance(60))
			put_value(out, PICK(kinds), "");
		else
			fputs(PICK(hostile), out);
		return;
	}
	switch (below(16))
	{
		case 0:
		case 1:
		case 2:
			{
				int			arguments;

				function = chance(10) ? "trap.spring/1" : pick(&functions);
				arguments = atoi(strrchr(function, '/') + 1);
				fprintf(out, "%.*s(", (int) (strrchr(function, '/') - function), function);
				for (int i = 0; i < arguments; i++)
				{
					fputs(i ? ", " : "", out);
					put_expression(out, depth - 1);
				}
				fputc(')', out);
				return;
			}
		case 3:
		case 4:
			fputc('(', out);
			put_expression(out, depth - 1);
			fprintf(out, " %s ", chance(50) ? pick(&operators) : "=");
			put_expression(out, depth - 1);
			fputc(')', out);
			return;
		case 5:
			fputc('(', out);
			put_expression(out, depth - 1);
			fprintf(out, ")::%s", chance(50) ? pick(&types) : PICK(kinds));
			return;
		case 6:
			fputs("CASE ", out);
			put_expression(out, depth - 1);
			fputs(" WHEN ", out);
			put_expression(out, depth - 1);
			fputs(" THEN ", out);
			put_expression(out, depth - 1);
			fputs(" END", out);
			return;
		case 7:
			{
				static const char *const forms[] = {"NULLIF(", "COALESCE(", "GREATEST(", "ROW(", "(", "ARRAY[", "LEAST("};
				const char *form = PICK(forms);

				fputs(form, out);
				put_expression(out, depth - 1);
				fputs(", ", out);
				put_expression(out, depth - 1);
				fputc(form[0] == 'A' ? ']' : ')', out);
				return;
			}
		case 8:
			put_expression(out, depth - 1);
			fputs(chance(50) ? " IS NOT NULL" : " IS DISTINCT FROM 1", out);
			return;
		case 9:
			put_expression(out, depth - 1);
			fputs(chance(50) ? " IN (" : " = ANY (", out);
			put_expression(out, depth - 1);
			fputc(')', out);
			return;
		case 10:
			fputc('(', out);
			put_expression(out, depth - 1);
			fputs(chance(50) ? " AND " : " OR ", out);
			put_expression(out, depth - 1);
			fputc(')', out);
			return;
		case 11:
			put_literal(out, PICK(hostile));
			fprintf(out, "::%s IS NULL", chance(40) ? "trap.dom" : pick(&types));
			return;
		case 12:
			fprintf(out, "%s ", pick(&types));
			put_literal(out, PICK(hostile));
			return;
		case 13:
			{
				static const char *const forms[] = {"(SELECT %s)", "count(%s)", "sum(%s) OVER ()", "(%s).spring", "(%s).*", "(%s)[1]", "unnest(%s)", "NOT %s", "- %s", "%s COLLATE \"C\"", "%s AT TIME ZONE 'UTC'", "EXTRACT(year FROM %s)", "xmlserialize(CONTENT xmlparse(CONTENT %s) AS text)", "%s; SELECT 1", "%s FROM pg_class", "%s AS a"};
				char	   *text = NULL;
				size_t		size = 0;
				FILE	   *inner = open_memstream(&text, &size);
				const char *form = PICK(forms);
				const char *hole = strstr(form, "%s");

				put_expression(inner, depth - 1);
				fclose(inner);
				fprintf(out, "%.*s%s%s", (int) (hole - form), form, text, hole + 2);
				free(text);
				return;
			}
		default:
			fputs("(", out);
			put_expression(out, depth - 1);
			fputs(") ", out);
			fputs(chance(50) ? "> 0" : "IS NULL", out);
	}
}

/* A harmless expression over ledger.odd or ledger.accident: k is b(oolean), n(umber), t(ext). */
void
put_tame(FILE *out, char kind, int depth)
{
	static const char *const numbers[] = {"n", "id", "f", "1", "0", "-1", "2.5", "direct_loss", "deaths", "1e30", "9223372036854775807", "id / 0", "length(t)", "upper(r)", "extract(year FROM d)", "extract(epoch FROM i)", "cardinality(a)", "a[1]"};
	static const char *const texts[] = {"t", "v", "status", "area_code", "note", "'x'", "''", "'人'", "E'\\\\'", "'2024-01-01'", "lower(t)", "substr(t, 1, 2)", "n::text", "f::text", "d::text", "b::text", "i::text", "m::text"};
	static const char *const conditions[] = {"true", "NULL", "d < '2024-07-01'", "d < '07/05/2024'", "occurred_on >= date '2024-01-01'", "m < '2024-07-01 00:00+08'", "status = 'valid'", "n = 'NaN'", "t IS NULL", "a = '{1,NULL}'", "r @> 1.5", "i > '1 day'", "b = '\\x00'", "j IS NULL", "x IS NULL", "p IS NOT NULL", "NOT (n = NULL)", "f = 0.1", "t LIKE '%'", "t ~ '^x'", "n BETWEEN 0 AND 5", "t IN ('x', 'y')"};

	if (depth <= 0 || chance(40))
	{
		fputs(kind == 'n' ? PICK(numbers) : kind == 't' ? PICK(texts) : PICK(conditions), out);
		return;
	}
	if (chance(12))
	{
		fputs("CASE WHEN ", out);
		put_tame(out, 'b', depth - 1);
		fputs(" THEN ", out);
		put_tame(out, kind, depth - 1);
		fputs(" ELSE ", out);
		put_tame(out, kind, depth - 1);
		fputs(" END", out);
		return;
	}
	if (kind == 'n')
	{
		static const char *const between[] = {" + ", " - ", " * ", " / ", " % ", " ^ "};

		fputc('(', out);
		put_tame(out, 'n', depth - 1);
		fputs(PICK(between), out);
		put_tame(out, 'n', depth - 1);
		fputc(')', out);
	}
	else if (kind == 't')
	{
		static const char *const calls[] = {"upper(", "md5(", "reverse(", "trim(", "coalesce('', ", "left(repeat("};
		const char *call = PICK(calls);

		fputs(call, out);
		put_tame(out, 't', depth - 1);
		fputs(call[0] == 'l' ? ", 3), 9)" : ")", out);
	}
	else if (chance(50))
	{
		char		side = chance(50) ? 'n' : 't';
		static const char *const between[] = {" = ", " < ", " <> ", " IS DISTINCT FROM ", " >= "};

		fputc('(', out);
		put_tame(out, side, depth - 1);
		fputs(PICK(between), out);
		put_tame(out, side, depth - 1);
		fputc(')', out);
	}
	else
	{
		fputs(chance(30) ? "NOT (" : "(", out);
		put_tame(out, 'b', depth - 1);
		fputs(chance(50) ? " AND " : " OR ", out);
		put_tame(out, 'b', depth - 1);
		fputc(')', out);
	}
}

/* Any hostile text, as it is. */
const char *
hostile_text(void)
{
	return PICK(hostile);
}
