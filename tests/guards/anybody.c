/*
 * anybody.c
 *		Every function, called by anybody.
 *
 *		anybody [-n CALLS] [-s SEED] [-f FIRST] [-r ROLE] [-d DIGEST_EVERY] [-v]
 *
 * Every function, procedure, aggregate, operator and cast of the extension and of two
 * ledgers, internal ones included, is called with edge values by a role that may connect
 * and nothing else; trigger functions also by triggers of the caller's own.  The database
 * is the one of victims.sql.
 *
 * No call may end the connection, raise an internal error, wait, take long or much
 * memory, hold a lock that others wait for, sing the canary, or change anything that
 * belongs to somebody else.  A step's values depend on seed and step alone: `-f STEP
 * -n 1` makes one call again.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guard.h"

/* Something to call, as the catalog has it. */
typedef struct Target
{
	char		kind;			/* function, procedure, aggregate, trigger, operator, prefix operator, cast, relation */
	char	   *name;
	char	   *result;
	char	   *argument[32];	/* their types */
	char	   *argument_name[32];
	int			arguments;
	bool		variadic;
	bool		open;			/* the role may call it */
} Target;

static const char *const target_query =
"WITH ours AS (SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e' AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'emgov')), "
"places AS (SELECT oid FROM pg_namespace WHERE nspowner IN (SELECT oid FROM pg_roles WHERE rolname IN ('guard_owner', 'guard_other'))) "
"SELECT CASE WHEN prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) THEN 't' ELSE prokind::text END, p.oid::regproc::text, CASE WHEN proretset THEN 'set' ELSE format_type(prorettype, NULL) END, "
"       (SELECT string_agg(format_type(t, NULL), '|' ORDER BY n) FROM unnest(proargtypes::oid[]) WITH ORDINALITY AS a (t, n)), p.oid::regprocedure::text AS key, "
"       coalesce((SELECT string_agg(coalesce(nullif(n, ''), '-'), '|') FROM unnest(proargnames[:pronargs]) AS n), ''), provariadic <> 0, has_function_privilege($1, p.oid, 'EXECUTE') AND has_schema_privilege($1, pronamespace, 'USAGE') "
"  FROM pg_proc p WHERE p.oid IN (SELECT objid FROM ours WHERE classid = 'pg_proc'::regclass) OR pronamespace IN (SELECT oid FROM places) "
"UNION ALL SELECT CASE oprkind WHEN 'b' THEN 'o' ELSE 'l' END::text, format('OPERATOR(%I.%s)', nspname, oprname), '', concat_ws('|', CASE oprkind WHEN 'b' THEN format_type(oprleft, NULL) END, format_type(oprright, NULL)), o.oid::regoperator::text, '', false, true "
"  FROM pg_operator o JOIN pg_namespace n ON n.oid = oprnamespace WHERE o.oid IN (SELECT objid FROM ours WHERE classid = 'pg_operator'::regclass) "
"UNION ALL SELECT 'c', format_type(casttarget, NULL), '', format_type(castsource, NULL), c.castsource::regtype || ' to ' || c.casttarget::regtype, '', false, true FROM pg_cast c WHERE oid IN (SELECT objid FROM ours WHERE classid = 'pg_cast'::regclass) "
"UNION ALL SELECT 'c', format_type(t.oid, NULL), '', unnest('{text,bytea}'::text[]), 'cast to ' || t.oid::regtype, '', false, true FROM pg_type t WHERE t.oid IN (SELECT objid FROM ours WHERE classid = 'pg_type'::regclass) AND typtype = 'b' "
"UNION ALL SELECT 'r', c.oid::regclass::text, '', NULL, c.oid::regclass::text, '', false, false FROM pg_class c WHERE relkind IN ('r', 'v') AND (c.oid IN (SELECT objid FROM ours WHERE classid = 'pg_class'::regclass) OR relnamespace IN (SELECT oid FROM places)) "
"ORDER BY 1, 5, 4";

static Target *targets;
static int	target_count;
static int *reachable;			/* the numbers of those that the role may call */
static int	reachable_count;

static void
read_targets(PGconn *conn, const char *role)
{
	PGresult   *result = PQexecParams(conn, target_query, 1, NULL, &role, NULL, NULL, 0);

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(conn));
		exit(2);
	}
	target_count = PQntuples(result);
	targets = calloc((size_t) target_count, sizeof(Target));
	reachable = calloc((size_t) target_count * 5, sizeof(int));
	for (int i = 0; i < target_count; i++)
	{
		Target	   *target = &targets[i];
		char	   *arguments = strdup(PQgetvalue(result, i, 3));
		char	   *names = strdup(PQgetvalue(result, i, 5));
		int			named = 0;
		bool		deep = strstr(arguments, "text") || strstr(arguments, "reg") || strstr(arguments, "jsonb") || strchr("tp", PQgetvalue(result, i, 0)[0]);

		target->kind = PQgetvalue(result, i, 0)[0];
		target->name = strdup(PQgetvalue(result, i, 1));
		target->result = strdup(PQgetvalue(result, i, 2));
		target->variadic = PQgetvalue(result, i, 6)[0] == 't';
		target->open = PQgetvalue(result, i, 7)[0] == 't';
		/* what reads names, texts or documents has more to go wrong */
		for (int times = target->open ? deep ? 5 : 1 : 0; times > 0; times--)
			reachable[reachable_count++] = i;
		for (char *type = strtok(arguments, "|"); type && target->arguments < 32; type = strtok(NULL, "|"))
			target->argument[target->arguments++] = type;
		for (char *name = strtok(names, "|"); name && named < 32; name = strtok(NULL, "|"))
			target->argument_name[named++] = name;
		while (named < 32)
			target->argument_name[named++] = "";
	}
	PQclear(result);
}

static void
put_arguments(FILE *out, const Target *target)
{
	for (int i = 0; i < target->arguments; i++)
	{
		fputs(i ? ", " : "", out);
		if (target->variadic && i == target->arguments - 1)
			fputs("VARIADIC ", out);
		/* a value that differs from row to row keeps the call out of the planner's hands */
		if (chance(15) && strcmp(target->argument[i], "internal") != 0 && strncmp(target->argument[i], "any", 3) != 0)
		{
			fputs("CASE g % 2 WHEN 0 THEN ", out);
			put_value(out, target->argument[i], target->argument_name[i]);
			fputs(" ELSE ", out);
			put_value(out, target->argument[i], target->argument_name[i]);
			fputs(" END", out);
		}
		else
			put_value(out, target->argument[i], target->argument_name[i]);
	}
}

/* A trigger of the caller's own that runs somebody's trigger function. */
static void
put_trigger(FILE *out, const Target *target)
{
	static const char *const when[] = {"BEFORE", "AFTER"};
	static const char *const event[] = {"INSERT", "UPDATE", "DELETE", "TRUNCATE", "INSERT OR UPDATE OR DELETE", "INSERT OR UPDATE OR DELETE OR TRUNCATE"};
	static const char *const table[] = {"(id int PRIMARY KEY, known_from timestamptz DEFAULT now(), n int)", "(id int)", "(id int, code text, kind text, source text, filter text, measure text)", "(id int, known_from text, known_to int)", "(id int, known_from date GENERATED ALWAYS AS (date '2024-01-01') STORED)", "(id int, LIKE trap.t)"};
	const char *chosen = PICK(event);
	bool		row = chance(50) && strcmp(chosen, "TRUNCATE") != 0 && !strstr(chosen, "OR TRUNCATE");
	bool		ours = chance(70);
	const char *at = PICK(when);

	fprintf(out, "CREATE %s %s.probe %s; ", ours ? "TABLE" : "TEMP TABLE", ours ? "trap" : "pg_temp", PICK(table));
	fprintf(out, "CREATE %s TRIGGER probe %s %s ON %s %s FOR EACH %s EXECUTE FUNCTION %s(", "", at, chosen, ours ? "trap.probe" : chance(80) ? "pg_temp.probe" : "shared.open",
			strcmp(at, "AFTER") == 0 && strchr(chosen, ' ') == NULL && chance(50) && strcmp(chosen, "TRUNCATE") != 0 ?
			strcmp(chosen, "INSERT") == 0 ? "REFERENCING NEW TABLE AS new_rows" : strcmp(chosen, "DELETE") == 0 ? "REFERENCING OLD TABLE AS old_rows" : "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows" : "",
			row ? "ROW" : "STATEMENT", target->name);
	for (int i = below(4); i > 0; i--)
	{
		static const char *const names[] = {"trap.r", "ledger.accident", "shared.event_daily", "", "x", "0123456789ab", "%s", "'"};

		put_literal(out, PICK(names));
		fputs(i > 1 ? ", " : "", out);
	}
	fprintf(out, "); SELECT 1");
	for (int i = 0; i < 4; i++)
	{
		static const char *const deeds[] = {"INSERT INTO %s DEFAULT VALUES", "UPDATE %s SET id = 1", "DELETE FROM %s", "TRUNCATE %s", "UPDATE %s SET known_from = NULL", "INSERT INTO %s (id) SELECT g FROM generate_series(1, 50) AS g"};

		fputs("; ", out);
		fprintf(out, PICK(deeds), ours ? "trap.probe" : "pg_temp.probe");
	}
}

static void
put_call(FILE *out, const Target *target)
{
	switch (target->kind)
	{
		case 'p':
			fprintf(out, "CALL %s(", target->name);
			/* no row here to take a value from */
			for (int i = 0; i < target->arguments; i++)
			{
				fputs(i ? ", " : "", out);
				if (target->variadic && i == target->arguments - 1)
					fputs("VARIADIC ", out);
				put_value(out, target->argument[i], target->argument_name[i]);
			}
			fputc(')', out);
			break;
		case 't':
			if (chance(75))
				put_trigger(out, target);
			else
				fprintf(out, "SELECT %s()", target->name);
			break;
		case 'a':
			fprintf(out, "SELECT %s(", target->name);
			if (chance(20))
				fputs("DISTINCT ", out);
			put_arguments(out, target);
			fputc(')', out);
			if (chance(20))
				fputs(" FILTER (WHERE g > 1)", out);
			if (chance(40))
				fputs(chance(50) ? " OVER (ORDER BY g ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)" : " OVER (ORDER BY g ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)", out);
			fprintf(out, " FROM generate_series(1, %d) AS g", 1 + below(9));
			break;
		case 'o':
			fputs("SELECT (", out);
			put_value(out, target->argument[0], "");
			fprintf(out, ") %s (", target->name);
			put_value(out, target->argument[1], "");
			fputc(')', out);
			break;
		case 'l':
			fprintf(out, "SELECT %s (", target->name);
			put_value(out, target->argument[0], "");
			fputc(')', out);
			break;
		case 'c':
			fputs("SELECT CAST(", out);
			put_value(out, target->argument[0], "");
			fprintf(out, " AS %s)", target->name);
			break;
		case 'r':
			{
				static const char *const deeds[] = {"SELECT * FROM %s LIMIT 5", "INSERT INTO %s DEFAULT VALUES", "DELETE FROM %s", "UPDATE %s SET code = code", "TRUNCATE %s CASCADE", "LOCK TABLE %s IN SHARE MODE", "LOCK TABLE %s IN ACCESS SHARE MODE", "ALTER TABLE %s ADD x int", "SELECT * FROM %s FOR UPDATE", "CREATE TABLE trap.child () INHERITS (%s)", "CREATE RULE r AS ON INSERT TO %s DO NOTHING", "COMMENT ON TABLE %s IS NULL", "DROP TABLE %s CASCADE"};

				fprintf(out, PICK(deeds), target->name);
				break;
			}
		default:
			if (chance(50) || strcmp(target->result, "set") == 0)
			{
				fprintf(out, "SELECT f.* FROM generate_series(1, %d) AS g, %s(", 1 + below(3), target->name);
				put_arguments(out, target);
				fputs(") AS f", out);
			}
			else
			{
				fprintf(out, "SELECT %s(", target->name);
				put_arguments(out, target);
				fprintf(out, ") FROM generate_series(1, %d) AS g", 1 + below(3));
			}
	}
}

/* What the attacker may not change, by name. */
static PGresult *
digest(PGconn *conn, const char *role)
{
	char		query[200];
	PGresult   *result;

	snprintf(query, sizeof(query), "SELECT what, content FROM guard.digest('%s') ORDER BY what COLLATE \"C\", content COLLATE \"C\"", role);
	result = PQexec(conn, query);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(conn));
		exit(2);
	}
	return result;
}

/* Say what differs between two digests, both in order. */
static void
compare(uint64_t step, const char *statement, const PGresult *was, const PGresult *is)
{
	int			i = 0;
	int			j = 0;

	while (i < PQntuples(was) || j < PQntuples(is))
	{
		int			order = i >= PQntuples(was) ? 1 : j >= PQntuples(is) ? -1 : strcmp(PQgetvalue(was, i, 0), PQgetvalue(is, j, 0));
		char		what[300];

		if (order == 0 && strcmp(PQgetvalue(was, i, 1), PQgetvalue(is, j, 1)) == 0)
		{
			i++;
			j++;
			continue;
		}
		snprintf(what, sizeof(what), "%s: %s", order < 0 ? "gone" : order > 0 ? "new" : "changed", order > 0 ? PQgetvalue(is, j, 0) : PQgetvalue(was, i, 0));
		finding(step, what, statement, NULL);
		i += order <= 0;
		j += order >= 0;
	}
}

int
main(int argc, char **argv)
{
	Options		options = {.steps = 20000, .seed = 1, .role = "guard_anybody", .every = 1000};
	PGconn	   *admin;
	Session		session = {.attacks = true};
	PGresult   *before;
	char		locks[200];
	long		passed = 0;
	long	   *answered;
	long	   *found;			/* findings about each target: two are told, the rest counted */
	long		told;
	int			silent = 0;
	int			open_count = 0;

	admin = guard_start(argc, argv, &options);
	read_targets(admin, options.role);
	answered = calloc((size_t) target_count, sizeof(long));
	found = calloc((size_t) target_count, sizeof(long));
	before = digest(admin, options.role);
	session_open(&session, options.role);

	for (uint64_t step = options.first; step < options.first + (uint64_t) options.steps; step++)
	{
		int			number;
		const Target *target;
		char	   *statement = NULL;
		size_t		size = 0;
		FILE	   *out = open_memstream(&statement, &size);
		bool		open;
		Outcome		outcome;

		random_start(options.seed, step);
		/* all once, then those that the role can reach, and a few of the others */
		if (step >= (uint64_t) target_count && !chance(5))
			number = reachable[step % (uint64_t) reachable_count];
		else
			number = (int) (step % (uint64_t) target_count);
		target = &targets[number];
		open = target->kind == 't' || chance(70);
		put_call(out, target);
		fclose(out);
		if (options.verbose)
			printf("%llu %s\n", (unsigned long long) step, statement);

		if (open)
			PQclear(PQexec(session.conn, "BEGIN"));
		outcome = session_run(&session, statement);
		if (outcome.elapsed > 2 && !outcome.lost)
		{
			/* a busy machine is no fault: once more */
			PQclear(PQexec(session.conn, open ? "ROLLBACK; BEGIN" : "SELECT 1"));
			outcome = session_run(&session, statement);
		}
		if (options.verbose && outcome.failed)
			printf("    %s %s\n", outcome.state, outcome.message);
		quiet = found[number] >= 2;
		told = findings;
		if (judge(&session, step, statement, &outcome))
		{
			if (open && !outcome.failed && target->kind != 'r')
			{
				snprintf(locks, sizeof(locks), "SELECT coalesce(guard.locks(%d, '%s'), '')", session.pid, options.role);
				if (PQstatus(admin) == CONNECTION_OK)
				{
					char	   *held = ask(admin, locks);

					if (held[0])
					{
						char		what[600];

						snprintf(what, sizeof(what), "it holds locks of others: %.500s", held);
						finding(step, what, statement, NULL);
					}
				}
			}
			PQclear(PQexec(session.conn, "ROLLBACK"));
			PQclear(PQexec(session.conn, "RESET ALL"));
		}
		else if (outcome.lost)
		{
			PQreset(admin);
			for (int tries = 0; tries < 60 && PQstatus(admin) != CONNECTION_OK; tries++)
			{
				sleep(1);
				PQreset(admin);
			}
			/* sequences jump when a server recovers */
			PQclear(before);
			before = digest(admin, options.role);
		}
		found[number] += findings - told;
		quiet = false;
		passed += !outcome.failed;
		answered[number] += !outcome.failed;

		if ((step + 1) % (uint64_t) options.every == 0 || step + 1 == options.first + (uint64_t) options.steps)
		{
			PGresult   *after = digest(admin, options.role);

			compare(step, statement, before, after);
			PQclear(before);
			before = after;
			session_close(&session);
			session_open(&session, options.role);
		}
		free(statement);
	}
	if (strcmp(ask(admin, "SELECT is_called FROM guard.sung"), "f") != 0)
		finding(options.first, "the canary was sung", "", NULL);
	for (int i = 0; i < target_count; i++)
	{
		open_count += targets[i].open;
		if (targets[i].open && answered[i] == 0)
		{
			silent++;
			if (options.verbose)
				printf("never answered: %c %s\n", targets[i].kind, targets[i].name);
		}
	}
	printf("%s: seed %llu, %ld calls of %d things, %d of them open to it; %ld answered, %d of the open ones never did; %ld findings\n",
		   options.role, (unsigned long long) options.seed, options.steps, target_count, open_count, passed, silent, findings);
	return findings != 0;
}
