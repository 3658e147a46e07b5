/*
 * stage.c
 *		Records on their way into a table: a temporary table of the session, checked there, then inserted.
 */
#include "stage_work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "say.h"
#include "server_words.h"
#include "task.h"

#define BLOCK (256 * 1024)

/* ------------------------------------------------------------------ statements */

void
stage_say_sql(const char *sql)
{
	const char *wanted = getenv("EMGOV_SHOW_SQL");

	if (wanted && *wanted)
		fprintf(stderr, "%s;\n", sql);
}

long long
stage_run(Stage *stage, const char *sql)
{
	PGresult   *result;
	long long	rows;

	(void) stage;
	stage_say_sql(sql);
	result = db_query(sql, 0);
	rows = atoll(PQcmdTuples(result));
	PQclear(result);
	return rows;
}

long long
stage_run_format(Stage *stage, const char *format,...)
{
	va_list		args;
	char	   *sql;
	long long	rows;

	va_start(args, format);
	if (vasprintf(&sql, format, args) < 0)
		sql = need_copy("");
	va_end(args);
	rows = stage_run(stage, sql);
	free(sql);
	return rows;
}

bool
stage_has(Stage *stage, const char *name)
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

			stage_run_format(stage, "UPDATE pg_temp.emgov_stage AS s SET %1$s = x.folded FROM (SELECT s.ctid AS row, emgov.identifier(s.%1$s) AS folded, s.%1$s AS written FROM"
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
	stage->has_uscc = stage_has(stage, "@uscc");
	stage->has_name = stage_has(stage, "@name");
	stage->parties = stage->has_uscc || stage->has_name;
	stage->children = stage_has(stage, "@dead") || stage_has(stage, "@dead_missing") || stage_has(stage, "@missing") || stage_has(stage, "@serious") || stage_has(stage, "@minor") ||
		stage_has(stage, "@penalty") || stage_has(stage, "@fine") || stage_has(stage, "@confiscated");

	stage_run(stage, "BEGIN");
	stage_run(stage, "SET LOCAL work_mem = '64MB'");
	stage_run(stage, "SET LOCAL jit = off");	/* statements are many and short, or their time goes into triggers */
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
	stage_run(stage, stage->sql.data);
	stage_run(stage, "CREATE TEMP TABLE emgov_reject (n bigint, col text, reason text, likely text) ON COMMIT DROP");
	stage_run(stage, "CREATE TEMP TABLE emgov_todo (n bigint) ON COMMIT DROP");
	stage_run(stage, "CREATE TEMP TABLE emgov_match (n bigint, place bigint, rel oid, row tid, first bigint, status text) ON COMMIT DROP");
	stage_run(stage, "CREATE TEMP TABLE emgov_id (n bigint, id bigint, old boolean) ON COMMIT DROP");
	stage_run(stage, "CREATE TEMP TABLE emgov_made (place bigint, id bigint) ON COMMIT DROP");
	stage_run(stage, "CREATE TEMP TABLE emgov_change (n bigint, rel oid, row tid) ON COMMIT DROP");
	stage_run(stage, "CREATE TEMP TABLE emgov_done (n bigint) ON COMMIT DROP");
	/* what is said of them: a column, what it was and what it becomes; of one that counts no more, its status */
	stage_run(stage, "CREATE TEMP TABLE emgov_said (n bigint, number text, status text, col text, was text, becomes text) ON COMMIT DROP");
	/* casualties that are there beside what the file says, and stay */
	stage_run(stage, "CREATE TEMP TABLE emgov_beside (n bigint, number text, outcome text, said bigint, have bigint) ON COMMIT DROP");
	/* two imports at once would both find that a record is not there, or how many dead there are */
	if (db_extension())
		db_do("SELECT emgov_internal.lock_import($1::regclass)", 1, target->quoted);
	if (is_roster(target))		/* these, an import of accidents puts in as well */
		stage_run(stage, "SELECT emgov_internal.lock_import(c.oid) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = @name@ AND c.relname = 'accident'");
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

StageResult
stage_finish(Stage *stage)
{
	char	   *count;

	if (stage->direct)
		stage->put_in = direct_end(stage->direct);
	end_block(stage);
	fold_identifiers(stage);
	stage_run(stage, "ANALYZE pg_temp.emgov_stage");
	stage_try_casts(stage);
	if (stage->parties)
		stage_find_parties(stage);
	if (stage->parties)
		stage_run(stage, "ANALYZE pg_temp.emgov_party");
	stage_make_rows(stage);
	stage_run(stage, "ANALYZE pg_temp.emgov_reject");
	/* few rows look into a table that nobody has counted yet: by its index, and by place */
	if (stage->direct)
		stage_run(stage, "SELECT set_config(s, 'off', true) FROM unnest($${enable_hashjoin,enable_mergejoin,enable_material,enable_seqscan}$$::text[]) AS s");
	for (int tries = 1;; tries++)
	{
		stage_match_rows(stage);
		stage_run(stage, "ANALYZE pg_temp.emgov_match");
		if (stage_find_changes(stage))
			break;
		if (tries == 20)
			fail(EXIT_FAILED, TEXT("others change the same rows of %s all the time: nothing was changed; import again when they have done", "其他人正不断更改 %s"
								" 的同一批行：未作任何更改，请稍后重新导入"),
				 stage->target->quoted);
		stage_run(stage, "TRUNCATE pg_temp.emgov_match, pg_temp.emgov_change, pg_temp.emgov_id, pg_temp.emgov_said");
	}
	stage_settle_duplicates(stage);
	if (stage->direct)
		stage_run(stage, "SELECT set_config(s, 'on', true) FROM unnest($${enable_hashjoin,enable_mergejoin,enable_material,enable_seqscan}$$::text[]) AS s");
	stage_check_rows(stage);
	stage_run(stage, "ANALYZE pg_temp.emgov_reject");
	stage_update_rows(stage);
	if (stage->children)
		stage_update_children(stage);
	stage_insert_rows(stage);
	if (is_roster(stage->target))
		stage_say_roster(stage);
	if (stage->parties)
		stage_keep_pending(stage);
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
	static char *zh = NULL;

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
	free(zh);
	zh = server_words(PQgetvalue(kept, 0, 2));
	*reason = zh ? zh : PQgetvalue(kept, 0, 2);
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

PGresult *
stage_beside(Stage *stage)
{
	(void) stage;
	return db_query("SELECT s.\"#line\", b.number, b.outcome, b.said, b.have FROM pg_temp.emgov_beside AS b JOIN pg_temp.emgov_stage AS s ON s.\"#n\" = b.n ORDER BY b.n, b.outcome", 0);
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
		stage_run(stage, "ROLLBACK");
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
