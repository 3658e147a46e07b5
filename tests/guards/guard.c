/*
 * guard.c
 *		Connections, random numbers, findings; see guard.h.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"

#define SLOW	2.0				/* seconds of processor time that no call may take */
#define MAKING	10.0			/* but for those that make a ledger, which is some two thousand objects */
#define LARGE	(1024L * 1024)	/* kB that no process may keep after a call */

long		findings;
bool		quiet;
static uint64_t state;

/* Read the options, over what they hold; connect as who started the guard. */
PGconn *
guard_start(int argc, char **argv, Options *options)
{
	PGconn	   *conn;
	int			option;

	while ((option = getopt(argc, argv, "n:s:f:r:d:v")) != -1)
		switch (option)
		{
			case 'n':
				options->steps = atol(optarg);
				break;
			case 's':
				options->seed = strtoull(optarg, NULL, 10);
				break;
			case 'f':
				options->first = strtoull(optarg, NULL, 10);
				break;
			case 'r':
				options->role = optarg;
				break;
			case 'd':
				options->every = atol(optarg);
				break;
			case 'v':
				options->verbose = true;
				break;
			default:
				exit(2);
		}
	setvbuf(stdout, NULL, _IOLBF, 0);
	conn = PQconnectdb("");
	if (PQstatus(conn) != CONNECTION_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(conn));
		exit(2);
	}
	values_start(conn);
	return conn;
}

/* Start the numbers of one step. */
void
random_start(uint64_t seed, uint64_t step)
{
	state = seed * UINT64_C(0xD1342543DE82EF95) + step * UINT64_C(0x2545F4914F6CDD1D);
}

/* A number from 0 to limit - 1. */
int
below(int limit)
{
	uint64_t	z = (state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return (int) ((z ^ (z >> 31)) % (uint64_t) limit);
}

bool
chance(int percent)
{
	return below(100) < percent;
}

const char *
pick(const Texts *texts)
{
	return texts->count == 0 ? "" : texts->text[below(texts->count)];
}

/* Run a query that must work; its first column. */
Texts
read_texts(PGconn *conn, const char *query)
{
	PGresult   *result = PQexec(conn, query);
	Texts		texts;

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
	{
		fprintf(stderr, "%s%s\n", PQerrorMessage(conn), query);
		exit(2);
	}
	texts.count = PQntuples(result);
	texts.text = calloc((size_t) texts.count + 1, sizeof(char *));
	for (int i = 0; i < texts.count; i++)
		texts.text[i] = strdup(PQgetvalue(result, i, 0));
	PQclear(result);
	return texts;
}

char *
ask(PGconn *conn, const char *query)
{
	return read_texts(conn, query).text[0];
}

void
must(PGconn *conn, const char *statement)
{
	PGresult   *result = PQexec(conn, statement);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
	{
		fprintf(stderr, "%s%s\n", PQerrorMessage(conn), statement);
		exit(2);
	}
	PQclear(result);
}

/* ------------------------------------------------------------------ sessions */

static void
hear(void *arg, const PGresult *result)
{
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (message && strstr(message, "CANARY"))
		((Session *) arg)->canaries++;
}

/* Connect as a role, again and again while the server recovers. */
void
session_open(Session *session, const char *role)
{
	char		info[300];

	snprintf(info, sizeof(info), "user=%s options='%s%s -c statement_timeout=5s -c lock_timeout=1s -c client_min_messages=warning'", role, session->attacks ? "-c guard.own=" : "", session->attacks ? role : "");
	session->role = role;
	for (int tries = 0; tries < 60; tries++)
	{
		session->conn = PQconnectdb(info);
		if (PQstatus(session->conn) == CONNECTION_OK)
		{
			session->pid = PQbackendPID(session->conn);
			PQsetNoticeReceiver(session->conn, hear, session);
			return;
		}
		if (tries == 59)
			fprintf(stderr, "%s", PQerrorMessage(session->conn));
		PQfinish(session->conn);
		sleep(1);
	}
	exit(2);
}

void
session_close(Session *session)
{
	PQfinish(session->conn);
	session->conn = NULL;
}

/* Seconds of processor time that a process has taken. */
static double
cpu_of(int pid)
{
	char		path[64];
	char		line[1024];
	unsigned long user = 0;
	unsigned long system = 0;
	FILE	   *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fgets(line, sizeof(line), file))
	{
		const char *rest = strrchr(line, ')');

		if (rest)
			sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
	}
	fclose(file);
	return (double) (user + system) / (double) sysconf(_SC_CLK_TCK);
}

/* Memory of its own that a process holds, in kB. */
static long
memory_of(int pid)
{
	char		path[64];
	char		line[256];
	long		kilobytes = 0;
	FILE	   *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "RssAnon: %ld", &kilobytes) == 1)
			break;
	fclose(file);
	return kilobytes;
}

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static void
copy_field(char *to, size_t size, const PGresult *result, int field)
{
	const char *text = PQresultErrorField(result, field);

	snprintf(to, size, "%s", text ? text : "");
}

/* Run what may fail, and tell how. */
Outcome
session_run(Session *session, const char *statement)
{
	Outcome		outcome = {.state = "00000"};
	long		canaries = session->canaries;
	double		cpu = cpu_of(session->pid);
	double		started = now();
	PGresult   *result;

	if (!PQsendQuery(session->conn, statement))
		outcome.lost = true;
	while ((result = PQgetResult(session->conn)) != NULL)
	{
		ExecStatusType status = PQresultStatus(result);

		if (status == PGRES_FATAL_ERROR && !outcome.failed)
		{
			outcome.failed = true;
			copy_field(outcome.state, sizeof(outcome.state), result, PG_DIAG_SQLSTATE);
			copy_field(outcome.message, sizeof(outcome.message), result, PG_DIAG_MESSAGE_PRIMARY);
			copy_field(outcome.context, sizeof(outcome.context), result, PG_DIAG_CONTEXT);
			copy_field(outcome.internal, sizeof(outcome.internal), result, PG_DIAG_INTERNAL_QUERY);
		}
		PQclear(result);
	}
	if (PQstatus(session->conn) != CONNECTION_OK)
		outcome.lost = true;
	outcome.elapsed = now() - started;
	outcome.cpu = cpu_of(session->pid) - cpu;
	outcome.memory = memory_of(session->pid);
	outcome.canary = session->canaries != canaries;
	return outcome;
}

/* ------------------------------------------------------------------ findings */

void
finding(uint64_t step, const char *what, const char *statement, const Outcome *outcome)
{
	findings++;
	if (quiet)
		return;
	printf("finding at step %llu: %s\n  %.2000s%s\n", (unsigned long long) step, what, statement, strlen(statement) > 2000 ? " ..." : "");
	if (outcome && outcome->failed)
		printf("  %s: %s\n", outcome->state, outcome->message);
	if (outcome && outcome->context[0])
		printf("  context: %.300s\n", outcome->context);
	if (outcome && outcome->internal[0])
		printf("  query: %.300s\n", outcome->internal);
	if (outcome && (outcome->cpu > SLOW || outcome->elapsed > SLOW))
		printf("  %.1f s of processor time, %.1f s by the clock, %ld MB\n", outcome->cpu, outcome->elapsed, outcome->memory / 1024);
	fflush(stdout);
}

/*
 * A crash, an error that only a fault of the program can cause, waiting, or a canary.
 * False if the session had to be opened anew.
 */
bool
judge(Session *session, uint64_t step, const char *statement, const Outcome *outcome)
{
	const char *what = NULL;
	bool		whole = true;
	double		slow = strstr(statement, "emgov.create_ledger(") || strstr(statement, "emgov.upgrade_ledger(") ? MAKING : SLOW;

	if (outcome->lost)
		what = "the server process died";
	else if (outcome->canary)
		what = "somebody else ran the canary";
	else if (strncmp(outcome->state, "XX", 2) == 0)
		what = "an internal error";
	else if (strcmp(outcome->state, "55P03") == 0 || strcmp(outcome->state, "40P01") == 0)
		what = "it waited for a lock";
	else if (strcmp(outcome->state, "53200") == 0)
		what = "it ran out of memory";
	else if (outcome->memory > LARGE)
		what = "the process keeps too much memory";
	else if (outcome->elapsed > SLOW && strcmp(outcome->state, "57014") == 0)
		what = outcome->cpu > slow ? "it takes too long" : outcome->cpu < 0.2 ? "it waits" : NULL;
	else if (outcome->cpu > slow)
		what = "it takes too long";
	if (what)
		finding(step, what, statement, outcome);
	if (outcome->lost || outcome->memory > LARGE)
	{
		session_close(session);
		session_open(session, session->role);
		whole = false;
	}
	return whole;
}
