/*
 * stage.c
 *		Records on their way into a table: a temporary table of the session, checked there, then inserted.
 *
 * The server decides what is right: the checks, keys and references of its catalog are asked of all records at once, as
 * queries, so that each refusal has its reason and costs little. What only a trigger can say is tried record by record
 * where the trigger's own condition holds, and else by halving. What is in the table already is found by its natural key:
 * the same file again changes nothing, a corrected one corrects.
 */
#include "stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "direct.h"
#include "say.h"
#include "task.h"

#define BLOCK (256 * 1024)
#define MOST_KEPT "1000"			/* of what is said of single records */

/* The names of areas, and what they are without their kind, as a regular expression: what may stand before a firm's name. */
#define PLACES \
	"SELECT '^(' || string_agg(DISTINCT w.word, '|') || '|省|市)+' FROM ONLY @ledger@.area AS a CROSS JOIN LATERAL" \
	" (VALUES (regexp_replace(a.name_zh, '[^[:alnum:]]', '', 'g'))," \
	" (regexp_replace(regexp_replace(a.name_zh, '[^[:alnum:]]', '', 'g'), '(市|区|县|镇|街道|经济开发区|经开区|开发区)$', ''))) AS w (word) WHERE length(w.word) >= 2"

struct Stage
{
	const Target *target;
	const StageOptions *options;
	PGconn	   *conn;
	bool	   *staged;			/* by column of the target */
	bool	   *inserted;		/* it is given in the INSERT */
	bool		parties;		/* subjects are made of @uscc and @name */
	bool		has_uscc, has_name;
	bool		children;
	Direct	   *direct;			/* rows go into the table at once, and few through here; or NULL */
	bool		copying;		/* a COPY into the temporary table is under way */
	Chars		block;
	Chars		line;
	long long	records;
	long long	last;			/* number of the last of them */
	long long	put_in;			/* rows that INSERTs said they added */
	long long	touched;		/* rows of the last statement that was tried */
	Chars		sql;
	Chars		rows[2];		/* the records as rows of the table: [0] with defaults, [1] as they are given */
	StageResult result;
};

/* ------------------------------------------------------------------ statements */

/* EMGOV_SHOW_SQL=1 (anything but empty) in the environment prints every statement, for who looks into an import. */
static void
say_sql(const char *sql)
{
	const char *wanted = getenv("EMGOV_SHOW_SQL");

	if (wanted && *wanted)
		fprintf(stderr, "%s;\n", sql);
}

/* A statement whose failure ends the program, as db_do() but of any length, with schemas filled in. Gives the rows it touched. */
static long long
run(Stage *stage, const char *sql)
{
	PGresult   *result;
	long long	rows;

	(void) stage;
	say_sql(sql);
	result = db_query(sql, 0);
	rows = atoll(PQcmdTuples(result));
	PQclear(result);
	return rows;
}

static long long run_format(Stage *stage, const char *format,...) __attribute__((format(printf, 2, 3)));

static long long
run_format(Stage *stage, const char *format,...)
{
	va_list		args;
	char	   *sql;
	long long	rows;

	va_start(args, format);
	if (vasprintf(&sql, format, args) < 0)
		sql = need_copy("");
	va_end(args);
	rows = run(stage, sql);
	free(sql);
	return rows;
}

static bool
is_there(Stage *stage, const char *name)
{
	for (int i = 0; i < stage->target->count; i++)
		if (stage->staged[i] && strcmp(stage->target->columns[i].name, name) == 0)
			return true;
	return false;
}

/* ------------------------------------------------------------------ the temporary table */

static void
send_block(Stage *stage)
{
	if (!stage->copying)
	{
		PGresult   *result = PQexec(stage->conn, "COPY pg_temp.emgov_stage FROM STDIN");

		if (PQresultStatus(result) != PGRES_COPY_IN)
			db_failed(result);
		PQclear(result);
		stage->copying = true;
	}
	if (stage->block.length && PQputCopyData(stage->conn, stage->block.data, (int) stage->block.length) != 1)
	{
		PGresult   *result = PQgetResult(stage->conn);

		db_failed(result);
	}
	chars_reset(&stage->block);
	if (task_signal)
	{
		PQputCopyEnd(stage->conn, "interrupted");
		for (PGresult *result; (result = PQgetResult(stage->conn)) != NULL;)
			PQclear(result);
		task_stop_if_asked();
	}
}

static void
end_block(Stage *stage)
{
	PGresult   *result;

	send_block(stage);
	if (PQputCopyEnd(stage->conn, NULL) != 1)
		db_failed(PQgetResult(stage->conn));
	while ((result = PQgetResult(stage->conn)) != NULL)
	{
		if (!db_ok(result))
			db_failed(result);
		PQclear(result);
	}
	stage->copying = false;
}

/* Numbers of records and of what they refer to in their one form, once for all that looks at them. */
static void
fold_identifiers(Stage *stage)
{
	for (int i = 0; i < stage->target->count; i++)
	{
		const TargetColumn *column = &stage->target->columns[i];

		if (stage->staged[i] && stage->target->in_ledger && (column->role == COLUMN_NUMBER || strcmp(column->name, "number") == 0))
		{
			char	   *name = quoted(column->name);

			run_format(stage, "UPDATE pg_temp.emgov_stage AS s SET %1$s = x.folded FROM (SELECT s.ctid AS row, emgov.identifier(s.%1$s) AS folded, s.%1$s AS written FROM"
								" pg_temp.emgov_stage AS s OFFSET 0) AS x"
					   " WHERE x.row = s.ctid AND x.folded <> x.written", name);
			free(name);
		}
	}
}

/* A row that does not go into the table at once. */
static bool
take_row(void *context, long long number, long line, const char *text, size_t length)
{
	Stage	   *stage = context;

	chars_format(&stage->block, "%lld\t%ld\t", number, line);
	chars_add(&stage->block, text, length);
	return stage->block.length >= BLOCK;
}

static void
send_rows(void *context)
{
	end_block(context);
}

Stage *
stage_begin(const Target *target, const Mapping *mapping, const StageOptions *options)
{
	Stage	   *stage = need(sizeof *stage);

	stage->target = target;
	stage->options = options;
	stage->conn = db_connect();
	stage->staged = need((size_t) target->count * sizeof *stage->staged);
	stage->inserted = need((size_t) target->count * sizeof *stage->inserted);
	for (int g = 0; g < mapping->group_count; g++)
		for (int f = 0; f < mapping->groups[g].count; f++)
			stage->staged[mapping->groups[g].fields[f].target] = true;
	if (target->reported)
		for (int i = 0; i < target->count; i++)
		{
			const char *name = target->columns[i].name;

			if (strcmp(name, "starts_on") == 0 || strcmp(name, "ends_on") == 0)
				stage->staged[i] = true;
			else if (strcmp(name, "period") == 0)
				stage->staged[i] = false;
		}
	stage->has_uscc = is_there(stage, "@uscc");
	stage->has_name = is_there(stage, "@name");
	stage->parties = stage->has_uscc || stage->has_name;
	stage->children = is_there(stage, "@dead") || is_there(stage, "@dead_missing") || is_there(stage, "@missing") || is_there(stage, "@serious") || is_there(stage, "@minor") ||
		is_there(stage, "@penalty") || is_there(stage, "@fine") || is_there(stage, "@confiscated");

	run(stage, "BEGIN");
	run(stage, "SET LOCAL work_mem = '64MB'");
	run(stage, "SET LOCAL jit = off");	/* statements are many and short, or their time goes into triggers */
	if (options->known_at)
		db_do("SELECT set_config('emgov.known_at', $1, true)", 1, options->known_at);
	chars_reset(&stage->sql);
	chars_string(&stage->sql, "CREATE TEMP TABLE emgov_stage (\"#n\" bigint, \"#line\" bigint");
	for (int i = 0; i < target->count; i++)
		if (stage->staged[i])
		{
			const TargetColumn *column = &target->columns[i];
			char	   *name = quoted(column->name);

			chars_format(&stage->sql, ", %s %s", name, column_needs_cast(column) || column->role == COLUMN_NUMBER ? "text" : column->type);
			free(name);
		}
	chars_string(&stage->sql, ") ON COMMIT DROP");
	run(stage, stage->sql.data);
	run(stage, "CREATE TEMP TABLE emgov_reject (n bigint, col text, reason text, likely text) ON COMMIT DROP");
	run(stage, "CREATE TEMP TABLE emgov_todo (n bigint) ON COMMIT DROP");
	run(stage, "CREATE TEMP TABLE emgov_match (n bigint, place bigint, rel oid, row tid, first bigint, status text) ON COMMIT DROP");
	run(stage, "CREATE TEMP TABLE emgov_id (n bigint, id bigint, old boolean) ON COMMIT DROP");
	run(stage, "CREATE TEMP TABLE emgov_made (place bigint, id bigint) ON COMMIT DROP");
	run(stage, "CREATE TEMP TABLE emgov_change (n bigint, rel oid, row tid) ON COMMIT DROP");
	run(stage, "CREATE TEMP TABLE emgov_done (n bigint) ON COMMIT DROP");
	/* what is said of them: a column, what it was and what it becomes; of one that counts no more, its status */
	run(stage, "CREATE TEMP TABLE emgov_said (n bigint, number text, status text, col text, was text, becomes text) ON COMMIT DROP");
	/* two imports at once would both find that a record is not there, or how many dead there are */
	if (db_extension())
		db_do("SELECT emgov_internal.lock_import($1::regclass)", 1, target->quoted);
	stage->direct = direct_begin(target, stage->staged, take_row, send_rows, stage);
	chars_reset(&stage->block);
	chars_reset(&stage->line);
	return stage;
}

static void
add_number(Chars *text, long long number)
{
	char		digits[24];
	int			n = 0;

	do
		digits[n++] = (char) ('0' + number % 10);
	while ((number /= 10) > 0);
	while (n > 0)
		chars_char(text, digits[--n]);
}

void
stage_add(Stage *stage, long long number, long line, const char *const *values)
{
	Chars	   *text = stage->direct ? &stage->line : &stage->block;
	bool		first = true;

	stage->records++;
	stage->last = number;
	if (stage->direct)
		chars_reset(text);
	else
	{
		add_number(text, number);
		chars_char(text, '\t');
		add_number(text, line);
		first = false;
	}
	for (int i = 0; i < stage->target->count; i++)
	{
		const char *value = values[i];

		if (!stage->staged[i])
			continue;
		if (!first)
			chars_char(text, '\t');
		first = false;
		if (!value)
		{
			chars_add(text, "\\N", 2);
			continue;
		}
		for (;;)
		{
			size_t		length = strcspn(value, "\\\t\n\r");

			chars_add(text, value, length);
			value += length;
			if (*value == '\0')
				break;
			chars_char(text, '\\');
			chars_char(text, *value == '\t' ? 't' : *value == '\n' ? 'n' : *value == '\r' ? 'r' : '\\');
			value++;
		}
	}
	chars_char(text, '\n');
	if (stage->direct)
		direct_add(stage->direct, number, line, values, text->data, text->length);
	else if (stage->block.length >= BLOCK)
		send_block(stage);
}

/* ------------------------------------------------------------------ records as rows */

/* The day that is taken for one that no heading has, as files of 双公示 have none: see assumed_day(). NULL: none. */
static const char *
taken_for(Stage *stage, int i)
{
	const char *other = stage->staged[i] ? NULL : assumed_day(stage->target, stage->target->columns[i].name);

	return other && is_there(stage, other) ? other : NULL;
}

/* The records as a query over the temporary table, a column for each of the table's. */
static void
make_rows(Stage *stage)
{
	const Target *target = stage->target;

	for (int given = 0; given < 2; given++)
	{
		Chars	   *rows = &stage->rows[given], from = {0};

		chars_reset(rows);
		chars_reset(&from);
		chars_string(rows, "SELECT s.\"#n\", s.\"#line\"");
		chars_string(&from, " FROM pg_temp.emgov_stage AS s");
		for (int i = 0; i < target->count; i++)
		{
			const TargetColumn *column = &target->columns[i];
			char	   *name = quoted(column->name);
			bool		has_default = column->default_expression && !strstr(column->default_expression, "nextval(");

			if (column->role == COLUMN_MADE)
			{
				if (stage->staged[i])
					chars_format(rows, ", s.%s", name);
			}
			else if (column->role == COLUMN_SUBJECT && !stage->staged[i] && strcmp(column->name, "subject_id") == 0 && stage->parties)
			{
				chars_format(rows, ", coalesce(%s%s%s) AS %s", stage->has_uscc ? "pu.subject_id" : "", stage->has_uscc && stage->has_name ? ", " : "",
							stage->has_name ? "pn.subject_id" : "", name);
				if (stage->has_uscc)
					chars_string(&from, " LEFT JOIN pg_temp.emgov_party AS pu ON pu.uscc = s.\"@uscc\"");
				if (stage->has_name)
					chars_format(&from, " LEFT JOIN pg_temp.emgov_party AS pn ON pn.uscc IS NULL AND pn.name = s.\"@name\"%s", stage->has_uscc ? " AND s.\"@uscc\" IS NULL" : "");
				stage->inserted[i] = true;
			}
			else if (column->role == COLUMN_NUMBER && stage->staged[i])
			{
				/* by its number, or by its key where the table has no such number */
				chars_format(rows, ", r%d.id AS %s", i, name);
				chars_format(&from, " LEFT JOIN (SELECT x.id, x.number FROM ONLY %s AS x WHERE x.status = 'valid') AS r%d ON r%d.number = s.%s", column->reference, i, i, name);
				stage->inserted[i] = true;
			}
			else if (stage->staged[i])
			{
				char	   *value = column_needs_cast(column) ? need_format("s.%s::%s", name, column->type)
					: need_format("s.%s", name);

				if (strcmp(target->table, "subject") == 0 && target->in_ledger && strcmp(column->name, "uscc") == 0)
				{
					free(value);
					value = need_format("regexp_replace(emgov.identifier(s.%s), '[[:space:]-]', '', 'g')", name);
				}
				if (has_default && !given)
					chars_format(rows, ", coalesce(%s, %s) AS %s", value, column->default_expression, name);
				else
					chars_format(rows, ", %s AS %s", value, name);
				free(value);
				stage->inserted[i] = true;
			}
			else if (strcmp(target->table, "subject") == 0 && target->in_ledger && strcmp(column->name, "kind") == 0)
			{
				bool		uscc = is_there(stage, "uscc"), identifier = is_there(stage, "identifier");

				chars_format(rows, ", CASE WHEN coalesce(%s%s%s) IS NOT NULL THEN 'enterprise' ELSE 'unit' END AS kind", uscc ? "s.uscc" : "NULL::text", identifier ? ", s.identifier" : "", "");
				stage->inserted[i] = true;
			}
			else if (is_day_of_accident(stage->target, column->name) && is_there(stage, "accident_id"))
			{
				/* nobody says when: on the day of the accident */
				chars_format(rows, ", (SELECT x.occurred_on FROM ONLY @ledger@.accident AS x WHERE x.id = r%d.id) AS %s", target_column(target, "accident_id"), name);
				stage->inserted[i] = true;
			}
			else if (taken_for(stage, i))
			{
				/* of new records alone: what is there already keeps its own day */
				if (given)
					chars_format(rows, ", NULL::date AS %s", name);
				else if (is_there(stage, "procedure"))
					chars_format(rows, ", CASE WHEN s.procedure = 'simple' THEN NULL::date ELSE s.%s END AS %s", taken_for(stage, i), name);
				else
					chars_format(rows, ", s.%s AS %s", taken_for(stage, i), name);
				stage->inserted[i] = true;
			}
			else if (has_default && !given)
				chars_format(rows, ", (%s) AS %s", column->default_expression, name);
			else
				chars_format(rows, ", NULL::%s AS %s", column->type, name);
			free(name);
		}
		chars_string(rows, from.data);
		chars_free(&from);
	}
}

/* ", a, b" of the columns that are given in the INSERT, each after a prefix. */
static void
add_columns(Stage *stage, Chars *sql, const char *prefix)
{
	bool		first = true;

	for (int i = 0; i < stage->target->count; i++)
		if (stage->inserted[i])
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(sql, "%s%s%s", first ? "" : ", ", prefix, name);
			first = false;
			free(name);
		}
}

/* ------------------------------------------------------------------ enterprises */

/*
 * Rows of the subject that is meant: by credit code; by an alias that was decided; by name; by a name that is the same
 * without the form of the firm and the place before it. What is not there is made, unless something is like it.
 */
static void
find_parties(Stage *stage)
{
	const char *uscc = stage->has_uscc ? "s.\"@uscc\"" : "NULL::text", *name = stage->has_name ? "s.\"@name\"" : "NULL::text";
	int			area = target_column(stage->target, "area_code");
	const char *where = area >= 0 && stage->staged[area] ? "min(s.area_code)" : "NULL::text";

	/* a row a code, whatever its names, and a row a name without a code */
	run_format(stage, "CREATE TEMP TABLE emgov_party ON COMMIT DROP AS "
			   "WITH x AS (SELECT regexp_replace(emgov.identifier(%1$s), '[[:space:]-]', '', 'g') AS uscc, %2$s AS name, min(s.\"#n\") AS n, %3$s AS area FROM pg_temp.emgov_stage AS s"
			   " WHERE coalesce(%1$s, %2$s) IS NOT NULL GROUP BY 1, 2)"
			   " SELECT x.uscc, (array_agg(x.name ORDER BY x.n) FILTER (WHERE x.name IS NOT NULL))[1] AS name, min(x.n) AS n, min(x.area) AS area, NULL::bigint AS subject_id, NULL::text AS key,"
			   " NULL::text AS likely FROM x WHERE x.uscc IS NOT NULL GROUP BY x.uscc"
			   " UNION ALL SELECT NULL, x.name, min(x.n), min(x.area), NULL, NULL, NULL FROM x WHERE x.uscc IS NULL GROUP BY x.name", uscc, name, where);
	run(stage, "ANALYZE pg_temp.emgov_party");
	if (stage->has_uscc)
	{
		/* the temporary table has codes in the form that the party has */
		run(stage, "UPDATE pg_temp.emgov_stage AS s SET \"@uscc\" = regexp_replace(emgov.identifier(s.\"@uscc\"), '[[:space:]-]', '', 'g')"
			" WHERE s.\"@uscc\" IS DISTINCT FROM regexp_replace(emgov.identifier(s.\"@uscc\"), '[[:space:]-]', '', 'g')");
		run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = s.id FROM ONLY @ledger@.subject AS s WHERE s.uscc = p.uscc");
		run(stage, "INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", '@uscc', emgov.uscc_problem(p.uscc), '' FROM pg_temp.emgov_party AS p JOIN pg_temp.emgov_stage AS s ON s.\"@uscc\" = p.uscc"
			" WHERE p.subject_id IS NULL AND emgov.uscc_problem(p.uscc) IS NOT NULL AND NOT EXISTS (SELECT FROM ONLY @ledger@.uscc_exception AS x WHERE x.uscc = p.uscc)");
		db_do("INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", '@uscc', $1, '' FROM pg_temp.emgov_party AS p JOIN pg_temp.emgov_stage AS s ON s.\"@uscc\" = p.uscc"
			  " WHERE p.subject_id IS NULL AND p.name IS NULL AND emgov.uscc_problem(p.uscc) IS NULL", 1,
			  TEXT("no enterprise has this credit code, and the row has no name to make one", "没有此统一社会信用代码的企业，行中也没有名称可供新建"));
		stage->result.subjects += run(stage, "WITH made AS (INSERT INTO @ledger@.subject (kind, uscc, name, area_code)"
									  " SELECT 'enterprise', p.uscc, p.name, p.area FROM pg_temp.emgov_party AS p WHERE p.subject_id IS NULL AND p.uscc IS NOT NULL AND p.name IS NOT NULL"
									  " AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = p.n) ORDER BY p.n RETURNING id, uscc)"
									  " UPDATE pg_temp.emgov_party AS p SET subject_id = m.id FROM made AS m WHERE m.uscc = p.uscc");
	}
	if (stage->has_name)
	{
		char	   *left;

		run(stage, "UPDATE pg_temp.emgov_party AS p SET key = emgov.enterprise_key(p.name) WHERE p.uscc IS NULL");
		run(stage, "ANALYZE pg_temp.emgov_party");
		run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = a.subject_id FROM ONLY @ledger@.subject_alias AS a WHERE p.uscc IS NULL AND a.name_key = p.key AND a.status = 'valid'");
		run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = s.id FROM (SELECT s.name, min(s.id) AS id FROM ONLY @ledger@.subject AS s"
			" WHERE s.status = 'valid' AND s.kind <> 'person' AND s.name IN (SELECT p.name FROM pg_temp.emgov_party AS p WHERE p.uscc IS NULL AND p.subject_id IS NULL)"
			" GROUP BY s.name HAVING count(*) = 1) AS s WHERE p.uscc IS NULL AND p.subject_id IS NULL AND s.name = p.name");
		left = db_value("SELECT count(*) FROM pg_temp.emgov_party AS p WHERE p.uscc IS NULL AND p.subject_id IS NULL", 0);
		if (left && atol(left) > 0)
		{
			run(stage, "CREATE TEMP TABLE emgov_known ON COMMIT DROP AS SELECT s.id, s.name, s.uscc, emgov.enterprise_key(s.name) AS key, emgov.enterprise_core(s.name, (" PLACES ")) AS core"
				" FROM ONLY @ledger@.subject AS s WHERE s.status = 'valid' AND s.kind <> 'person'");
			run(stage, "ANALYZE pg_temp.emgov_known");
			run(stage, "ALTER TABLE pg_temp.emgov_party ADD COLUMN core text");
			run(stage, "UPDATE pg_temp.emgov_party AS p SET core = emgov.enterprise_core(p.name, (" PLACES ")) WHERE p.uscc IS NULL AND p.subject_id IS NULL");
			run(stage, "ANALYZE pg_temp.emgov_party");
			run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = k.id FROM (SELECT key, min(id) AS id FROM pg_temp.emgov_known GROUP BY key HAVING count(*) = 1) AS k"
				" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND k.key = p.key");
			run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = k.id FROM (SELECT core, min(id) AS id FROM pg_temp.emgov_known GROUP BY core HAVING count(*) = 1) AS k"
				" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND k.core = p.core AND length(p.core) >= 2"
				" AND p.core IN (SELECT q.core FROM pg_temp.emgov_party AS q GROUP BY q.core HAVING count(DISTINCT q.key) = 1)");
			/* what is like it: of the same core, or of which one contains the other; not looked for where the names are very many */
			run(stage, "UPDATE pg_temp.emgov_party AS p SET likely = c.names FROM (SELECT p.name, string_agg(DISTINCT k.name, '; ') AS names FROM pg_temp.emgov_party AS p"
				" JOIN pg_temp.emgov_known AS k ON k.core = p.core OR k.key = p.key WHERE p.uscc IS NULL AND p.subject_id IS NULL GROUP BY p.name) AS c"
				" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND c.name = p.name");
			if (atol(left) <= 2000)
				run(stage, "UPDATE pg_temp.emgov_party AS p SET likely = c.names FROM (SELECT p.name, left(string_agg(DISTINCT k.name, '; '), 300) AS names FROM pg_temp.emgov_party AS p"
					" JOIN pg_temp.emgov_known AS k ON (strpos(k.core, p.core) > 0 AND length(p.core) >= 2) OR (strpos(p.core, k.core) > 0 AND length(k.core) >= 3)"
					" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND p.likely IS NULL GROUP BY p.name) AS c WHERE p.uscc IS NULL AND p.subject_id IS NULL AND p.likely IS NULL AND c.name = p.name");
			if (!stage->options->only_known)
			{
				/* a unit a key: two spellings of one name are one; ids ascend in the order of the names */
				stage->result.units = run(stage, "INSERT INTO @ledger@.subject (kind, name, area_code) SELECT 'unit', x.name, x.area FROM (SELECT DISTINCT ON (p.key) p.name, p.area, p.n"
										  " FROM pg_temp.emgov_party AS p WHERE p.uscc IS NULL AND p.subject_id IS NULL AND p.likely IS NULL ORDER BY p.key, p.n) AS x ORDER BY x.n");
				stage->result.subjects += stage->result.units;
				run(stage, "UPDATE pg_temp.emgov_party AS p SET subject_id = k.id FROM (SELECT emgov.enterprise_key(s.name) AS key, max(s.id) AS id FROM ONLY @ledger@.subject AS s"
					" WHERE s.kind = 'unit' AND s.id > coalesce((SELECT max(k.id) FROM pg_temp.emgov_known AS k), 0) GROUP BY 1) AS k"
					" WHERE p.uscc IS NULL AND p.subject_id IS NULL AND p.likely IS NULL AND k.key = p.key");
			}
			db_do("INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", '@name', $1, coalesce(p.likely, '') FROM pg_temp.emgov_party AS p JOIN pg_temp.emgov_stage AS s ON s.\"@name\" = p.name"
				  " WHERE p.uscc IS NULL AND p.subject_id IS NULL", 1,
				  TEXT("which enterprise this is has to be decided: it waits in import_pending", "待确定是哪家企业：已列入 import_pending"));
		}
		free(left);
	}
}

/* ------------------------------------------------------------------ checks */

typedef struct Rules
{
	Chars		test;			/* WHEN … THEN number … */
	Chars		reasons;		/* (number, column, reason), … */
	int			count;
} Rules;

static void
add_rule(Rules *rules, const char *condition, const char *column, const char *reason)
{
	char	   *c = quoted_literal(column), *r = quoted_literal(reason);

	rules->count++;
	chars_format(&rules->test, " WHEN %s THEN %d", condition, rules->count);
	chars_format(&rules->reasons, "%s(%d, %s, %s)", rules->count > 1 ? ", " : "", rules->count, c, r);
	free(c);
	free(r);
}

static void
add_catalog_rules(Stage *stage, Rules *rules)
{
	PGresult   *result = db_query("SELECT k.conname, pg_get_expr(k.conbin, k.conrelid), (SELECT string_agg(a.attname, ', ') FROM pg_attribute AS a WHERE a.attrelid ="
						" k.conrelid AND a.attnum = ANY (k.conkey))"
								  "  FROM pg_constraint AS k WHERE k.conrelid = $1::regclass AND k.contype = 'c' ORDER BY cardinality(k.conkey), k.conname", 1, stage->target->quoted);

	for (int row = 0; row < PQntuples(result); row++)
	{
		char	   *condition = need_format("NOT (%s)", PQgetvalue(result, row, 1));
		/* a name of several words says what it demands, another does not */
		const char *rule = PQgetvalue(result, row, strchr(PQgetvalue(result, row, 0), ' ') ? 0 : 1);
		char	   *reason = need_format(TEXT("it breaks the rule \"%s\"", "不符合规则“%s”"), rule);

		add_rule(rules, condition, db_field(result, row, 2) ? PQgetvalue(result, row, 2) : "", reason);
		free(condition);
		free(reason);
	}
	PQclear(result);
	result = db_query("SELECT k.confrelid::regclass::text, r.relname,"
					  " (SELECT string_agg(format('new.%I IS NOT NULL', a.attname), ' AND ') FROM unnest(k.conkey) AS u (n) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.n),"
					  " (SELECT string_agg(format('x.%I = new.%I', b.attname, a.attname), ' AND ') FROM unnest(k.conkey, k.confkey) AS u (n, m) JOIN pg_attribute AS a ON"
						" a.attrelid = k.conrelid AND a.attnum = u.n"
					  "   JOIN pg_attribute AS b ON b.attrelid = k.confrelid AND b.attnum = u.m),"
					  " (SELECT string_agg(a.attname, ',' ORDER BY u.i) FROM unnest(k.conkey) WITH ORDINALITY AS u (n, i) JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.n)"
					  "  FROM pg_constraint AS k JOIN pg_class AS r ON r.oid = k.confrelid WHERE k.conrelid = $1::regclass AND k.contype = 'f' ORDER BY k.conname", 1, stage->target->quoted);
	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *columns = PQgetvalue(result, row, 4);
		int			at = strchr(columns, ',') ? -1 : target_column(stage->target, columns);
		const TargetColumn *column = at >= 0 ? &stage->target->columns[at] : NULL;
		char	   *condition, *reason;
		bool		any = false;

		/* what was looked up is there; what is not given cannot be wrong */
		for (int i = 0; i < stage->target->count; i++)
			any = any || (stage->inserted[i] && (at == i || (at < 0 && strstr(columns, stage->target->columns[i].name))));
		if (!any || (column && (column->looked_up || column->role == COLUMN_NUMBER || (column->role == COLUMN_SUBJECT && !stage->staged[at]))))
			continue;
		condition = need_format("%s AND NOT EXISTS (SELECT FROM %s AS x WHERE %s)", PQgetvalue(result, row, 2), PQgetvalue(result, row, 0), PQgetvalue(result, row, 3));
		reason = need_format(TEXT("there is no such row in %s", "%s 中没有对应的行"), PQgetvalue(result, row, 1));
		add_rule(rules, condition, columns, reason);
		free(condition);
		free(reason);
	}
	PQclear(result);
}

/* Rows for which a trigger that may refuse has its condition met: they are tried one by one. */
static void
find_suspicious(Stage *stage)
{
	PGresult   *result = db_query("SELECT pg_get_triggerdef(t.oid) FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid WHERE t.tgrelid = $1::regclass AND NOT t.tgisinternal"
								  " AND t.tgtype & 7 = 7 AND t.tgqual IS NOT NULL AND t.tgenabled IN ('O', 'A') AND p.proname <> 'fold_identifier' ORDER BY t.tgname", 1, stage->target->quoted);
	Chars		sql = {0};

	chars_reset(&sql);
	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *definition = PQgetvalue(result, row, 0), *when = strstr(definition, " WHEN ("), *end = when;

		for (const char *next = when; next && (next = strstr(next, ") EXECUTE ")) != NULL; next++)
			end = next;
		if (when && end > when)
			chars_format(&sql, "%s(%.*s)", sql.length ? " OR " : "", (int) (end - when - 7), when + 7);
	}
	PQclear(result);
	if (sql.length)
		run_format(stage, "INSERT INTO pg_temp.emgov_todo SELECT new.\"#n\" FROM (%s) AS new WHERE (%s) AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\")",
				   stage->rows[0].data, sql.data);
	chars_free(&sql);
}

/* Values that only the server can read: tried one by one, each once. */
static void
try_casts(Stage *stage)
{
	for (int i = 0; i < stage->target->count; i++)
	{
		const TargetColumn *column = &stage->target->columns[i];
		char	   *name, *literal, *words, *body, *sql;

		if (!stage->staged[i] || !column_needs_cast(column))
			continue;
		name = quoted(column->name);
		literal = quoted_literal(column->name);
		words = quoted_literal(TEXT("%s", "不是该类型的值（服务器原文：%s）"));
		body = need_format("DECLARE r record; w text; BEGIN FOR r IN SELECT DISTINCT s.%1$s AS v FROM pg_temp.emgov_stage AS s WHERE s.%1$s IS NOT NULL LOOP BEGIN PERFORM r.v::%2$s;"
						   " EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS w = MESSAGE_TEXT;"
						   " INSERT INTO pg_temp.emgov_reject SELECT s.\"#n\", %3$s, format(%4$s, w), '' FROM pg_temp.emgov_stage AS s WHERE s.%1$s = r.v;"
						   " UPDATE pg_temp.emgov_stage AS s SET %1$s = NULL WHERE s.%1$s = r.v; END; END LOOP; END", name, column->type, literal, words);
		free(literal);
		free(words);
		literal = quoted_literal(body);
		sql = need_format("DO %s", literal);
		run(stage, sql);
		free(sql);
		free(body);
		free(literal);
		free(name);
	}
}

static void
check_rows(Stage *stage)
{
	Rules		rules = {0};

	chars_reset(&rules.test);
	chars_reset(&rules.reasons);
	for (int i = 0; i < stage->target->count; i++)
	{
		const TargetColumn *column = &stage->target->columns[i];
		char	   *name = quoted(column->name);
		char	   *condition;

		if (column->role == COLUMN_NUMBER && stage->staged[i])
		{
			char	   *reason = need_format(TEXT("no record of %s has this number", "%s 中没有此编号的记录"), column->reference_table);

			condition = need_format("new.%s IS NULL AND new.\"#n\" IN (SELECT s.\"#n\" FROM pg_temp.emgov_stage AS s WHERE s.%s IS NOT NULL)", name, name);
			add_rule(&rules, condition, column->name, reason);
			free(condition);
			free(reason);
		}
		if (column->not_null && column->role != COLUMN_MADE && !column->identity && !column->generated && (stage->inserted[i] || !column->default_expression) &&
			!(stage->target->in_ledger && strcmp(column->name, "received") == 0))
		{
			condition = need_format("new.%s IS NULL", name);
			add_rule(&rules, condition, column->role == COLUMN_SUBJECT && stage->has_name ? "@name" : column->name, TEXT("it must have a value", "必填"));
			free(condition);
		}
		if (stage->target->in_ledger && strcmp(stage->target->table, "subject") == 0 && strcmp(column->name, "uscc") == 0 && stage->inserted[i])
			add_rule(&rules, "emgov.uscc_problem(new.uscc) IS NOT NULL AND NOT EXISTS (SELECT FROM ONLY @ledger@.uscc_exception AS x WHERE x.uscc = new.uscc)", "uscc",
					 TEXT("it is no valid credit code", "统一社会信用代码校验不符"));
		free(name);
	}
	add_catalog_rules(stage, &rules);
	if (rules.count > 0)
		run_format(stage, "INSERT INTO pg_temp.emgov_reject SELECT b.n, v.col, v.reason, '' FROM (SELECT new.\"#n\" AS n, CASE%s END AS rule FROM (%s) AS new WHERE %s) AS b"
				   " JOIN (VALUES %s) AS v (rule, col, reason) ON v.rule = b.rule WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = b.n)",
				   rules.test.data, stage->rows[0].data, "NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = new.\"#n\")", rules.reasons.data);
	chars_free(&rules.test);
	chars_free(&rules.reasons);
	find_suspicious(stage);
}

/* ------------------------------------------------------------------ what is there already */

/* Columns that tell records from one another where they have no number: what they must have, who, and what it is called. */
static bool
is_key(const Stage *stage, int i)
{
	const TargetColumn *column = &stage->target->columns[i];

	if (!stage->inserted[i])
		return false;
	if (!stage->target->in_ledger)
		return true;
	if (column->role == COLUMN_SUBJECT || column->role == COLUMN_NUMBER)
		return true;
	if (strcmp(column->name, "description") == 0 || strcmp(column->name, "title") == 0 || strcmp(column->name, "name") == 0)
		return true;
	/* a case without a number: by the days that it has */
	if (taken_for((Stage *) stage, i))
		return false;
	if (strcmp(stage->target->table, "enforcement_case") == 0 && (strcmp(column->name, "filed_on") == 0 || strcmp(column->name, "decided_on") == 0 || strcmp(column->name, "note") == 0))
		return true;
	return column->not_null && !column->default_expression && strcmp(column->name, "kind") != 0 && strcmp(column->name, "value") != 0;
}

/*
 * By a unique key, through its index; else by all columns that are keys, the first of several that are alike by the first, of
 * those rows of the table that have values of the file in the columns that always have one. Of a ledger, one that counts
 * comes before those that do not, as withdrawn, written off or a duplicate: these are found as well, and have their status there.
 */
static void
match_by(Stage *stage, const bool *key, const char *only, bool unique)
{
	Chars		sql = {0}, join = {0}, names = {0}, theirs = {0}, among = {0};
	char	   *filled;

	chars_reset(&names);
	chars_reset(&theirs);
	chars_reset(&join);
	chars_reset(&among);
	for (int i = 0; i < stage->target->count; i++)
		if (key[i])
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(&names, "%snew.%s", names.length ? ", " : "", name);
			chars_format(&theirs, "%sx.%s", theirs.length ? ", " : "", name);
			chars_format(&join, " AND x.%s = f.%s", name, name);
			if (stage->target->columns[i].not_null && stage->target->in_ledger)
				chars_format(&among, " AND x.%s IN (SELECT f.%s FROM f)", name, name);
			free(name);
		}
	chars_reset(&sql);
	chars_format(&sql, "SELECT 1 FROM %s LIMIT 1", stage->target->quoted);
	filled = db_value(sql.data, 0);
	chars_reset(&sql);
	/* in an empty table there is nothing that they could be, but two of the file may be one */
	if (names.length > 0 && (unique || filled))
	{
		char	   *k = unique ? need_copy(names.data) : need_format("md5(ROW(%s)::text)", names.data);
		char	   *digest = unique ? need_copy("") : need_format(", %s AS \"#key\"", k);

		chars_format(&sql, "WITH f AS MATERIALIZED (SELECT new.\"#n\" AS \"#n\", %2$s%3$s, row_number() OVER w AS \"#place\", first_value(new.\"#n\") OVER w AS \"#first\" FROM (%4$s) AS new"
					 " WHERE %5$s AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\") WINDOW w AS (PARTITION BY %1$s ORDER BY new.\"#n\"))"
					 " INSERT INTO pg_temp.emgov_match SELECT f.\"#n\", f.\"#place\", ", k, names.data, digest, stage->rows[1].data, only);
		free(digest);
		if (!unique)
			chars_format(&sql, "t.rel, t.row, f.\"#first\", t.status FROM f JOIN (SELECT x.tableoid AS rel, x.ctid AS row, %3$s AS status, md5(ROW(%1$s)::text) AS key, row_number() OVER"
								" (PARTITION BY md5(ROW(%1$s)::text) ORDER BY %3$s IS NOT NULL, x.ctid) AS place"
						 " FROM %2$s AS x WHERE true%4$s) AS t ON t.key = f.\"#key\" AND t.place = f.\"#place\"", theirs.data, stage->target->quoted,
						 stage->target->has_status ? "nullif(x.status, 'valid')" : "NULL::text", among.data);
		else
			chars_format(&sql, "x.tableoid, x.ctid, f.\"#first\", NULL FROM f LEFT JOIN %s AS x ON %s%s%s WHERE x.ctid IS NOT NULL OR f.\"#place\" > 1", stage->target->quoted,
						 stage->direct ? "true" : "f.\"#place\" = 1", join.data, stage->target->has_status ? " AND x.status = 'valid'" : "");
		run(stage, sql.data);
		if (unique && filled && stage->target->has_status)
		{
			/* no index has these: once through the table, and not record by record */
			chars_reset(&sql);
			chars_format(&sql, "WITH f AS MATERIALIZED (SELECT DISTINCT ON (%1$s) new.\"#n\" AS \"#n\", %1$s FROM (%2$s) AS new"
						 " WHERE %3$s AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = new.\"#n\") ORDER BY %1$s, new.\"#n\")"
						 " INSERT INTO pg_temp.emgov_match SELECT DISTINCT ON (f.\"#n\") f.\"#n\", 1, x.tableoid, x.ctid, f.\"#n\", x.status FROM f JOIN %4$s AS x ON x.status <> 'valid'%5$s"
						 " WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = f.\"#n\") ORDER BY f.\"#n\", x.ctid DESC",
						 names.data, stage->rows[1].data, only, stage->target->quoted, join.data);
			run(stage, sql.data);
		}
		free(k);
	}
	free(filled);
	chars_free(&sql);
	chars_free(&join);
	chars_free(&names);
	chars_free(&theirs);
	chars_free(&among);
}

/* Unique indexes all of whose columns are given; of a ledger, its number and codes. */
static void
match_rows(Stage *stage)
{
	const Target *target = stage->target;
	bool	   *key = need((size_t) target->count * sizeof *key);
	PGresult   *result = db_query("SELECT (SELECT string_agg(a.attname, ',' ORDER BY u.i) FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u (n, i) JOIN pg_attribute AS"
						" a ON a.attrelid = i.indrelid AND a.attnum = u.n)"
								  "  FROM pg_index AS i WHERE i.indrelid = $1::regclass AND i.indisunique AND i.indexprs IS NULL AND 0 <> ALL (i.indkey::int2[])"
								  " AND (i.indpred IS NULL OR $2::boolean) ORDER BY i.indisprimary, i.indexrelid", 2, target->quoted, target->in_ledger ? "t" : "f");
	Chars		only = {0};
	bool		whole = false;

	chars_reset(&only);
	chars_string(&only, "true");
	for (int row = 0; row < PQntuples(result) && !whole; row++)
	{
		char	   *columns = need_copy(PQgetvalue(result, row, 0)), *rest = columns, *name;
		bool		all = true, must = true;
		Chars		given = {0};

		memset(key, 0, (size_t) target->count * sizeof *key);
		chars_reset(&given);
		while ((name = strsep(&rest, ",")) != NULL)
		{
			int			at = target_column(target, name);
			char	   *q = quoted(name);

			if (at < 0 || !stage->inserted[at])
				all = false;
			else
			{
				key[at] = true;
				must = must && target->columns[at].not_null;
				chars_format(&given, "%snew.%s IS NOT NULL", given.length ? " AND " : "", q);
			}
			free(q);
		}
		if (all)
		{
			char	   *condition = need_format("%s AND %s", only.data, given.data);

			match_by(stage, key, condition, true);
			free(condition);
			if (must)
				whole = true;
			else
				chars_format(&only, " AND NOT (%s)", given.data);
		}
		chars_free(&given);
		free(columns);
	}
	PQclear(result);
	/* where the table was empty, what is alike is of this file, and stands there as often as the file says it */
	if (!whole && !stage->direct)
	{
		for (int i = 0; i < target->count; i++)
			key[i] = is_key(stage, i);
		match_by(stage, key, only.data, false);
	}
	free(key);
	chars_free(&only);
}

/* Records that say the same of one key twice are one; that say different things, the first is taken and the others refused. */
static void
settle_duplicates(Stage *stage)
{
	Chars		differ = {0};
	char	   *reason = quoted_literal(TEXT("the same key stands on line %s already, with other values", "第%s行已有同一编号或主键，内容不同"));
	char	   *above = quoted_literal(TEXT("the same key stands further up already, with other values", "前面已有同一编号或主键，内容不同"));

	chars_reset(&differ);
	for (int i = 0; i < stage->target->count; i++)
		if (stage->inserted[i] || (stage->staged[i] && stage->target->columns[i].role == COLUMN_MADE && stage->target->columns[i].name[0] == '@'))
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(&differ, "%sa.%s IS DISTINCT FROM b.%s", differ.length ? " OR " : "", name, name);
			free(name);
		}
	run_format(stage, "INSERT INTO pg_temp.emgov_reject SELECT a.\"#n\", '', format(%1$s, b.\"#line\"), '' FROM pg_temp.emgov_match AS m JOIN (%2$s) AS a ON a.\"#n\" ="
						" m.n JOIN (%2$s) AS b ON b.\"#n\" = m.first"
			   " WHERE m.row IS NULL AND (%3$s)", reason, stage->rows[1].data, differ.data);
	if (stage->direct)
	{
		/* what they are like went in at once */
		direct_first_lines(stage->direct);
		run_format(stage, "INSERT INTO pg_temp.emgov_reject SELECT a.\"#n\", '', coalesce(format(%1$s, f.line), %2$s), '' FROM pg_temp.emgov_match AS m JOIN (%3$s) AS a ON a.\"#n\" = m.n"
				   " JOIN %4$s AS b ON b.ctid = m.row AND b.tableoid = m.rel LEFT JOIN pg_temp.emgov_first AS f ON f.n = m.n WHERE %5$s",
				   reason, above, stage->rows[0].data, stage->target->quoted, differ.data);
	}
	free(reason);
	free(above);
	chars_free(&differ);
}

/* ------------------------------------------------------------------ putting in */

static void
refuse(const char *number, const PGresult *failed)
{
	const char *message = PQresultErrorField(failed, PG_DIAG_MESSAGE_PRIMARY), *detail = PQresultErrorField(failed, PG_DIAG_MESSAGE_DETAIL),
			   *column = PQresultErrorField(failed, PG_DIAG_COLUMN_NAME), *hint = PQresultErrorField(failed, PG_DIAG_MESSAGE_HINT),
			   *cause = db_cause(PQresultErrorField(failed, PG_DIAG_SQLSTATE));
	Chars		reason = {0};

	chars_reset(&reason);
	/* whole sentences, one after the other; the server's are English */
	if (cause)
		chars_format(&reason, "%s（服务器原文：", cause);
	chars_string(&reason, message ? message : "");
	if (detail)
		chars_format(&reason, "%s%s", ends_with(reason.data, ".") ? " " : ". ", detail);
	if (hint)
		chars_format(&reason, "%s%s", ends_with(reason.data, ".") ? " " : ". ", hint);
	if (cause)
		chars_string(&reason, "）");
	db_do("INSERT INTO pg_temp.emgov_reject VALUES ($1, $2, $3, '')", 3, number, column ? column : "", reason.data);
	chars_free(&reason);
}

/* What is not about a record is about all of them: rights, locks, timeouts, resources, faults of the server. */
void
stage_fail_of_all(const PGresult *failed)
{
	static const char *const states[] = {"08", "25", "40", "42501", "53", "55P03", "57", "58", "XX", NULL};
	const char *state = PQresultErrorField(failed, PG_DIAG_SQLSTATE);

	for (const char *const *one = states; *one; one++)
		if (!state || starts_with(state, *one))
			db_failed(failed);
}

static bool
try(Stage *stage, const char *sql, PGresult **failed)
{
	PGresult   *result;

	say_sql(sql);
	result = db_try(sql, 0);
	*failed = NULL;
	if (db_ok(result))
	{
		stage->touched = atoll(PQcmdTuples(result));
		PQclear(result);
		return true;
	}
	if (PQstatus(db_connect()) != CONNECTION_OK || task_signal)
		db_failed(result);
	*failed = result;
	return false;
}

/* A query for the penalties that records in emgov_id say: n, id of the case, kind, fine, place. */
static void
add_penalties(Stage *stage, Chars *sql)
{
	chars_format(sql, "SELECT i.n, i.id, k.kind, %s + %s AS fine, k.n AS place FROM pg_temp.emgov_id AS i JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = i.n"
				 " CROSS JOIN LATERAL (SELECT u.kind, u.n, count(*) FILTER (WHERE u.kind = 'fine') OVER () > 0 AS has_fine, count(*) FILTER (WHERE u.kind = 'confiscation') OVER () > 0 AS has_goods"
				 " FROM (SELECT DISTINCT ON (v.kind) v.kind, v.n FROM (SELECT w.kind, w.n FROM unnest(string_to_array(%s, ',')) WITH ORDINALITY AS w (kind, n)",
				 is_there(stage, "@fine") ? "CASE WHEN k.kind = 'fine' OR (NOT k.has_fine AND k.n = 1) THEN coalesce(s.\"@fine\", 0) ELSE 0 END" : "0",
				 is_there(stage, "@confiscated") ? "CASE WHEN k.kind = 'confiscation' THEN coalesce(s.\"@confiscated\", 0) ELSE 0 END" : "0", is_there(stage, "@penalty") ? "s.\"@penalty\"" : "NULL");
	if (is_there(stage, "@fine"))
		chars_string(sql, " UNION ALL SELECT 'fine', 100 WHERE s.\"@fine\" > 0");
	if (is_there(stage, "@confiscated"))
		chars_string(sql, " UNION ALL SELECT 'confiscation', 101 WHERE s.\"@confiscated\" > 0");
	chars_string(sql, ") AS v ORDER BY v.kind, v.n) AS u) AS k");
}

/* What is made of other columns, for the records that are in emgov_id and not old. */
static bool
insert_children(Stage *stage, const char *from, const char *to, PGresult **failed)
{
	Chars		sql = {0};
	bool		fine = true;

	chars_reset(&sql);
	if (strcmp(stage->target->table, "accident") == 0)
	{
		const char *missing = is_there(stage, "@missing") ? "coalesce(s.\"@missing\", 0)" : "0";

		chars_string(&sql, "INSERT INTO @ledger@.casualty (accident_id, outcome, outcome_on) SELECT i.id, o.outcome, s.occurred_on FROM pg_temp.emgov_id AS i JOIN"
							" pg_temp.emgov_stage AS s ON s.\"#n\" = i.n"
					" CROSS JOIN LATERAL (VALUES ");
		chars_format(&sql, "('dead', coalesce(%s, greatest(%s - %s, 0)))", is_there(stage, "@dead") ? "s.\"@dead\"" : "NULL", is_there(stage, "@dead_missing") ? "s.\"@dead_missing\"" : "0", missing);
		chars_format(&sql, ", ('missing', %s), ('serious', %s), ('minor', %s)", missing, is_there(stage, "@serious") ? "s.\"@serious\"" : "0", is_there(stage, "@minor") ? "s.\"@minor\"" : "0");
		chars_format(&sql, ") AS o (outcome, count) CROSS JOIN LATERAL generate_series(1, o.count) AS g WHERE NOT i.old AND i.n BETWEEN %s AND %s AND o.count > 0 ORDER BY i.id", from, to);
	}
	else
	{
		chars_string(&sql, "INSERT INTO @ledger@.penalty (enforcement_case_id, kind_code, fine) SELECT w.id, w.kind, w.fine FROM (");
		add_penalties(stage, &sql);
		chars_format(&sql, " WHERE NOT i.old AND i.n BETWEEN %s AND %s) AS w ORDER BY w.id, w.place", from, to);
	}
	fine = try(stage, sql.data, failed);
	chars_free(&sql);
	return fine;
}

/* Triggers of what follows join the rows just added: where these are many, an owner tells the planner so. */
static bool
count_anew(Stage *stage, long long rows)
{
	char	   *owner = rows < 1000 ? NULL : db_value("SELECT pg_has_role(c.relowner, 'USAGE')::text FROM pg_class AS c WHERE c.oid = $1::regclass", 1, stage->target->quoted);

	if (owner && strcmp(owner, "true") == 0)
		run_format(stage, "ANALYZE %s", stage->target->quoted);
	free(owner);
	return true;
}

/* Records from one number to another that are to be added; true when all went in. */
static bool
insert_range(Stage *stage, long long from, long long to, const char *extra, PGresult **failed)
{
	Chars		sql = {0};
	char	   *a = need_format("%lld", from), *b = need_format("%lld", to);
	char	   *filter = need_format("new.\"#n\" BETWEEN %s AND %s%s", a, b, extra);
	bool		fine;
	long long	rows;

	run(stage, "SAVEPOINT emgov");
	chars_reset(&sql);
	if (stage->children)
		chars_string(&sql, "WITH made AS (");
	chars_format(&sql, "INSERT INTO %s (", stage->target->quoted);
	add_columns(stage, &sql, "");
	chars_string(&sql, ") SELECT ");
	add_columns(stage, &sql, "new.");
	chars_format(&sql, " FROM (%s) AS new WHERE %s ORDER BY new.\"#n\"", stage->rows[0].data, filter);
	if (stage->children)
		chars_string(&sql, " RETURNING id) INSERT INTO pg_temp.emgov_made SELECT row_number() OVER (ORDER BY id), id FROM made");
	fine = try(stage, sql.data, failed);
	rows = fine ? stage->touched : 0;
	if (fine && stage->children)
	{
		chars_reset(&sql);
		if (is_there(stage, "id"))
			chars_format(&sql, "INSERT INTO pg_temp.emgov_id SELECT new.\"#n\", m.id, false FROM (%s) AS new JOIN pg_temp.emgov_made AS m ON m.id = new.id WHERE %s", stage->rows[0].data, filter);
		else
			/* keys that are made ascend with the records, for these are given in that order */
			chars_format(&sql, "INSERT INTO pg_temp.emgov_id SELECT f.n, m.id, false FROM (SELECT new.\"#n\" AS n, row_number() OVER (ORDER BY new.\"#n\") AS place FROM"
								" pg_temp.emgov_stage AS new WHERE %s) AS f"
					" JOIN pg_temp.emgov_made AS m USING (place)", filter);
		run(stage, "ANALYZE pg_temp.emgov_made");
		fine = try(stage, sql.data, failed) && try(stage, "ANALYZE pg_temp.emgov_id", failed) && count_anew(stage, rows) && insert_children(stage, a, b, failed) &&
							try(stage, "TRUNCATE pg_temp.emgov_made", failed);
	}
	/* rules that wait for the end of the transaction are asked now */
	if (fine)
		fine = try(stage, "SET CONSTRAINTS ALL IMMEDIATE", failed);
	if (fine)
	{
		run(stage, "RELEASE SAVEPOINT emgov");
		stage->put_in += rows;
	}
	else
	{
		run(stage, "ROLLBACK TO SAVEPOINT emgov");
		run(stage, "RELEASE SAVEPOINT emgov");
	}
	free(a);
	free(b);
	free(filter);
	chars_free(&sql);
	return fine;
}

static void
insert_halving(Stage *stage, long long from, long long to, const char *extra)
{
	PGresult   *failed = NULL;

	if (insert_range(stage, from, to, extra, &failed))
		return;
	stage_fail_of_all(failed);
	if (from == to)
	{
		char	   *number = need_format("%lld", from);

		refuse(number, failed);
		free(number);
		PQclear(failed);
		return;
	}
	PQclear(failed);
	insert_halving(stage, from, from + (to - from) / 2, extra);
	insert_halving(stage, from + (to - from) / 2 + 1, to, extra);
}

static void
insert_rows(Stage *stage)
{
	PGresult   *todo;
	char	   *skip;

	run(stage, "CREATE TEMP TABLE emgov_skip ON COMMIT DROP AS SELECT n FROM pg_temp.emgov_reject UNION SELECT n FROM pg_temp.emgov_match UNION SELECT n FROM pg_temp.emgov_todo");
	run(stage, "ANALYZE pg_temp.emgov_skip");
	skip = db_value("SELECT CASE WHEN EXISTS (SELECT FROM pg_temp.emgov_skip) THEN ' AND NOT EXISTS (SELECT FROM pg_temp.emgov_skip AS k WHERE k.n = new.\"#n\")' ELSE '' END", 0);
	if (stage->records > 0)
		insert_halving(stage, 1, stage->last, skip ? skip : "");
	free(skip);
	todo = db_query("SELECT DISTINCT t.n FROM pg_temp.emgov_todo AS t WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = t.n)"
					" AND NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = t.n) ORDER BY t.n", 0);
	if (PQntuples(todo) > 0)
		run(stage, "CREATE INDEX ON pg_temp.emgov_stage (\"#n\")");
	for (int row = 0; row < PQntuples(todo); row++)
	{
		long long	n = atoll(PQgetvalue(todo, row, 0));

		insert_halving(stage, n, n, "");
	}
	PQclear(todo);
}

/* The record's number, where the table has one, for what is said of it. */
static const char *
number_of(const Stage *stage)
{
	return stage->target->in_ledger && target_column(stage->target, "number") >= 0 ? "t.number" : "NULL::text";
}

/* Columns of records that have another value in the table: what comes after FROM has new and t. */
static void
keep_differences(Stage *stage, const char *from, const char *status)
{
	Chars		values = {0};

	chars_reset(&values);
	for (int i = 0; i < stage->target->count; i++)
	{
		const TargetColumn *column = &stage->target->columns[i];
		char	   *name, *literal;
		/* what is kept as a key is said by a name or number */
		const char *called = column->role == COLUMN_SUBJECT ? "name" : column->role == COLUMN_NUMBER ? "number" : NULL;

		if (!stage->inserted[i] || column->identity)
			continue;
		name = quoted(column->name);
		literal = quoted_literal(column->name);
		chars_format(&values, "%s(%d, %s, ", values.length ? ", " : "", i, literal);
		for (int side = 0; side < 2; side++)
			if (called)
				chars_format(&values, "(SELECT r.%s FROM ONLY %s AS r WHERE r.id = %s.%s), ", called, column->reference, side ? "new" : "t", name);
			else
				chars_format(&values, "%s.%s::text, ", side ? "new" : "t", name);
		chars_format(&values, "new.%1$s IS NOT NULL AND new.%1$s IS DISTINCT FROM t.%1$s)", name);
		free(name);
		free(literal);
	}
	if (values.length)
		run_format(stage, "INSERT INTO pg_temp.emgov_said SELECT new.\"#n\", %s, %s, v.col, v.was, v.becomes FROM (%s) AS new %s"
				   " CROSS JOIN LATERAL (VALUES %s) AS v (place, col, was, becomes, differs) WHERE v.differs ORDER BY new.\"#n\", v.place LIMIT " MOST_KEPT,
				   number_of(stage), status, stage->rows[1].data, from, values.data);
	chars_free(&values);
}

/* What is there, but counts no more: it is not touched; what the file says otherwise of it is said. */
static void
keep_dead(Stage *stage)
{
	char	   *from;

	if (run_format(stage, "INSERT INTO pg_temp.emgov_said SELECT m.n, %s, m.status FROM pg_temp.emgov_match AS m JOIN %s AS t ON t.ctid = m.row AND t.tableoid = m.rel"
				   " WHERE m.status IS NOT NULL ORDER BY m.n LIMIT " MOST_KEPT, number_of(stage), stage->target->quoted) == 0)
		return;
	from = need_format("JOIN pg_temp.emgov_match AS m ON m.n = new.\"#n\" AND m.status IS NOT NULL JOIN %s AS t ON t.ctid = m.row AND t.tableoid = m.rel", stage->target->quoted);
	keep_differences(stage, from, "m.status");
	free(from);
}

/*
 * What is there already and said otherwise now; an empty cell says nothing. These rows are locked: false where somebody
 * else has changed one since it was found.
 */
#define DONE " RETURNING c.n) INSERT INTO pg_temp.emgov_done SELECT u.n FROM u"

static bool
find_changes(Stage *stage)
{
	Chars		differ = {0};
	long long	changes;
	bool		held = true;

	if (stage->direct)
		return true;			/* the table was empty: settle_duplicates() compares with what is of this file */
	chars_reset(&differ);
	for (int i = 0; i < stage->target->count; i++)
		if (stage->inserted[i] && !stage->target->columns[i].identity)
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(&differ, "%s(new.%s IS NOT NULL AND new.%s IS DISTINCT FROM t.%s)", differ.length ? " OR " : "", name, name, name);
			free(name);
		}
	if (stage->target->has_status)
		keep_dead(stage);
	changes = run_format(stage, "INSERT INTO pg_temp.emgov_change SELECT m.n, m.rel, m.row FROM pg_temp.emgov_match AS m JOIN (%s) AS new ON new.\"#n\" = m.n JOIN %s AS"
						" t ON t.ctid = m.row AND t.tableoid = m.rel"
						 " WHERE m.status IS NULL AND (%s)", stage->rows[1].data, stage->target->quoted, differ.length ? differ.data : "false");
	if (changes > 0)
	{
		char	   *may = db_value("SELECT (has_table_privilege(c, 'UPDATE') OR has_any_column_privilege(c, 'UPDATE'))::text FROM (SELECT $1::regclass::oid AS c) AS x", 1, stage->target->quoted);

		if (may && strcmp(may, "true") == 0)
			held = run_format(stage, "SELECT 1 FROM pg_temp.emgov_change AS c JOIN %s AS t ON t.ctid = c.row AND t.tableoid = c.rel FOR NO KEY UPDATE OF t", stage->target->quoted) >= changes;
		free(may);
	}
	if (stage->children && held)
		held = run_format(stage, "INSERT INTO pg_temp.emgov_id SELECT m.n, t.id, true FROM pg_temp.emgov_match AS m"
						  "  JOIN %s AS t ON t.ctid = m.row AND t.tableoid = m.rel WHERE m.status IS NULL", stage->target->quoted) >=
			run(stage, "SELECT 1 FROM pg_temp.emgov_match WHERE row IS NOT NULL AND status IS NULL");
	if (held && changes > 0)
	{
		char	   *from = need_format("JOIN pg_temp.emgov_change AS c ON c.n = new.\"#n\" JOIN %s AS t ON t.ctid = c.row AND t.tableoid = c.rel", stage->target->quoted);

		keep_differences(stage, from, "NULL::text");
		free(from);
	}
	chars_free(&differ);
	return held;
}

static void
update_rows(Stage *stage)
{
	Chars		set = {0}, sql = {0};
	PGresult   *failed;
	PGresult   *changes;
	char	   *one;
	bool		fine;

	chars_reset(&set);
	for (int i = 0; i < stage->target->count; i++)
		if (stage->inserted[i] && !stage->target->columns[i].identity)
		{
			char	   *name = quoted(stage->target->columns[i].name);

			chars_format(&set, "%s%s = coalesce(new.%s, t.%s)", set.length ? ", " : "", name, name, name);
			free(name);
		}
	changes = db_query("SELECT n, rel, row FROM pg_temp.emgov_change ORDER BY n", 0);
	if (PQntuples(changes) > 0)
	{
		chars_reset(&sql);
		chars_format(&sql, "WITH u AS (UPDATE %s AS t SET %s FROM (%s) AS new JOIN pg_temp.emgov_change AS c ON c.n = new.\"#n\" WHERE t.ctid = c.row AND t.tableoid ="
							" c.rel", stage->target->quoted, set.data, stage->rows[1].data);
		run(stage, "SAVEPOINT emgov");
		one = need_format("%s" DONE, sql.data);
		fine = try(stage, one, &failed);
		free(one);
		if (fine)
			run(stage, "RELEASE SAVEPOINT emgov");
		else
		{
			stage_fail_of_all(failed);
			PQclear(failed);
			run(stage, "ROLLBACK TO SAVEPOINT emgov");
			for (int row = 0; row < PQntuples(changes); row++)
			{
				one = need_format("%s AND c.n = %s" DONE, sql.data, PQgetvalue(changes, row, 0));
				if (try(stage, one, &failed))
					run(stage, "RELEASE SAVEPOINT emgov");
				else
				{
					stage_fail_of_all(failed);
					run(stage, "ROLLBACK TO SAVEPOINT emgov");
					run(stage, "RELEASE SAVEPOINT emgov");
					refuse(PQgetvalue(changes, row, 0), failed);
					PQclear(failed);
				}
				run(stage, "SAVEPOINT emgov");
				free(one);
			}
			run(stage, "RELEASE SAVEPOINT emgov");
		}
	}
	PQclear(changes);
	chars_free(&set);
	chars_free(&sql);
}

/* Casualties and penalties of records that were there already are made what the file says, where it says something. */
static void
update_children(Stage *stage)
{
	char	   *note = need_format(TEXT("corrected by %s", "按 %s 更正"), stage->options->file), *n = quoted_literal(note);

	if (strcmp(stage->target->table, "accident") == 0)
	{
		const char *missing = is_there(stage, "@missing") ? "s.\"@missing\"" : "NULL::int";
		char	   *want = need_format("(SELECT i.n, i.id, s.occurred_on, o.outcome, o.count FROM pg_temp.emgov_id AS i JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = i.n"
									   " CROSS JOIN LATERAL (VALUES ('dead', coalesce(%s, greatest(%s - coalesce(%s, 0), 0))), ('missing', %s), ('serious', %s), ('minor', %s)) AS o (outcome, count)"
									   " WHERE i.old AND o.count IS NOT NULL AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = i.n))",
									   is_there(stage, "@dead") ? "s.\"@dead\"" : "NULL::int", is_there(stage, "@dead_missing") ? "s.\"@dead_missing\"" : "NULL::int", missing, missing,
									   is_there(stage, "@serious") ? "s.\"@serious\"" : "NULL::int", is_there(stage, "@minor") ? "s.\"@minor\"" : "NULL::int");

		run_format(stage, "CREATE TEMP TABLE emgov_want ON COMMIT DROP AS SELECT w.n, w.id, w.occurred_on, w.outcome, w.count, (SELECT count(*)::int FROM ONLY @ledger@.casualty AS c"
				   " WHERE c.accident_id = w.id AND c.outcome = w.outcome AND c.status = 'valid') AS have FROM %s AS w", want);
		/* nobody adds a casualty to an accident that is locked so; what somebody was adding is counted now */
		if (run(stage, "SELECT 1 FROM ONLY @ledger@.accident AS a WHERE a.id IN (SELECT w.id FROM pg_temp.emgov_want AS w WHERE w.have <> w.count) FOR UPDATE OF a") > 0)
			run(stage, "UPDATE pg_temp.emgov_want AS w SET have = (SELECT count(*)::int FROM ONLY @ledger@.casualty AS c WHERE c.accident_id = w.id AND c.outcome = w.outcome AND c.status = 'valid')");
		run(stage, "INSERT INTO pg_temp.emgov_done SELECT w.n FROM pg_temp.emgov_want AS w WHERE w.have <> w.count");
		run_format(stage, "INSERT INTO pg_temp.emgov_said SELECT w.n, t.number, NULL, CASE w.outcome WHEN 'dead' THEN '%s' ELSE '@' || w.outcome END, w.have::text, w.count::text"
				   " FROM pg_temp.emgov_want AS w JOIN ONLY @ledger@.accident AS t ON t.id = w.id WHERE w.have <> w.count ORDER BY w.n LIMIT " MOST_KEPT,
				   is_there(stage, "@dead") ? "@dead" : "@dead_missing");
		run(stage, "INSERT INTO @ledger@.casualty (accident_id, outcome, outcome_on) SELECT w.id, w.outcome, w.occurred_on FROM pg_temp.emgov_want AS w CROSS JOIN"
							" LATERAL generate_series(w.have + 1, w.count)");
		run_format(stage, "UPDATE @ledger@.casualty AS c SET status = 'withdrawn', note = %s FROM (SELECT c.id FROM pg_temp.emgov_want AS w CROSS JOIN LATERAL (SELECT"
							" c.id FROM ONLY @ledger@.casualty AS c"
							  " WHERE c.accident_id = w.id AND c.outcome = w.outcome AND c.status = 'valid' ORDER BY (c.person IS NOT NULL), c.id DESC LIMIT"
								" greatest(w.have - w.count, 0)) AS c) AS d WHERE d.id = c.id", n);
		free(want);
	}
	else
	{
		static const char *const amounts[][2] = {{"@fine", "fine"}, {"@confiscated", "confiscation"}};
		Chars		sql = {0};

		for (int i = 0; i < 2; i++)
			if (is_there(stage, amounts[i][0]))
			{
				run_format(stage, "INSERT INTO pg_temp.emgov_said SELECT i.n, t.number, NULL, '%1$s', y.fine::text, s.\"%1$s\"::text FROM pg_temp.emgov_id AS i"
						   " JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = i.n JOIN @ledger@.penalty AS y ON y.enforcement_case_id = i.id JOIN ONLY @ledger@.enforcement_case AS t ON t.id = i.id"
						   " WHERE i.old AND y.subject_id IS NULL AND y.kind_code = '%2$s' AND y.status = 'valid' AND y.fine <> s.\"%1$s\" ORDER BY i.n LIMIT " MOST_KEPT,
						   amounts[i][0], amounts[i][1]);
				run_format(stage, "WITH u AS (UPDATE @ledger@.penalty AS y SET fine = s.\"%1$s\" FROM pg_temp.emgov_id AS i JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = i.n"
						   " WHERE i.old AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = i.n) AND y.enforcement_case_id = i.id AND y.subject_id IS NULL AND y.kind_code = '%2$s'"
						   " AND y.status = 'valid' AND s.\"%1$s\" IS NOT NULL AND y.fine <> s.\"%1$s\" RETURNING i.n) INSERT INTO pg_temp.emgov_done SELECT n FROM u", amounts[i][0], amounts[i][1]);
			}
		/* kinds that the case has not yet; what the file no longer names stays, for it may be of somebody else's file */
		add_penalties(stage, &sql);
		run_format(stage, "CREATE TEMP TABLE emgov_want ON COMMIT DROP AS SELECT w.n, w.id, w.kind, w.fine, w.place FROM (%s) AS w JOIN pg_temp.emgov_id AS i ON i.n = w.n WHERE i.old"
				   " AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = w.n)"
				   " AND NOT EXISTS (SELECT FROM ONLY @ledger@.penalty AS y WHERE y.enforcement_case_id = w.id AND y.kind_code = w.kind AND y.status = 'valid')", sql.data);
		run(stage, "INSERT INTO @ledger@.penalty (enforcement_case_id, kind_code, fine) SELECT w.id, w.kind, w.fine FROM pg_temp.emgov_want AS w ORDER BY w.id, w.place");
		run(stage, "INSERT INTO pg_temp.emgov_done SELECT w.n FROM pg_temp.emgov_want AS w");
		run(stage, "INSERT INTO pg_temp.emgov_said SELECT w.n, t.number, NULL, '@penalty', NULL, w.kind FROM pg_temp.emgov_want AS w JOIN ONLY @ledger@.enforcement_case AS t ON t.id = w.id"
			" ORDER BY w.n LIMIT " MOST_KEPT);
		chars_free(&sql);
	}
	free(note);
	free(n);
}

/* What waits for a decision: the record, the name, and what is like it. */
static void
keep_pending(Stage *stage)
{
	if (!stage->has_name)
		return;
	stage->result.pending = run_format(stage, "SELECT 1 FROM pg_temp.emgov_reject AS r WHERE r.col = '@name' AND EXISTS (SELECT FROM pg_temp.emgov_party AS p JOIN"
						" pg_temp.emgov_stage AS s ON s.\"@name\" = p.name"
									   " WHERE s.\"#n\" = r.n AND p.uscc IS NULL AND p.subject_id IS NULL)");
	if (stage->result.pending > 0)
		db_do("INSERT INTO @ledger@.import_pending (table_name, name, name_key, candidates, file, line, record, record_key)"
			  " SELECT $1, p.name, p.key, p.likely, $2, s.\"#line\", jsonb_strip_nulls(to_jsonb(s) - '#n' - '#line'), md5(jsonb_strip_nulls(to_jsonb(s) - '#n' - '#line')::text)"
			  "  FROM pg_temp.emgov_party AS p JOIN pg_temp.emgov_stage AS s ON s.\"@name\" = p.name WHERE p.uscc IS NULL AND p.subject_id IS NULL"
			  " ON CONFLICT (table_name, name_key, record_key) WHERE status = 'valid' AND decided_on IS NULL DO NOTHING", 2, stage->target->table, stage->options->file);
}

StageResult
stage_finish(Stage *stage)
{
	char	   *count;

	if (stage->direct)
		stage->put_in = direct_end(stage->direct);
	end_block(stage);
	fold_identifiers(stage);
	run(stage, "ANALYZE pg_temp.emgov_stage");
	try_casts(stage);
	if (stage->parties)
		find_parties(stage);
	if (stage->parties)
		run(stage, "ANALYZE pg_temp.emgov_party");
	make_rows(stage);
	run(stage, "ANALYZE pg_temp.emgov_reject");
	/* few rows look into a table that nobody has counted yet: by its index, and by place */
	if (stage->direct)
		run(stage, "SELECT set_config(s, 'off', true) FROM unnest($${enable_hashjoin,enable_mergejoin,enable_material,enable_seqscan}$$::text[]) AS s");
	for (int tries = 1;; tries++)
	{
		match_rows(stage);
		run(stage, "ANALYZE pg_temp.emgov_match");
		if (find_changes(stage))
			break;
		if (tries == 20)
			fail(EXIT_FAILED, TEXT("others change the same rows of %s all the time: nothing was changed; import again when they have done", "其他人正不断更改 %s"
								" 的同一批行：未作任何更改，请稍后重新导入"),
				 stage->target->quoted);
		run(stage, "TRUNCATE pg_temp.emgov_match, pg_temp.emgov_change, pg_temp.emgov_id, pg_temp.emgov_said");
	}
	settle_duplicates(stage);
	if (stage->direct)
		run(stage, "SELECT set_config(s, 'on', true) FROM unnest($${enable_hashjoin,enable_mergejoin,enable_material,enable_seqscan}$$::text[]) AS s");
	check_rows(stage);
	run(stage, "ANALYZE pg_temp.emgov_reject");
	update_rows(stage);
	if (stage->children)
		update_children(stage);
	insert_rows(stage);
	if (stage->parties)
		keep_pending(stage);
	count = db_value("SELECT count(DISTINCT n) FROM pg_temp.emgov_reject", 0);
	stage->result.refused = count ? atoll(count) : 0;
	free(count);
	count = db_value("SELECT count(DISTINCT d.n) FROM pg_temp.emgov_done AS d", 0);
	stage->result.changed = count ? atoll(count) : 0;
	free(count);
	count = db_value("SELECT count(DISTINCT m.n) FROM pg_temp.emgov_match AS m WHERE m.status IS NOT NULL AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = m.n)", 0);
	stage->result.dead = count ? atoll(count) : 0;
	free(count);
	count = db_value("SELECT count(DISTINCT m.n) FROM pg_temp.emgov_match AS m WHERE m.status IS NULL AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = m.n)"
					 " AND NOT EXISTS (SELECT FROM pg_temp.emgov_done AS d WHERE d.n = m.n)", 0);
	stage->result.same = count ? atoll(count) : 0;
	free(count);
	stage->result.added = stage->put_in;
	if (stage->put_in + stage->result.changed + stage->result.same + stage->result.dead + stage->result.refused != stage->records)
		fail(EXIT_FAILED, TEXT("of %lld rows %lld were added, %lld changed, %lld the same, %lld rejected, %lld not entered again: these do not add up, and nothing was changed",
							   "%lld行中新增%lld、更正%lld、相同%lld、退回%lld、不再录入%lld，合计不符，未作任何更改"), stage->records, stage->put_in, stage->result.changed,
								stage->result.same, stage->result.refused, stage->result.dead);
	return stage->result;
}

/* ------------------------------------------------------------------ afterwards */

void
stage_ask_refused(Stage *stage)
{
	PGresult   *result;

	if (!PQsendQueryParams(stage->conn, "SELECT DISTINCT ON (n) n, col, reason, likely FROM pg_temp.emgov_reject ORDER BY n", 0, NULL, NULL, NULL, NULL, 0) || !PQsetSingleRowMode(stage->conn))
	{
		result = PQgetResult(stage->conn);
		db_failed(result);
	}
}

bool
stage_next_refused(Stage *stage, long long *number, const char **column, const char **reason, const char **likely)
{
	static PGresult *kept = NULL;

	PQclear(kept);
	kept = PQgetResult(stage->conn);
	if (!kept)
		return false;
	if (PQresultStatus(kept) == PGRES_TUPLES_OK)
	{
		PQclear(kept);
		kept = NULL;
		while ((kept = PQgetResult(stage->conn)) != NULL)
			PQclear(kept);
		return false;
	}
	if (!db_ok(kept))
		db_failed(kept);
	*number = atoll(PQgetvalue(kept, 0, 0));
	*column = PQgetvalue(kept, 0, 1);
	*reason = PQgetvalue(kept, 0, 2);
	*likely = PQgetvalue(kept, 0, 3);
	return true;
}

PGresult *
stage_said(Stage *stage, bool dead)
{
	(void) stage;
	return db_query("SELECT s.\"#line\", d.number, d.status, d.col, d.was, d.becomes FROM pg_temp.emgov_said AS d JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = d.n"
					" WHERE (d.status IS NOT NULL) = $1::boolean AND NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = d.n) ORDER BY d.n, d.col IS NOT NULL, d.col", 1, dead ? "t" : "f");
}

char *
stage_sum(Stage *stage, int column)
{
	char	   *name = quoted(stage->target->columns[column].name);
	char	   *sql = stage->direct
		? need_format("SELECT sum(x.v) FROM (SELECT t.%1$s AS v FROM %2$s AS t UNION ALL SELECT s.%1$s FROM pg_temp.emgov_stage AS s JOIN pg_temp.emgov_match AS m ON m.n = s.\"#n\""
					  " WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = m.n)) AS x", name, stage->target->quoted)
		: need_format("SELECT sum(s.%s) FROM pg_temp.emgov_stage AS s WHERE NOT EXISTS (SELECT FROM pg_temp.emgov_reject AS r WHERE r.n = s.\"#n\")"
					  " AND NOT EXISTS (SELECT FROM pg_temp.emgov_match AS m WHERE m.n = s.\"#n\" AND m.status IS NOT NULL)", name);
	char	   *sum = stage->staged[column] ? db_value(sql, 0) : NULL;

	free(name);
	free(sql);
	return sum;
}

void
stage_end(Stage *stage, bool commit)
{
	if (commit)
	{
		PGresult   *result = db_try("COMMIT", 0);

		if (!db_ok(result) && PQstatus(stage->conn) != CONNECTION_OK)
		{
			say_error(TEXT("the connection to the server was lost", "与服务器的连接已中断"));
			say_hint(TEXT("It was committing: whether it did is not known. Look what is in %s before you import again.",
								"中断时正在提交，是否已提交无法得知：再次导入前请先查看 %s。"), stage->target->quoted);
			exit(EXIT_CONNECTION);
		}
		if (!db_ok(result))
			db_failed(result);
		PQclear(result);
	}
	else
		run(stage, "ROLLBACK");
	direct_free(stage->direct);
	chars_free(&stage->block);
	chars_free(&stage->line);
	chars_free(&stage->sql);
	chars_free(&stage->rows[0]);
	chars_free(&stage->rows[1]);
	free(stage->staged);
	free(stage->inserted);
	free(stage);
}
