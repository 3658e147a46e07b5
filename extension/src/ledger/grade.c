/*
 * grade.c
 *		The severity of an accident by a ledger's own schemes.
 *
 * Every accident that is counted by its severity is graded when it is read.  So all schemes come
 * as two arrays, which the server makes once a query: see severity.sql and accident_fact.
 */
#include "postgres.h"
#include "compat.h"

#include "access/tupmacs.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "kernel/decimal_numeric.h"

/* What stands in `levels`, and in `limits`, for a level. */
enum
{
	CODE, SCHEME, REGIME, CATEGORY, TEXTS
};

enum
{
	FIRST_DAY, END_DAY, DEAD, SERIOUS, MINOR, INJURED, LOSS, LIMITS
};

/* The text after another in an array. */
static inline char *
next_text(char *element)
{
	return (char *) att_align_nominal(element + VARSIZE_ANY(element), TYPALIGN_INT);
}

static inline bool
same_text(const char *a, const char *b)
{
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) && memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

static inline int
number_of(const ArrayType *array)
{
	return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

/* Where a text stands in an array of texts, from 1; 0 when it does not. */
static int
position_in(ArrayType *array, const char *wanted)
{
	char	   *element = ARR_DATA_PTR(array);
	int			n = ARR_HASNULL(array) ? 0 : number_of(array);

	for (int i = 1; i <= n; i++, element = next_text(element))
		if (same_text(element, wanted))
			return i;
	return 0;
}

/*
 * How near to an accident a scheme is: its category comes first, then its regime.  0 when it does not
 * grade it.
 */
static int
nearness(const char *of_regime, const char *of_category, const text *regime, ArrayType *path)
{
	int			result = 1;

	if (VARSIZE_ANY_EXHDR(of_category) > 0)
	{
		int			depth = path == NULL ? 0 : position_in(path, of_category);

		if (depth == 0)
			return 0;
		result += 2 * depth;
	}
	if (VARSIZE_ANY_EXHDR(of_regime) > 0)
	{
		if (regime == NULL || !same_text(of_regime, (const char *) regime))
			return 0;
		result++;
	}
	return result;
}

/*
 * emgov_internal.grade(levels text[], limits bigint[], path text[], regime text, day date, dead int,
 * serious_injuries int, minor_injuries int, direct_loss numeric) returns text
 */
PG_FUNCTION_INFO_V1(emgov_grade);
Datum
emgov_grade(PG_FUNCTION_ARGS)
{
	ArrayType  *levels;
	ArrayType  *limits;
	ArrayType  *path = PG_ARGISNULL(2) ? NULL : PG_GETARG_ARRAYTYPE_P(2);
	text	   *regime = PG_ARGISNULL(3) ? NULL : PG_GETARG_TEXT_PP(3);
	int64		serious = PG_ARGISNULL(6) ? 0 : PG_GETARG_INT32(6);
	int64		minor = PG_ARGISNULL(7) ? 0 : PG_GETARG_INT32(7);
	int64		has[LIMITS];
	const int64 *limit;
	char	   *element;
	char	   *scheme = NULL;	/* the nearest that grades the accident */
	char	   *level = NULL;	/* what it gives */
	int			nearest = 0;
	int			n;
	DateADT		day;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(4))
		PG_RETURN_NULL();
	levels = PG_GETARG_ARRAYTYPE_P(0);
	limits = PG_GETARG_ARRAYTYPE_P(1);
	n = number_of(levels) / TEXTS;
	if (ARR_HASNULL(levels) || ARR_HASNULL(limits) || number_of(levels) != n * TEXTS || number_of(limits) != n * LIMITS)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("a level of severity has %d texts and %d numbers, none of them NULL", TEXTS, LIMITS)));
	day = PG_GETARG_DATEADT(4);
	has[DEAD] = PG_ARGISNULL(5) ? 0 : PG_GETARG_INT32(5);
	has[SERIOUS] = serious;
	has[MINOR] = minor;
	has[INJURED] = serious + minor;
	has[LOSS] = PG_ARGISNULL(8) ? 0 : fen_from_numeric(PG_GETARG_DATUM(8), "direct_loss");

	element = ARR_DATA_PTR(levels);
	limit = (const int64 *) ARR_DATA_PTR(limits);
	for (int i = 0; i < n; i++, limit += LIMITS)
	{
		char	   *texts[TEXTS];

		for (int t = 0; t < TEXTS; t++, element = next_text(element))
			texts[t] = element;
		if (scheme == NULL || !same_text(scheme, texts[SCHEME]))
		{
			int			near = day < limit[FIRST_DAY] || day >= limit[END_DAY] ? 0 :
				nearness(texts[REGIME], texts[CATEGORY], regime, path);

			if (near <= nearest)
				continue;
			nearest = near;
			scheme = texts[SCHEME];
			level = NULL;
		}
		for (int c = DEAD; c < LIMITS && level == NULL; c++)
			if (has[c] >= limit[c])
				level = texts[CODE];
	}
	if (level == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(VARDATA_ANY(level), VARSIZE_ANY_EXHDR(level)));
}
