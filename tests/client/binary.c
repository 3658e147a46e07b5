/*
 * binary.c
 *		The binary forms of the types, sent as parameters over the protocol.
 *
 *		binary [MUTATIONS [SEED]]
 *
 * The connection comes from the environment.  First the wrong forms that are listed
 * below, each with its SQLSTATE; then values of every type there and back; then
 * mutations of their bytes, which must be refused as wrong binary input, or be a value
 * that prints, reads and is sent as the same bytes.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#define LONGEST 1024

static PGconn *conn;
static long checks;
static long failures;
static uint64_t seed = 1;

typedef struct Bytes
{
	unsigned char byte[LONGEST];
	int			length;
} Bytes;

/* Values of each type; the second is to be spoilt. */
static const struct
{
	const char *type;
	const char *value;
}			values[] = {
	{"uscc", "91110000600037341L"}, {"uscc", "9144030071526726XG"},
	{"remediation_summary", "0"}, {"remediation_summary", "pending=-1 exited=9223372036854775807 upgraded=-9223372036854775808"},
	{"accident_summary", "deaths=43 direct_loss=-0.01 general=58 larger=1"},
	{"accident_comparison", "deaths=43/47 direct_loss=92233720368547758.07/0.01 general=58/65 larger=1/0"},
	{"inspection_summary", "inspections=225 documents=1147 hazards=1060 major_hazards=11"},
	{"case_summary", "opening=1 filed=2 fines=20000.00 no_penalty=3 other=4 detention=5"},
	{"comparison", "59/65"}, {"comparison", "-0.5/195.000000000000000001:3"}, {"comparison", "0/0"}, {"comparison", "59/65+7/30:3+-1/0.5:1000"},
	{"severity", "larger"}, {"remediation_outcome", "exited"}, {"penalty_kind", "detention"},
};

#define VALUES (sizeof(values) / sizeof(values[0]))

/* Wrong forms, in hex; what they are made of stands behind them. */
static const struct
{
	const char *type;
	const char *hex;
	const char *sqlstate;
	const char *what;
}			wrong[] = {
	{"remediation_summary", "", "08P01", "nothing"},
	{"remediation_summary", "00", "08P01", "half a word"},
	{"remediation_summary", "0001", "08P01", "no count"},
	{"remediation_summary", "00020003000000000000000100000000000000010000000000000001", "22P03", "another version"},
	{"remediation_summary", "00000003000000000000000100000000000000010000000000000001", "22P03", "version 0"},
	{"remediation_summary", "00010004000000000000000100000000000000010000000000000001", "22P03", "one counter too many"},
	{"remediation_summary", "00010002000000000000000100000000000000010000000000000001", "22P03", "one counter too few"},
	{"remediation_summary", "0001ffff000000000000000100000000000000010000000000000001", "22P03", "65535 counters"},
	{"remediation_summary", "00010003", "08P01", "no counters"},
	{"remediation_summary", "0001000300000000000000010000000000000001", "08P01", "two of three counters"},
	{"remediation_summary", "0001000300000000000000010000000000000001000000000000000100", "22P03", "a byte behind"},
	{"accident_summary", "00010003000000000000000100000000000000010000000000000001", "22P03", "another family"},
	{"accident_comparison", "00010007", "22P03", "half the words"},
	{"case_summary", "00010010", "22P03", "fewer words"},
	{"inspection_summary", "00010005", "08P01", "no counters"},
	{"comparison", "00010005000000000000003b0de0b6b3a764000000000000000000410000000000000000" "0000000000000001", "22P03", "decimals of one"},
	{"comparison", "00010005000000000000003bffffffffffffffff00000000000000410000000000000000" "0000000000000001", "22P03", "decimals below zero"},
	{"comparison", "00010005000000000000003b000000000000000000000000000000410000000000000000" "0000000000000000", "22P03", "no period"},
	{"comparison", "00010005000000000000003b000000000000000000000000000000410000000000000000" "00000000000003e9", "22P03", "1001 periods"},
	{"comparison", "00010005000000000000003b000000000000000000000000000000410000000000000000" "ffffffffffffffff", "22P03", "-1 periods"},
	{"comparison", "000100050000000000000000000000000000000000000000000000000000000000000000" "0000000000000003", "22P03", "a zero of three periods"},
	{"comparison", "0001000a" "00000000000000010000000000000000000000000000000100000000000000000000000000000003" "00000000000000010000000000000000000000000000000100000000000000000000000000000001", "22P03", "parts in the wrong order"},
	{"comparison", "0001000a" "00000000000000010000000000000000000000000000000100000000000000000000000000000003" "00000000000000010000000000000000000000000000000100000000000000000000000000000003", "22P03", "a number of periods twice"},
	{"comparison", "0001000a" "00000000000000010000000000000000000000000000000100000000000000000000000000000001" "00000000000000000000000000000000000000000000000000000000000000000000000000000002", "22P03", "a part that is zero"},
	{"comparison", "00010006" "00000000000000010000000000000000000000000000000100000000000000000000000000000001" "0000000000000000", "22P03", "part of a part"},
	{"comparison", "00010000", "22P03", "no part"},
	{"uscc", "", "08P01", "nothing"},
	{"uscc", "39", "08P01", "one character"},
	{"uscc", "39313131303030303630303033373334314c4c", "22P03", "one too many"},
	{"uscc", "39313131303030303630303033373334314e", "22P03", "a wrong check character"},
	{"uscc", "39313131303030303630303033373334316c", "22P03", "a small letter"},
	{"uscc", "393131313030303036303030333733343100", "22P03", "a zero byte"},
	{"uscc", "ffffffffffffffffffffffffffffffffffff", "22P03", "no characters"},
	{"severity", "6c6172676572ff", "22021", "wrong encoding"},
	{"severity", "6d6964646c65", "22P02", "no such value"},
	{"penalty_kind", "", "22P02", "no name"},
};

#define WRONG (sizeof(wrong) / sizeof(wrong[0]))

static uint64_t
next_random(void)
{
	uint64_t	z = (seed += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static int
below(int limit)
{
	return (int) (next_random() % (uint64_t) limit);
}

static void
check(bool condition, const char *type, const Bytes *bytes, const char *what, PGresult *result)
{
	checks++;
	if (condition)
		return;
	if (++failures > 20)
		return;
	printf("%s: %s:", type, what);
	for (int i = 0; i < bytes->length; i++)
		printf("%s%02x", i == 0 ? " " : "", bytes->byte[i]);
	printf("\n%s", result ? PQresultErrorMessage(result) : "");
}

/* Run a query with one binary parameter; the type stands in it. */
static PGresult *
ask(const char *query, const char *type, const Bytes *bytes)
{
	char		text[512];
	const char *value = (const char *) bytes->byte;
	int			format = 1;

	snprintf(text, sizeof(text), query, type, type, type);
	return PQexecParams(conn, text, 1, NULL, &value, &bytes->length, &format, 0);
}

static const char *
state_of(PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state ? state : "no error";
}

/* Is what was sent a value with one text and one binary form? */
static bool
is_kept(PGresult *result)
{
	return PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1 && strcmp(PQgetvalue(result, 0, 0), "t") == 0;
}

/* The bytes that the server sends for a value. */
static Bytes
bytes_of(const char *type, const char *value)
{
	char		query[256];
	PGresult   *result;
	Bytes		bytes = {{0}, 0};

	snprintf(query, sizeof(query), "SELECT '%s'::emgov.%s", value, type);
	result = PQexecParams(conn, query, 0, NULL, NULL, NULL, NULL, 1);
	check(PQresultStatus(result) == PGRES_TUPLES_OK, type, &bytes, value, result);
	if (PQresultStatus(result) == PGRES_TUPLES_OK)
	{
		bytes.length = PQgetlength(result, 0, 0);
		memcpy(bytes.byte, PQgetvalue(result, 0, 0), (size_t) bytes.length);
	}
	PQclear(result);
	return bytes;
}

static void
mutate(Bytes *bytes)
{
	int			at = bytes->length ? below(bytes->length) : 0;

	switch (below(5))
	{
		case 0:
			bytes->byte[at] ^= (unsigned char) (1 << below(8));
			break;
		case 1:
			bytes->byte[at] = (unsigned char) next_random();
			break;
		case 2:					/* a whole word to an end */
			for (int i = at & ~7; i < bytes->length && i < (at & ~7) + 8; i++)
				bytes->byte[i] = next_random() % 2 ? 0xFF : 0;
			break;
		case 3:
			bytes->length = at;
			break;
		case 4:
			if (bytes->length < LONGEST - 8)
				bytes->length += 1 + below(8);
			break;
	}
}

int
main(int argc, char **argv)
{
	static const char same[] = "SELECT $1::emgov.%s::text::emgov.%s IS NOT DISTINCT FROM $1::emgov.%s";
	int			mutations = argc > 1 ? atoi(argv[1]) : 3000;
	long		refused = 0;
	long		kept = 0;

	if (argc > 2)
		seed = strtoull(argv[2], NULL, 10);
	conn = PQconnectdb("");
	if (PQstatus(conn) != CONNECTION_OK)
	{
		fprintf(stderr, "%s", PQerrorMessage(conn));
		return 1;
	}

	PQclear(PQexec(conn, "SET search_path = public, emgov"));

	for (size_t i = 0; i < WRONG; i++)
	{
		Bytes		bytes = {{0}, (int) strlen(wrong[i].hex) / 2};
		PGresult   *result;

		for (int j = 0; j < bytes.length; j++)
		{
			unsigned int byte;

			if (sscanf(wrong[i].hex + 2 * j, "%2x", &byte) != 1)
				return 1;
			bytes.byte[j] = (unsigned char) byte;
		}
		result = ask(same, wrong[i].type, &bytes);
		if (wrong[i].sqlstate == NULL)
			check(is_kept(result), wrong[i].type, &bytes, wrong[i].what, result);
		else
			check(strcmp(state_of(result), wrong[i].sqlstate) == 0, wrong[i].type, &bytes, wrong[i].what, result);
		PQclear(result);
	}

	for (size_t i = 0; i < VALUES; i++)
	{
		Bytes		bytes = bytes_of(values[i].type, values[i].value);
		PGresult   *result = ask(same, values[i].type, &bytes);

		check(is_kept(result), values[i].type, &bytes, values[i].value, result);
		PQclear(result);
		result = ask("SELECT $1::emgov.%s", values[i].type, &bytes);
		check(PQresultStatus(result) == PGRES_TUPLES_OK && strcmp(PQgetvalue(result, 0, 0), values[i].value) == 0,
			  values[i].type, &bytes, "another value", result);
		PQclear(result);
	}

	for (int n = 0; n < mutations; n++)
	{
		size_t		i = (size_t) n % VALUES;
		Bytes		bytes = bytes_of(values[i].type, values[i].value);
		PGresult   *result;

		for (int times = 1 + below(3); times > 0; times--)
			mutate(&bytes);
		result = ask(same, values[i].type, &bytes);
		if (PQresultStatus(result) == PGRES_TUPLES_OK)
		{
			kept++;
			check(is_kept(result), values[i].type, &bytes, "kept as another value", result);
			PQclear(result);
			/* and the same bytes come back */
			{
				const char *value = (const char *) bytes.byte;
				int			format = 1;
				char		query[128];

				snprintf(query, sizeof(query), "SELECT $1::emgov.%s", values[i].type);
				result = PQexecParams(conn, query, 1, NULL, &value, &bytes.length, &format, 1);
				check(PQresultStatus(result) == PGRES_TUPLES_OK && PQgetlength(result, 0, 0) == bytes.length &&
					  memcmp(PQgetvalue(result, 0, 0), bytes.byte, (size_t) bytes.length) == 0,
					  values[i].type, &bytes, "sent as other bytes", result);
			}
		}
		else
		{
			const char *state = state_of(result);

			refused++;
			check(strcmp(state, "22P03") == 0 || strcmp(state, "08P01") == 0 || strcmp(state, "22P02") == 0 ||
				  strcmp(state, "22021") == 0, values[i].type, &bytes, state, result);
		}
		PQclear(result);
		if (PQstatus(conn) != CONNECTION_OK)
		{
			printf("the connection is lost: %s", PQerrorMessage(conn));
			return 1;
		}
	}
	check(mutations < 1000 || (kept > mutations / 20 && refused > mutations / 20), "all", &(Bytes) {{0}, 0}, "mutations are of one kind", NULL);
	printf("%ld checks, %ld failed; of %d mutations %ld kept, %ld refused\n", checks, failures, mutations, kept, refused);
	PQfinish(conn);
	return failures == 0 ? 0 : 1;
}
