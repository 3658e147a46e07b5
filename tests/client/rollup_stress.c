/*
 * rollup_stress.c
 *		Many connections write to a table under rollups; the rollups must always be exact.
 *
 *		rollup_stress [-t seconds] [-c connections] [-s seed] [-k]
 *
 * The connection comes from the environment (PGHOST, ...).  One connection folds, one
 * verifies, two make, fill, detach, attach and drop partitions (S43), all others run random
 * transactions: single rows, batches, COPY, changes of
 * measures, keys and partitions, savepoints, aborts, prepared transactions, at all
 * isolation levels, with a verification of their own now and then; rarely a TRUNCATE.
 *
 * Every writer changes its own rows only, so no writer can have caused a wait for
 * another, let alone a deadlock: any error is a failure, but for a serialization
 * failure at SERIALIZABLE.
 *
 * With -k the server may go away: the program then ends well (see tests/cluster/rollup.sh).
 */
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>

#define ROLLUPS 3

static const char *const rollups[ROLLUPS] = {"stress_by_key", "stress_all", "stress_some"};

static int	seconds = 60;
static int	connections = 16;
static uint64_t seed = 1;
static bool may_die = false;

static volatile bool stop = false;
static volatile bool failed = false;

typedef struct Worker
{
	pthread_t	thread;
	int			number;
	PGconn	   *conn;
	uint64_t	random;
	int			level;			/* 0 READ COMMITTED, 1 REPEATABLE READ, 2 SERIALIZABLE */
	bool		aborted;		/* the transaction failed to serialize */
	long		transactions;
	long		statements;
	long		verifications;
	long		retries;
	long		next_id;
} Worker;

static uint64_t
next_random(Worker *w)
{
	uint64_t	z = (w->random += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static int
below(Worker *w, int n)
{
	return (int) (next_random(w) % n);
}

static void
fail(Worker *w, const char *sql, const char *message)
{
	if (may_die && PQstatus(w->conn) != CONNECTION_OK)
	{
		stop = true;
		return;
	}
	failed = stop = true;
	fprintf(stderr, "connection %d, %s\n  %s\n", w->number, sql, message);
}

/* A statement failed; a server process that says that it ends (57P01, 57P02) may be read before the end of its connection. */
static void
fail_with(Worker *w, const char *sql, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	if (may_die && state != NULL && strncmp(state, "57P", 3) == 0)
		stop = true;
	else
		fail(w, sql, PQresultErrorMessage(result));
}

/* Run a statement; NULL if it failed. The caller clears the result. */
static PGresult *
run(Worker *w, const char *sql)
{
	PGresult   *result = PQexec(w->conn, sql);
	ExecStatusType status = PQresultStatus(result);
	const char *state;

	w->statements++;
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_COPY_IN)
		return result;
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	if (w->level == 2 && state != NULL && strcmp(state, "40001") == 0)
	{
		w->aborted = true;
		w->retries++;
	}
	else
		fail_with(w, sql, result);
	PQclear(result);
	return NULL;
}

/* Run a statement whose result does not matter. */
static bool
execute(Worker *w, const char *format,...)
{
	char		sql[2000];
	va_list		args;
	PGresult   *result;

	va_start(args, format);
	vsnprintf(sql, sizeof(sql), format, args);
	va_end(args);
	result = run(w, sql);
	PQclear(result);
	return result != NULL;
}

/* Compare a rollup with its query. */
static void
verify(Worker *w, const char *rollup)
{
	char		sql[200];
	PGresult   *result;

	snprintf(sql, sizeof(sql), "SELECT side, record FROM emgov.verify_rollup('%s')", rollup);
	result = run(w, sql);
	if (result == NULL)
		return;
	w->verifications++;
	if (PQntuples(result) != 0)
	{
		int			i;

		fprintf(stderr, "connection %d, level %d: %s differs in %d rows\n", w->number, w->level, rollup, PQntuples(result));
		for (i = 0; i < PQntuples(result) && i < 6; i++)
			fprintf(stderr, "  %s %s\n", PQgetvalue(result, i, 0), PQgetvalue(result, i, 1));
		failed = stop = true;
	}
	PQclear(result);
}

/* Text of n new rows for INSERT or COPY. */
static void
copy_rows(Worker *w, int n)
{
	PGresult   *result = run(w, "COPY stress (id, p, k, b, x, y, z) FROM STDIN");
	int			i;

	if (result == NULL)
		return;
	PQclear(result);
	for (i = 0; i < n; i++)
	{
		char		line[200];
		int			length = snprintf(line, sizeof(line), "%ld\t%d\t%d\t%s\t%d\t%d.%02d\t%d\n",
									  w->next_id += connections, below(w, 4), below(w, 20),
									  below(w, 5) ? "b" : "\\N", below(w, 9), below(w, 1000), below(w, 100), below(w, 100));

		PQputCopyData(w->conn, line, length);
	}
	PQputCopyEnd(w->conn, NULL);
	while ((result = PQgetResult(w->conn)) != NULL)
	{
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
		{
			const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

			if (w->level == 2 && state && strcmp(state, "40001") == 0)
				w->aborted = true;
			else
				fail_with(w, "COPY", result);
		}
		PQclear(result);
	}
}

/* One random statement on the worker's own rows. */
static void
write_something(Worker *w)
{
	static const char *const changes[] = {
		"x = x + 1", "y = y * 2", "y = NULL", "z = 5", "k = (k + 1) % 20", "b = NULL", "b = 'c'",
		"p = (p + 1) % 4", "k = NULL, x = 3", "y = 'NaN'", "b = b", "y = 1, p = 0"
	};
	char		mine[200];
	int			n;

	n = below(w, 100);
	if (n < 70)
		snprintf(mine, sizeof(mine), "id = %ld", w->next_id - (long) connections * below(w, 50));
	else
		snprintf(mine, sizeof(mine), "id %% %d = %d AND k = %d", connections, w->number, below(w, 20));

	n = below(w, 100);
	if (n < 40)
		execute(w, "INSERT INTO stress (id, p, k, b, x, y, z) VALUES (%ld, %d, %d, %s, %d, %d.5, %d)",
				w->next_id += connections, below(w, 4), below(w, 20), below(w, 4) ? "'a'" : "NULL",
				below(w, 10), below(w, 1000), below(w, 50));
	else if (n < 48)
	{
		int			rows = 1 + below(w, 30);

		execute(w, "INSERT INTO stress (id, p, k, b, x, y, z) SELECT %ld + g * %d, g %% 4, g %% 7, NULL, g, g, g FROM generate_series(1, %d) g",
				w->next_id, connections, rows);
		w->next_id += (long) rows * connections;
	}
	else if (n < 51)
		copy_rows(w, 1 + below(w, 100));
	else if (n < 85)
		execute(w, "UPDATE stress SET %s WHERE %s", changes[below(w, sizeof(changes) / sizeof(*changes))], mine);
	else if (n < 88)
		execute(w, "INSERT INTO stress (id, p, k, b, x, y, z) VALUES (-abs(%ld), 0, 1, 'u', 1, 1, 1) ON CONFLICT (id, p) DO UPDATE SET x = stress.x + 1, k = 2",
				w->next_id - (long) connections * below(w, 20));
	else if (n < 90)
		execute(w, "MERGE INTO stress USING (SELECT %ld AS i) s ON id = s.i AND id %% %d = %d "
				"WHEN MATCHED AND x > 5 THEN DELETE WHEN MATCHED THEN UPDATE SET x = x + 5",
				w->next_id - (long) connections * below(w, 20), connections, w->number);
	else
		execute(w, "DELETE FROM stress WHERE %s", mine);
}

/* One random transaction. */
static void
transaction(Worker *w)
{
	static const char *const levels[] = {"READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"};
	int			statements;
	int			end;
	int			i;

	w->transactions++;
	w->aborted = false;
	w->level = 0;
	if (below(w, 100) < 50)
	{
		write_something(w);
		return;
	}
	if (below(w, 100) < 8)
	{
		/*
		 * A partition written to by its own name.  The server then locks the parent after
		 * the partition, to check the bounds, and so deadlocks with TRUNCATE of the parent
		 * on tables without rollups as well: have the parent's lock first.
		 */
		execute(w, "LOCK TABLE ONLY stress IN ROW EXCLUSIVE MODE; UPDATE stress_%d SET x = x + 1 WHERE id %% %d = %d AND k = %d", below(w, 4), connections, w->number, below(w, 20));
		return;
	}
	if (below(w, 3000) == 0)
	{
		execute(w, below(w, 2) ? "TRUNCATE stress" : "TRUNCATE stress_1");
		return;
	}

	i = below(w, 10);
	w->level = i < 5 ? 0 : i < 8 ? 1 : 2;
	statements = 1 + below(w, 5);
	if (!execute(w, "BEGIN ISOLATION LEVEL %s", levels[w->level]) ||
	/* TRUNCATE is not for snapshots older than it: have the lock first */
		!execute(w, "LOCK TABLE stress IN ROW EXCLUSIVE MODE"))
		return;
	for (i = 0; i < statements && !w->aborted && !stop; i++)
	{
		int			n = below(w, 100);

		if (n < 20)
		{
			if (!execute(w, "SAVEPOINT s"))
				break;
			write_something(w);
			if (!w->aborted && below(w, 2))
				execute(w, "ROLLBACK TO s");
			if (!w->aborted)
				execute(w, "RELEASE s");
		}
		else
			write_something(w);
		if (!w->aborted && below(w, 100) < 4)
			verify(w, rollups[below(w, ROLLUPS)]);
	}
	end = below(w, 100);
	if (w->aborted || end < 15)
		execute(w, "ROLLBACK");
	else if (end < 20)
	{
		if (execute(w, "PREPARE TRANSACTION 'stress%d'", w->number))
			execute(w, below(w, 2) ? "COMMIT PREPARED 'stress%d'" : "ROLLBACK PREPARED 'stress%d'", w->number);
		else
			execute(w, "ROLLBACK");
	}
	else if (!execute(w, "COMMIT"))
		execute(w, "ROLLBACK");
}

static void *
write_all_the_time(void *arg)
{
	Worker	   *w = arg;

	/* some fold often, some never */
	execute(w, "SET emgov.rollup_fold_threshold = %d", w->number % 4 == 0 ? 0 : w->number % 4 == 1 ? 10 : 500);
	execute(w, "SET client_min_messages = error");
	while (!stop)
		transaction(w);
	return NULL;
}

static void *
fold_all_the_time(void *arg)
{
	Worker	   *w = arg;

	execute(w, "SET client_min_messages = error");
	while (!stop)
	{
		execute(w, "CALL emgov.fold_rollup('%s', %d)", rollups[below(w, ROLLUPS)], 1 + below(w, 3000));
		w->transactions++;
		usleep(1000);
	}
	return NULL;
}

static void *
verify_all_the_time(void *arg)
{
	Worker	   *w = arg;

	while (!stop)
	{
		if (below(w, 2))
			verify(w, rollups[below(w, ROLLUPS)]);
		else if (execute(w, "BEGIN ISOLATION LEVEL REPEATABLE READ") &&
				 execute(w, "LOCK TABLE stress IN ACCESS SHARE MODE"))
		{
			verify(w, rollups[below(w, ROLLUPS)]);
			usleep(1000 * below(w, 50));
			verify(w, rollups[below(w, ROLLUPS)]);
			execute(w, "COMMIT");
		}
		w->transactions++;
		usleep(1000 * below(w, 20));
	}
	return NULL;
}

/* New rows of a storm's partition, through the table or not. */
static bool
fill_partition(Worker *w, const char *table, int p)
{
	int			rows = 1 + below(w, 40);
	bool		result = execute(w, "INSERT INTO %s (id, p, k, b, x, y, z) SELECT %ld + g * %d, %d, g %% 20, 'storm', g %% 9, g, g FROM generate_series(1, %d) g",
								 table, w->next_id, connections, p, rows);

	w->next_id += (long) rows * connections;
	return result;
}

/* Partitions that come and go, with rows and without. */
static void *
storm_all_the_time(void *arg)
{
	Worker	   *w = arg;
	enum {NONE, LOOSE, ATTACHED} state = NONE, before;
	int			p = 100 + w->number;
	char		name[20];

	snprintf(name, sizeof(name), "storm_%d", w->number);
	execute(w, "SET client_min_messages = error");
	/* a run that was killed may have left one, and rows of it in the default partition */
	execute(w, "DROP TABLE IF EXISTS %s", name);
	execute(w, "DELETE FROM stress WHERE p = %d", p);
	/* what a round that was killed has left */
	execute(w, "DROP TABLE IF EXISTS %s", name);
	while (!stop)
	{
		bool		whole = below(w, 3) == 0;

		before = state;
		if (whole)
			execute(w, "BEGIN");
		if (state == NONE && below(w, 2))
		{
			execute(w, "CREATE TABLE %s PARTITION OF stress FOR VALUES IN (%d)", name, p);
			state = ATTACHED;
		}
		else if (state == NONE)
		{
			execute(w, "CREATE TABLE %s (LIKE stress INCLUDING ALL)", name);
			fill_partition(w, name, p);
			state = LOOSE;
		}
		else if (state == LOOSE)
		{
			if (below(w, 2))
				execute(w, "UPDATE %s SET k = (k + 1) %% 20, x = x + 1", name);
			if (below(w, 2))
				fill_partition(w, name, p);
			if (below(w, 4))
			{
				execute(w, "ALTER TABLE stress ATTACH PARTITION %s FOR VALUES IN (%d)", name, p);
				state = ATTACHED;
			}
			else
			{
				execute(w, "DROP TABLE %s", name);
				state = NONE;
			}
		}
		else
			switch (below(w, 6))
			{
				case 0:
				case 1:
					fill_partition(w, "stress", p);
					break;
				case 2:
					/* see transaction(): the table is locked before its partition */
					execute(w, "LOCK TABLE ONLY stress IN ROW EXCLUSIVE MODE; DELETE FROM %s WHERE k %% 3 = 0", name);
					break;
				case 3:
					execute(w, "TRUNCATE %s", name);
					break;
				case 4:
					execute(w, "ALTER TABLE stress DETACH PARTITION %s", name);
					state = LOOSE;
					break;
				default:
					execute(w, "DROP TABLE %s", name);
					state = NONE;
					break;
			}
		/* in a transaction only where the table is ours alone: two that have locked a partition each and read all would deadlock */
		if (below(w, 4) == 0 && (!whole || (state != before && state != NONE && before != NONE)))
			verify(w, rollups[below(w, ROLLUPS)]);
		if (whole && below(w, 3) == 0)
		{
			execute(w, "ROLLBACK");
			state = before;
		}
		else if (whole)
			execute(w, "COMMIT");
		w->transactions++;
		usleep(1000 * below(w, 30));
	}
	return NULL;
}

static void
connect_worker(Worker *w)
{
	w->conn = PQconnectdb("");
	if (PQstatus(w->conn) != CONNECTION_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(w->conn));
		exit(1);
	}
}

int
main(int argc, char **argv)
{
	Worker	   *workers;
	Worker		main_worker = {0};
	long		transactions = 0, statements = 0, verifications = 0, retries = 0;
	int			i;
	int			option;

	while ((option = getopt(argc, argv, "t:c:s:k")) != -1)
		switch (option)
		{
			case 't': seconds = atoi(optarg); break;
			case 'c': connections = atoi(optarg); break;
			case 's': seed = strtoull(optarg, NULL, 10); break;
			case 'k': may_die = true; break;
			default: return 2;
		}
	if (connections < 3)
		connections = 3;
	printf("seed %llu, %d connections, %d s\n", (unsigned long long) seed, connections, seconds);
	fflush(stdout);

	main_worker.number = -1;
	connect_worker(&main_worker);
	workers = calloc(connections, sizeof(Worker));
	for (i = 0; i < connections; i++)
	{
		workers[i].number = i;
		workers[i].random = seed * 1000003 + i;
		workers[i].next_id = i;
		connect_worker(&workers[i]);
	}
	for (i = 0; i < connections; i++)
		pthread_create(&workers[i].thread, NULL,
					   i == 0 ? fold_all_the_time : i == 1 ? verify_all_the_time :
					   i <= 3 && connections > 5 ? storm_all_the_time : write_all_the_time, &workers[i]);
	for (i = 0; i < seconds * 10 && !stop; i++)
		usleep(100000);
	stop = true;
	for (i = 0; i < connections; i++)
	{
		pthread_join(workers[i].thread, NULL);
		transactions += workers[i].transactions;
		statements += workers[i].statements;
		verifications += workers[i].verifications;
		retries += workers[i].retries;
		PQfinish(workers[i].conn);
	}
	if (!failed && !may_die)
		for (i = 0; i < ROLLUPS; i++)
		{
			verify(&main_worker, rollups[i]);
			execute(&main_worker, "CALL emgov.fold_rollup('%s', NULL)", rollups[i]);
			verify(&main_worker, rollups[i]);
			verifications += 2;
		}
	PQfinish(main_worker.conn);
	printf("%ld transactions, %ld statements, %ld verifications, %ld serialization failures at SERIALIZABLE: %s\n",
		   transactions, statements, verifications, retries, failed ? "FAILED" : "always exact");
	return failed ? 1 : 0;
}
