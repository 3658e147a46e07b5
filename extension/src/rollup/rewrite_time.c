/*
 * rewrite_time.c
 *		Keys that are the beginning of a time's day, month, quarter or year.
 *
 * Of such a key whatever is coarser can be had as well: of month_of(day) or
 * date_trunc('month', moment) the quarter, the year, and whether it lies before the first of a
 * month.  A function of the time that is the same of the beginning is taken of the key.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgroids.h"
#include "utils/timestamp.h"

#include "rollup/rewrite_match.h"

/* What a time is cut to, the finest first: whatever begins with one begins with those before it. */
typedef enum TimeUnit
{
	UNIT_DAY,
	UNIT_MONTH,
	UNIT_QUARTER,
	UNIT_YEAR
} TimeUnit;

/* emgov.month_of(date); InvalidOid if there is none. */
Oid
match_month_of(void)
{
	Oid			type = DATEOID;

	return rollup_function("emgov", "month_of", 1, &type);
}

/* ---------------------------------------------------------------- keys */

/* The word that a call of extract() or date_trunc() begins with; NULL if it is no constant. */
static char *
field_of(const FuncExpr *call)
{
	Const	   *field = linitial(call->args);

	if (!IsA(field, Const) || field->constisnull || field->consttype != TEXTOID)
		return NULL;
	return TextDatumGetCString(field->constvalue);
}

/* A time without the casts between date and timestamp around it, which leave its day alone. */
static Node *
uncast(Node *time)
{
	while (IsA(time, FuncExpr) && (((FuncExpr *) time)->funcid == F_TIMESTAMP_DATE || ((FuncExpr *) time)->funcid == F_DATE_TIMESTAMP))
		time = linitial(((FuncExpr *) time)->args);
	return time;
}

/* The unit of date_trunc(), where it is one of ours. */
static bool
truncated_to(const FuncExpr *call, TimeUnit *unit)
{
	static const char *const words[] = {"day", "month", "quarter", "year"};
	const char *field = field_of(call);

	for (int i = 0; field != NULL && i < (int) lengthof(words); i++)
		if (pg_strcasecmp(field, words[i]) == 0)
		{
			*unit = i;
			return true;
		}
	return false;
}

/* The time, without casts, that a key is the beginning of, and to what unit; NULL if it is none. */
static Node *
time_of_key(Node *key, TimeUnit *unit)
{
	FuncExpr   *call = (FuncExpr *) key;
	Node	   *time;

	if (!IsA(key, FuncExpr))
		return NULL;
	switch (call->funcid)
	{
		case F_DATE_TRUNC_TEXT_TIMESTAMP:
			return truncated_to(call, unit) ? uncast(lsecond(call->args)) : NULL;
		case F_DATE_TIMESTAMP:
			/* date_trunc('month', moment)::date */
			time = time_of_key(linitial(call->args), unit);
			if (time != NULL)
				return time;
			*unit = UNIT_DAY;
			return uncast(linitial(call->args));
		default:
			if (call->funcid != match_month_of())
				return NULL;
			*unit = UNIT_MONTH;
			return uncast(linitial(call->args));
	}
}

/* The number of a key that is the beginning of a time, to some unit up to `coarsest`; -1 if there is none. */
static int
find_time(Place *place, Node *time, TimeUnit coarsest, TimeUnit *unit)
{
	const KnownRollup *known = place->match->known;

	time = uncast(time);
	for (int i = 0; i < known->def->nkeys; i++)
	{
		Node	   *of = time_of_key(known->def->keys[i].expr, unit);

		if (of != NULL && *unit <= coarsest && is_at_place(place, of, time))
			return i;
	}
	return -1;
}

/* A key as a date or as a timestamp. */
static Node *
key_as(Place *place, int key, Oid type)
{
	Node	   *result = (Node *) match_stored(place, KEY_PLACE(key));

	if (exprType(result) == type)
		return result;
	return (Node *) makeFuncExpr(type == DATEOID ? F_DATE_TIMESTAMP : F_TIMESTAMP_DATE, type, list_make1(result), InvalidOid, InvalidOid,
								 COERCE_EXPLICIT_CAST);
}

/* ---------------------------------------------------------------- functions */

/* The coarsest unit of whose beginning extract() and date_trunc() give the same; false if a time of the day matters, or the word is none of these. */
static bool
coarsest_for(const FuncExpr *call, TimeUnit *unit)
{
	static const struct
	{
		const char *word;
		TimeUnit	unit;
		bool		is_part;		/* extract() knows it, and date_trunc() does not */
	}			words[] = {
		{"day", UNIT_DAY, false}, {"week", UNIT_DAY, false}, {"dow", UNIT_DAY, true}, {"isodow", UNIT_DAY, true}, {"doy", UNIT_DAY, true},
		{"isoyear", UNIT_DAY, true}, {"month", UNIT_MONTH, false}, {"quarter", UNIT_QUARTER, false}, {"year", UNIT_YEAR, false},
		{"decade", UNIT_YEAR, false}, {"century", UNIT_YEAR, false}, {"millennium", UNIT_YEAR, false}
	};
	bool		truncates = call->funcid == F_DATE_TRUNC_TEXT_TIMESTAMP || call->funcid == F_DATE_TRUNC_TEXT_TIMESTAMPTZ;
	const char *field = field_of(call);

	for (int i = 0; field != NULL && i < (int) lengthof(words); i++)
		if (pg_strcasecmp(field, words[i].word) == 0 && !(truncates && words[i].is_part))
		{
			*unit = words[i].unit;
			return true;
		}
	return false;
}

/*
 * A function of a time that is the same of its beginning, as that of a key: extract(year FROM day),
 * date_trunc('quarter', moment), month_of(day), moment::date.  NULL if it is none.
 */
Node *
time_function(Place *place, FuncExpr *call)
{
	TimeUnit	coarsest;
	TimeUnit	unit;
	FuncExpr   *result;
	Node	   *time;
	int			key;

	switch (call->funcid)
	{
		case F_EXTRACT_TEXT_DATE:
		case F_DATE_PART_TEXT_DATE:
		case F_EXTRACT_TEXT_TIMESTAMP:
		case F_DATE_PART_TEXT_TIMESTAMP:
		case F_DATE_TRUNC_TEXT_TIMESTAMP:
			if (!coarsest_for(call, &coarsest) || (key = find_time(place, lsecond(call->args), coarsest, &unit)) < 0)
				return NULL;
			result = copyObject(call);
			lsecond(result->args) = key_as(place, key, exprType(lsecond(call->args)));
			return (Node *) result;
		case F_DATE_TRUNC_TEXT_TIMESTAMPTZ:
			/* of a day as the session's zone has it */
			time = lsecond(call->args);
			if (!coarsest_for(call, &coarsest) || !IsA(time, FuncExpr) || ((FuncExpr *) time)->funcid != F_TIMESTAMPTZ_DATE ||
				(key = find_time(place, linitial(((FuncExpr *) time)->args), coarsest, &unit)) < 0)
				return NULL;
			result = copyObject(call);
			linitial(((FuncExpr *) lsecond(result->args))->args) = key_as(place, key, DATEOID);
			return (Node *) result;
		case F_DATE_TIMESTAMP:
			if ((key = find_time(place, linitial(call->args), UNIT_DAY, &unit)) < 0)
				return NULL;
			return key_as(place, key, DATEOID);
		default:
			if (list_length(call->args) != 1 || call->funcid != match_month_of() ||
				(key = find_time(place, linitial(call->args), UNIT_MONTH, &unit)) < 0)
				return NULL;
			if (unit == UNIT_MONTH)
				return key_as(place, key, DATEOID);
			result = copyObject(call);
			linitial(result->args) = key_as(place, key, DATEOID);
			return (Node *) result;
	}
}

/* ---------------------------------------------------------------- comparisons */

/* The day of a constant that a time is compared with; false if it is none, too far away, or within a day. */
static bool
day_of_bound(const Const *bound, DateADT *day)
{
	if (bound->constisnull)
		return false;
	if (bound->consttype == DATEOID)
		*day = DatumGetDateADT(bound->constvalue);
	else if (bound->consttype == TIMESTAMPOID)
	{
		Timestamp	moment = DatumGetTimestamp(bound->constvalue);

		if (TIMESTAMP_NOT_FINITE(moment) || moment % USECS_PER_DAY != 0)
			return false;
		*day = (DateADT) (moment / USECS_PER_DAY);
	}
	else
		return false;
	return *day >= -700 * 1000 && *day <= 10 * 1000 * 1000;
}

/* The coarsest unit that begins with a day. */
static TimeUnit
begins_with(DateADT day)
{
	int			year;
	int			month;
	int			of_month;

	j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &of_month);
	if (of_month != 1)
		return UNIT_DAY;
	return month == 1 ? UNIT_YEAR : month % 3 == 1 ? UNIT_QUARTER : UNIT_MONTH;
}

/*
 * A comparison of a time with the beginning of a month, or of a day with the last one of it, as one
 * of a key that is the month of the time; so with days, quarters and years.  NULL if it is none.
 */
Node *
time_comparison(Place *place, OpExpr *op)
{
	OpExpr	   *result;
	DateADT		day;
	TimeUnit	unit;
	int			key;

	if (list_length(op->args) != 2 || !IsA(lsecond(op->args), Const) || !day_of_bound(lsecond(op->args), &day))
		return NULL;
	switch (op->opfuncid)
	{
		case F_DATE_GE:
		case F_DATE_LT:
		case F_DATE_GE_TIMESTAMP:
		case F_DATE_LT_TIMESTAMP:
		case F_TIMESTAMP_GE:
		case F_TIMESTAMP_LT:
		case F_TIMESTAMP_GE_DATE:
		case F_TIMESTAMP_LT_DATE:
			/* month >= first, month < first */
			break;
		case F_DATE_LE:
		case F_DATE_GT:
			/* day <= last: month <= last; day > last: month > last */
			day++;
			break;
		default:
			return NULL;
	}
	if ((key = find_time(place, linitial(op->args), begins_with(day), &unit)) < 0)
		return NULL;
	result = copyObject(op);
	linitial(result->args) = key_as(place, key, exprType(linitial(op->args)));
	return (Node *) result;
}
