/*
 * direct.c
 *		Rows that go into an ordinary table by COPY at once, without a table between.
 */
#include "direct.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "say.h"
#include "stage.h"
#include "task.h"

#define LEAST_ROWS 512
#define MOST_ROWS 32768
#define MOST_BYTES (2 * 1024 * 1024)
#define CHUNK (64 * 1024)
#define MOST_TRIES 20
#define FILTER_BITS ((uint64_t) 1 << 26)
#define MOST_HITS 100000
#define UNFIT "EMUNF"				/* SQLSTATE of what the server says of a row that a check keeps out */

typedef struct Row
{
	long long	number;
	long		line;
	size_t		start;			/* in the batch's text */
	uint64_t	hash;			/* of its key; 0: it has none */
} Row;

typedef struct Batch
{
	Chars		text;
	Row			rows[MOST_ROWS];
	int			count;
	size_t		sent;			/* bytes that the server has been given */
	int			unfit[MOST_ROWS];	/* rows that checks kept out */
	int			unfit_count;
} Batch;

/* A row whose key may have come before, and where that was. */
typedef struct Hit
{
	uint64_t	hash;
	long long	number;
	long		first;
} Hit;

/* Of every row with a key, on disk: memory does not grow with the file. */
typedef struct Seen
{
	uint64_t	hash;
	long		line;
} Seen;

struct Direct
{
	const Target *target;
	const bool *staged;
	TakeRow		take;
	SendRows	send;
	void	   *context;
	bool	   *key;			/* columns of the unique index that the file has, or none */
	bool		has_key;
	Chars		columns;
	Chars		checks;
	PQnoticeReceiver others;	/* what is not about rows of ours is for it */
	Batch	   *copied;			/* the batch that the COPY under way is of */
	Batch	   *batches;		/* two: one is filled while the server works on the other */
	int			filling;
	bool		waiting;		/* the other one is with the server */
	bool		open;			/* a savepoint stands */
	int			size;			/* rows of a batch: fewer where there is trouble */
	int			troubles;		/* one after another */
	bool		full;			/* it is time that the stage sends what it has */
	long long	put_in;
	uint64_t   *filter;
	FILE	   *seen;
	Hit		   *hits;
	int			hit_count;
};

/* ------------------------------------------------------------------ what the server says of rows */

/* Which row the server's words are about: "COPY table, line 7"; -1 where they do not say. */
static int
row_said(const Direct *direct, const PGresult *said)
{
	const char *context = PQresultErrorField(said, PG_DIAG_CONTEXT), *at = NULL;

	/*
	 * The first that begins a line: what comes after it, and what a type's own words before it have in their line, quotes the
	 * cell, which may say the same.
	 */
	for (const char *next = context; !at && next && (next = strstr(next, direct->target->table)) != NULL; next++)
		if (next - context >= 5 && memcmp(next - 5, "COPY ", 5) == 0 && (next - context == 5 || next[-6] == '\n'))
			at = next + strlen(direct->target->table);
	if (!at)
		return -1;
	at += strcspn(at, "0123456789\n");
	return *at >= '0' && *at <= '9' ? atoi(at) - 1 : -1;
}

static void
notice(void *argument, const PGresult *said)
{
	Direct	   *direct = argument;
	const char *state = PQresultErrorField(said, PG_DIAG_SQLSTATE);
	int			row = row_said(direct, said);

	if (!state || strcmp(state, UNFIT) != 0)
		direct->others(NULL, said);
	else if (direct->copied && row >= 0 && direct->copied->unfit_count < MOST_ROWS)
		direct->copied->unfit[direct->copied->unfit_count++] = row;
}

/* ------------------------------------------------------------------ which tables */

/* The columns of the only unique index that the file can say; false where there are several. */
static bool
find_key(Direct *direct)
{
	const Target *target = direct->target;
	PGresult   *result = db_query("SELECT array_to_string((i.indkey::int2[])[:i.indnkeyatts - 1], ' '), i.indexprs IS NULL AND i.indpred IS NULL AND 0 <> ALL (i.indkey::int2[])"
								  "  FROM pg_index AS i WHERE i.indrelid = $1::regclass AND (i.indisunique OR i.indisexclusion)", 1, target->quoted);
	int			found = 0;
	bool		fine = true;

	for (int row = 0; row < PQntuples(result) && fine; row++)
	{
		const char *columns = PQgetvalue(result, row, 0);
		bool		all = true;
		int			at;

		fine = PQgetvalue(result, row, 1)[0] == 't';
		while (next_column(target, &columns, &at))
			all = all && at >= 0 && direct->staged[at];
		if (!all)
			continue;
		found++;
		columns = PQgetvalue(result, row, 0);
		while (next_column(target, &columns, &at))
			direct->key[at] = true;
	}
	PQclear(result);
	direct->has_key = found == 1;
	return fine && found <= 1;
}

/* The checks that COPY can ask of a row before it goes in: (a) AND (b) …, each of them not false. */
static void
find_checks(Direct *direct)
{
	const Target *target = direct->target;
	PGresult   *result = db_query("SELECT pg_get_expr(k.conbin, k.conrelid), array_to_string(k.conkey, ' ')"
								  "  FROM pg_constraint AS k WHERE k.conrelid = $1::regclass AND k.contype = 'c' ORDER BY k.conname", 1, target->quoted);

	chars_reset(&direct->checks);
	for (int row = 0; row < PQntuples(result); row++)
	{
		const char *columns = PQgetvalue(result, row, 1);
		bool		all = true;
		int			at;

		/* of columns that the stage has too, of the same type */
		while (next_column(target, &columns, &at))
			all = all && at >= 0 && direct->staged[at] && !column_needs_cast(&target->columns[at]);
		if (all)
			chars_format(&direct->checks, "%s((%s) IS NOT FALSE)", direct->checks.length ? " AND " : "", PQgetvalue(result, row, 0));
	}
	PQclear(result);
	if (direct->checks.length == 0)
		return;
	/* a row that a check keeps out is named by the server's own words: COPY table, line 7 */
	db_do("CREATE OR REPLACE FUNCTION pg_temp.emgov_unfit() RETURNS boolean LANGUAGE plpgsql STABLE AS"
		  " 'BEGIN RAISE INFO USING ERRCODE = ''" UNFIT "'', MESSAGE = ''unfit''; RETURN false; END'", 0);
	direct->others = PQsetNoticeReceiver(db_connect(), notice, direct);
}

Direct *
direct_begin(const Target *target, const bool *staged, TakeRow take, SendRows send, void *context)
{
	Direct	   *direct;
	char	   *may, *sql;

	if (target->in_ledger)
		return NULL;
	for (int i = 0; i < target->count; i++)
		if (staged[i] && (target->columns[i].role != COLUMN_PLAIN || target->columns[i].identity || target->columns[i].generated))
			return NULL;
	may = db_value("SELECT c.relkind = 'r' AND NOT c.relhasrules AND NOT c.relhassubclass AND NOT row_security_active(c.oid)"
				   " AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 4 = 4)"
				   " AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.condeferrable) FROM pg_class AS c WHERE c.oid = $1::regclass", 1, target->quoted);
	sql = need_format("SELECT NOT EXISTS (SELECT FROM %s)", target->quoted);
	if (may && may[0] == 't')
	{
		free(may);
		may = db_value(sql, 0);
	}
	free(sql);
	if (!may || may[0] != 't')
	{
		free(may);
		return NULL;
	}
	free(may);
	direct = need(sizeof *direct);
	direct->target = target;
	direct->staged = staged;
	direct->take = take;
	direct->send = send;
	direct->context = context;
	direct->key = need((size_t) target->count * sizeof *direct->key);
	direct->size = 1024;
	if (!find_key(direct))
	{
		direct_free(direct);
		return NULL;
	}
	find_checks(direct);
	chars_reset(&direct->columns);
	for (int i = 0; i < target->count; i++)
		if (staged[i])
		{
			char	   *name = quoted(target->columns[i].name);

			chars_format(&direct->columns, "%s%s", direct->columns.length ? ", " : "", name);
			free(name);
		}
	direct->batches = need(2 * sizeof *direct->batches);
	chars_reset(&direct->batches[0].text);
	chars_reset(&direct->batches[1].text);
	if (direct->has_key)
	{
		direct->filter = need(FILTER_BITS / 8);
		direct->seen = task_stream("keys");
	}
	return direct;
}

/* ------------------------------------------------------------------ keys */

static uint64_t
hash_key(const Direct *direct, const char *const *values)
{
	uint64_t	hash = 14695981039346656037u;

	for (int i = 0; i < direct->target->count; i++)
	{
		if (!direct->key[i])
			continue;
		if (!values[i])
			return 0;			/* no key is the same as one without a value */
		for (const char *s = values[i];; s++)
		{
			hash = (hash ^ (unsigned char) *s) * 1099511628211u;
			if (*s == '\0')
				break;
		}
	}
	hash ^= hash >> 32;
	hash *= 0xd6e8feb86659fd93u;
	hash ^= hash >> 32;
	return hash ? hash : 1;
}

/* Notes a key; true where it may have come before. */
static bool
note_key(Direct *direct, uint64_t hash)
{
	bool		before = true;

	for (int i = 0; i < 4; i++)
	{
		uint64_t	bit = (hash + (uint64_t) i * (hash >> 33 | 1)) % FILTER_BITS, mask = (uint64_t) 1 << (bit & 63);

		before = before && direct->filter[bit >> 6] & mask;
		direct->filter[bit >> 6] |= mask;
	}
	return before;
}

static void
add_hit(Direct *direct, uint64_t hash, long long number)
{
	if (hash == 0 || direct->hit_count >= MOST_HITS)
		return;
	if ((direct->hit_count & (direct->hit_count - 1)) == 0)
		direct->hits = need_more(direct->hits, (size_t) (direct->hit_count ? direct->hit_count * 2 : 1) * sizeof *direct->hits);
	direct->hits[direct->hit_count++] = (Hit) {hash, number, 0};
}

static int
by_hash(const void *a, const void *b)
{
	const Hit  *x = a, *y = b;

	return x->hash != y->hash ? (x->hash < y->hash ? -1 : 1) : (x->number > y->number) - (x->number < y->number);
}

void
direct_first_lines(Direct *direct)
{
	Seen		seen;
	Chars		sql = {0};

	db_do("CREATE TEMP TABLE emgov_first (n bigint, line bigint) ON COMMIT DROP", 0);
	if (!direct->seen || direct->hit_count == 0 || fflush(direct->seen) != 0)
		return;
	qsort(direct->hits, (size_t) direct->hit_count, sizeof *direct->hits, by_hash);
	rewind(direct->seen);
	while (fread(&seen, sizeof seen, 1, direct->seen) == 1)
	{
		int			low = 0, high = direct->hit_count;

		while (low < high)
		{
			int			middle = (low + high) / 2;

			if (direct->hits[middle].hash < seen.hash)
				low = middle + 1;
			else
				high = middle;
		}
		for (; low < direct->hit_count && direct->hits[low].hash == seen.hash && direct->hits[low].first == 0; low++)
			direct->hits[low].first = seen.line;
	}
	chars_reset(&sql);
	for (int i = 0; i < direct->hit_count; i++)
	{
		if (direct->hits[i].first > 0)
			chars_format(&sql, "%s(%lld, %ld)", sql.length ? ", " : "INSERT INTO pg_temp.emgov_first VALUES ", direct->hits[i].number, direct->hits[i].first);
		if (sql.length > CHUNK || (sql.length && i + 1 == direct->hit_count))
		{
			db_do(sql.data, 0);
			chars_reset(&sql);
		}
	}
	chars_free(&sql);
}

/* ------------------------------------------------------------------ batches */

/* Begins a COPY, with what is sent before it; false and *failed where it cannot. */
static bool
begin_copy(const char *sql, PGresult **failed)
{
	PGconn	   *conn = db_connect();
	PGresult   *result;

	*failed = NULL;
	if (!PQsendQuery(conn, sql))
		db_failed(PQgetResult(conn));
	while ((result = PQgetResult(conn)) != NULL && PQresultStatus(result) != PGRES_COPY_IN)
	{
		if (!db_ok(result) && !*failed)
			*failed = result;
		else
			PQclear(result);
	}
	if (!result && !*failed)
		db_failed(NULL);
	PQclear(result);
	return !*failed;
}

static void
send_text(const char *text, size_t length)
{
	PGconn	   *conn = db_connect();

	if (length && PQputCopyData(conn, text, (int) length) != 1)
		db_failed(PQgetResult(conn));
}

/* The rows that a COPY took, or -1 and *failed. */
static long long
end_copy(PGresult **failed)
{
	PGconn	   *conn = db_connect();
	long long	rows = -1;
	PGresult   *result;

	*failed = NULL;
	while ((result = PQgetResult(conn)) != NULL)
	{
		if (db_ok(result))
			rows = atoll(PQcmdTuples(result));
		else if (!*failed)
		{
			*failed = result;
			continue;
		}
		PQclear(result);
	}
	if (*failed)
	{
		if (PQstatus(conn) != CONNECTION_OK || task_signal)
			db_failed(*failed);
		rows = -1;
	}
	return rows;
}

static void
open_copy(Direct *direct, Batch *batch)
{
	char	   *where = direct->checks.length ? need_format(" WHERE CASE WHEN %s THEN true ELSE pg_temp.emgov_unfit() END", direct->checks.data) : need_copy("");
	char	   *sql = need_format("%sSAVEPOINT emgov_direct; COPY %s (%s) FROM STDIN%s", direct->open ? "RELEASE SAVEPOINT emgov_direct; " : "", direct->target->quoted, direct->columns.data, where);
	PGresult   *failed;

	direct->copied = batch;
	batch->unfit_count = 0;
	if (!begin_copy(sql, &failed))
		db_failed(failed);
	free(where);
	free(sql);
	direct->open = true;
}

static size_t
row_end(const Batch *batch, int row)
{
	return row + 1 < batch->count ? batch->rows[row + 1].start : batch->text.length;
}

/* A row goes through the stage instead. */
static void
divert(Direct *direct, const Batch *batch, int row)
{
	const Row  *r = &batch->rows[row];

	add_hit(direct, r->hash, r->number);
	direct->full = direct->take(direct->context, r->number, r->line, batch->text.data + r->start, row_end(batch, row) - r->start) || direct->full;
}

static void
remove_row(Batch *batch, int row)
{
	size_t		start = batch->rows[row].start, end = row_end(batch, row);

	memmove(batch->text.data + start, batch->text.data + end, batch->text.length - end);
	batch->text.length -= end - start;
	for (int i = row + 1; i < batch->count; i++)
	{
		batch->rows[i - 1] = batch->rows[i];
		batch->rows[i - 1].start -= end - start;
	}
	batch->count--;
}

/* The rows that checks kept out go to the stage. False where the server has not named each. */
static bool
divert_unfit(Direct *direct, const Batch *batch, long long unfit)
{
	if (batch->unfit_count != unfit)
		return false;
	for (int i = 0; i < batch->unfit_count; i++)
		divert(direct, batch, batch->unfit[i]);
	return true;
}

/* What came of a batch that the server has had; until nothing of it is left. */
static void
settle(Direct *direct, Batch *batch)
{
	PGresult   *failed;
	long long	rows = end_copy(&failed);
	bool		fine = rows >= 0 && rows >= batch->count / 8 * 7;

	direct->troubles = fine ? 0 : direct->troubles + 1;
	for (int tries = 1; batch->count > 0; tries++)
	{
		int			bad;

		if (rows >= 0 && divert_unfit(direct, batch, batch->count - rows))
		{
			direct->put_in += rows;
			break;
		}
		if (failed)
			stage_fail_of_all(failed);
		db_do("ROLLBACK TO SAVEPOINT emgov_direct", 0);
		bad = failed ? row_said(direct, failed) : -1;
		PQclear(failed);
		failed = NULL;
		if (bad < 0 || bad >= batch->count || tries > MOST_TRIES)
		{
			for (int row = 0; row < batch->count; row++)
				divert(direct, batch, row);
			break;
		}
		divert(direct, batch, bad);
		remove_row(batch, bad);
		if (batch->count == 0)
			break;
		open_copy(direct, batch);
		send_text(batch->text.data, batch->text.length);
		if (PQputCopyEnd(db_connect(), NULL) != 1)
			db_failed(PQgetResult(db_connect()));
		rows = end_copy(&failed);
	}
	PQclear(failed);
	if (fine)
		direct->size = direct->size * 2 > MOST_ROWS ? MOST_ROWS : direct->size * 2;
	else
		direct->size = direct->size / 2 < LEAST_ROWS ? LEAST_ROWS : direct->size / 2;
	batch->count = 0;
	batch->sent = 0;
	chars_reset(&batch->text);
}

/* Gives the server what it has not of the batch that is filled; `all`: there comes no more of it. */
static void
send_batch(Direct *direct, bool all)
{
	Batch	   *batch = &direct->batches[direct->filling];

	if (direct->waiting)
	{
		settle(direct, &direct->batches[!direct->filling]);
		direct->waiting = false;
		task_stop_if_asked();
	}
	if (batch->sent == 0 && direct->full)
	{
		direct->send(direct->context);
		direct->full = false;
	}
	if (batch->count == 0)
		return;
	if (batch->sent == 0)
		open_copy(direct, batch);
	send_text(batch->text.data + batch->sent, batch->text.length - batch->sent);
	batch->sent = batch->text.length;
	if (!all)
		return;
	if (PQputCopyEnd(db_connect(), NULL) != 1)
		db_failed(PQgetResult(db_connect()));
	PQflush(db_connect());
	direct->waiting = true;
	direct->filling = !direct->filling;
}

void
direct_add(Direct *direct, long long number, long line, const char *const *values, const char *text, size_t length)
{
	Batch	   *batch = &direct->batches[direct->filling];
	uint64_t	hash = direct->has_key ? hash_key(direct, values) : 0;
	bool		through_stage = direct->troubles > 100;

	if (hash)
	{
		Seen		seen = {hash, line};

		if (note_key(direct, hash))
		{
			add_hit(direct, hash, number);
			through_stage = true;
		}
		if (direct->seen)
			fwrite(&seen, sizeof seen, 1, direct->seen);
	}
	/* the stage fills in defaults, and says what must have a value */
	for (int i = 0; i < direct->target->count && !through_stage; i++)
		if (!values[i] && direct->staged[i] && (direct->target->columns[i].not_null || direct->target->columns[i].default_expression))
			through_stage = true;
	if (through_stage)
	{
		direct->full = direct->take(direct->context, number, line, text, length) || direct->full;
		if (direct->full)
		{
			if (batch->sent > 0)
				send_batch(direct, true);
			send_batch(direct, false);
		}
		return;
	}
	batch->rows[batch->count++] = (Row) {number, line, batch->text.length, hash};
	chars_add(&batch->text, text, length);
	if (batch->count >= direct->size || batch->text.length >= MOST_BYTES)
		send_batch(direct, true);
	else if (batch->text.length - batch->sent >= CHUNK)
		send_batch(direct, false);
}

long long
direct_end(Direct *direct)
{
	send_batch(direct, true);
	send_batch(direct, true);
	if (direct->open)
		db_do("RELEASE SAVEPOINT emgov_direct", 0);
	direct->open = false;
	return direct->put_in;
}

void
direct_free(Direct *direct)
{
	if (!direct)
		return;
	if (direct->others)
		PQsetNoticeReceiver(db_connect(), direct->others, NULL);
	if (direct->seen)
		fclose(direct->seen);
	for (int i = 0; direct->batches && i < 2; i++)
		chars_free(&direct->batches[i].text);
	free(direct->batches);
	free(direct->hits);
	free(direct->filter);
	free(direct->key);
	chars_free(&direct->columns);
	chars_free(&direct->checks);
	free(direct);
}
