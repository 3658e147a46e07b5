/*
 * scan.c
 *		What indicators come to in windows of time: one scan of each source, whatever
 *		their number.
 *
 * A scan groups the records of a source by their profile (profile.c) and, if figures by
 * member are asked for, by the member that they are of.  From these groups the parts of
 * every indicator in every window are put together here, in C.  What is counted once each
 * (enterprises, persons, years) is grouped by, too; from these groups the set of profiles of
 * each thing is collected, and how many things have the same set.
 *
 * A rollup is read in just the same way: its rows stand for so many records each.
 *
 * A scan is built from the names of units, and its plan is kept (kept_plan.c).  Its parameters:
 *
 *		$1	the bounds of all windows, sorted
 *		$2	the moment, as of which sources are read
 *		$3	the first beginning of a window		$4	the last end	$5	the first end
 *
 * What cannot be computed must not take the rest with it: of indicators of which the scan
 * fails, the halves are tried, of a single one the halves of its windows; what is left has
 * a reason.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rangetypes.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "ledger/indicator.h"
#include "ledger/kept_plan.h"
#include "ledger/profile.h"
#include "ledger/rollup.h"
#include "ledger/rows.h"
#include "ledger/unit.h"
#include "rollup/rollup.h"

/* What a function takes: bounds, days, conditions. */
#define MAX_ARGUMENTS	90

/* Bounds are numbered in 16 bits. */
#define MAX_WINDOWS		10000

/* The columns of emgov.figure_parts. */
enum
{
	OUT_CODE, OUT_STARTS_ON, OUT_ENDS_ON, OUT_MEMBER, OUT_NUMERATOR, OUT_DENOMINATOR, OUT_RECORD_COUNT, OUT_RECORD_CHECKSUM,
	OUT_ANSWERED_BY, OUT_REASON, N_OUT
};

/* A period; from and to are the places of its bounds among the sorted ones. */
typedef struct Window
{
	DateADT		starts;
	DateADT		ends;
	int			from;
	int			to;
} Window;

/* What all scans of a call share. */
typedef struct Request
{
	RowsOut    *out;
	Datum		moment;
	bool		past;
	bool		with_checksum;
	bool		unversioned_now;
	const char *by;				/* a dimension, or NULL */
} Request;

/* What a record must be to count in a part; the same for all indicators that say the same. */
typedef struct Condition
{
	const Unit *filter;			/* each NULL where it is not asked */
	const Unit *base_filter;
	const Unit *measured;
	char	   *sql;
} Condition;

/* A value that is computed for each group: of a measure, or of what definitions look at. */
typedef struct GroupValue
{
	Aggregate	aggregate;
	const Unit *unit;
	bool		checksum;
	Bitmapset  *conditions;		/* for which records it is needed */
} GroupValue;

/* Where a part of an indicator finds what it is made of. */
typedef struct Term
{
	const IndicatorPart *part;
	int			condition;
	int			value;			/* of a sum or the largest; else -1 */
	int			key;			/* of what is counted once; else -1 */
} Term;

typedef struct Member Member;

/* One scan's work. */
typedef struct SourceScan
{
	const Request *request;
	Oid			relid;
	const char *from;			/* FROM text that gives emgov_record */
	const char *answered_by;
	const RollupAnswer *rollup; /* or NULL */
	const char *member;			/* SQL: the member a record is of; NULL when not asked */
	const char *record_key;		/* SQL, for checksums */

	int			nindicators;
	const Indicator **indicators;
	int			nwindows;
	Window	   *windows;
	Datum		parameters[5];

	int			ndays;
	const Unit *days[2 * MAX_ARGUMENTS];
	int			nconditions;
	Condition	conditions[2 * MAX_ARGUMENTS];
	int			nvalues;
	GroupValue *values;
	int			nkeys;
	GroupValue *keys;

	/* by indicator */
	Term	  (*terms)[2];
	int		   *day;
	int		   *until;			/* -1: none */
	int		   *checksum;		/* among values, or -1 */

	Member	   *total;
	List	   *members;
} SourceScan;

/* What an indicator comes to in a window. */
typedef struct Cell
{
	int64		count[2];
	Datum		sum[2];			/* 0: nothing to add up */
	int64		records;
	Datum		checksum;
	List	   *years;			/* of a streak */
} Cell;

struct Member
{
	char	   *name;			/* NULL: the total */
	Cell	   *cells;			/* by indicator, then window */
};


/* ---------------------------------------------------------------- what a scan computes */

static bool
same_unit(const Unit *one, const Unit *other)
{
	return one == other || (one != NULL && other != NULL && equal(one->expression, other->expression));
}

static int
add_day(SourceScan *scan, const Unit *unit)
{
	if (unit == NULL)
		return -1;
	for (int i = 0; i < scan->ndays; i++)
		if (same_unit(scan->days[i], unit))
			return i;
	scan->days[scan->ndays] = unit;
	return scan->ndays++;
}

static int
add_condition(SourceScan *scan, const Indicator *indicator, const IndicatorPart *part)
{
	Condition	condition = {0};

	condition.filter = part->filter ? indicator->units[UNIT_FILTER] : NULL;
	condition.base_filter = part->base_filter ? indicator->units[UNIT_BASE_FILTER] : NULL;
	condition.measured = part->measured ? indicator->units[UNIT_MEASURE] : NULL;
	for (int i = 0; i < scan->nconditions; i++)
		if (same_unit(scan->conditions[i].filter, condition.filter) &&
			same_unit(scan->conditions[i].base_filter, condition.base_filter) &&
			same_unit(scan->conditions[i].measured, condition.measured))
			return i;
	condition.sql = indicator_condition(indicator, part);
	scan->conditions[scan->nconditions] = condition;
	return scan->nconditions++;
}

static int
add_value(GroupValue *values, int *n, Aggregate aggregate, const Unit *unit, bool checksum, int condition)
{
	int			i;

	for (i = 0; i < *n; i++)
		if (values[i].aggregate == aggregate && values[i].checksum == checksum && same_unit(values[i].unit, unit))
			break;
	if (i == *n)
	{
		values[i] = (GroupValue) {aggregate, unit, checksum, NULL};
		(*n)++;
	}
	values[i].conditions = bms_add_member(values[i].conditions, condition);
	return i;
}

/* Lay out what a scan computes for its indicators; false when these are too many. */
static bool
lay_out(SourceScan *scan)
{
	int			n = scan->nindicators;

	scan->values = palloc(sizeof(GroupValue) * 3 * n);
	scan->keys = palloc(sizeof(GroupValue) * 2 * n);
	scan->terms = palloc0(sizeof(Term) * 2 * n);
	scan->day = palloc(sizeof(int) * n);
	scan->until = palloc(sizeof(int) * n);
	scan->checksum = palloc(sizeof(int) * n);
	for (int i = 0; i < n; i++)
	{
		const Indicator *indicator = scan->indicators[i];
		const Unit *measure = indicator->units[UNIT_MEASURE];

		scan->day[i] = add_day(scan, indicator->units[UNIT_DATE]);
		scan->until[i] = add_day(scan, indicator->units[UNIT_UNTIL]);
		scan->checksum[i] = -1;
		for (int p = 0; p < indicator->nparts; p++)
		{
			Term	   *term = &scan->terms[i][p];

			term->part = &indicator->parts[p];
			term->condition = add_condition(scan, indicator, term->part);
			term->value = term->key = -1;
			switch (term->part->aggregate)
			{
				case AGGREGATE_COUNT:
					break;
				case AGGREGATE_SUM:
				case AGGREGATE_LARGEST:
					term->value = add_value(scan->values, &scan->nvalues, term->part->aggregate, measure, false, term->condition);
					break;
				case AGGREGATE_DISTINCT:
				case AGGREGATE_STREAK:
					term->key = add_value(scan->keys, &scan->nkeys, term->part->aggregate, measure, false, term->condition);
					break;
				case AGGREGATE_DEFINED:
					break;
			}
			if (scan->request->with_checksum && p == indicator->counted)
				scan->checksum[i] = add_value(scan->values, &scan->nvalues, AGGREGATE_SUM, indicator->units[UNIT_VALUES], true, term->condition);
		}
		if (scan->ndays + scan->nconditions > MAX_ARGUMENTS)
			return false;
	}
	return true;
}


/* ---------------------------------------------------------------- its SQL */

/* Some conditions, of which one must be met; "true" when nothing is asked. */
static char *
any_of(const SourceScan *scan, const Bitmapset *conditions)
{
	StringInfoData sql;
	int			c = -1;

	initStringInfo(&sql);
	while ((c = bms_next_member(conditions, c)) >= 0)
		appendStringInfo(&sql, "%s(%s)", sql.len ? " OR " : "", scan->conditions[c].sql);
	return sql.data;
}

static char *
profile_sql(const SourceScan *scan)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "emgov._profile($1");
	for (int i = 0; i < scan->ndays; i++)
		appendStringInfo(&sql, ", %s", scan->days[i]->call);
	for (int i = 0; i < scan->nconditions; i++)
		appendStringInfo(&sql, ", %s", scan->conditions[i].sql);
	appendStringInfoChar(&sql, ')');
	return sql.data;
}

/* FROM and WHERE: records that no indicator counts in any window are left out, by an index if there is one. */
static char *
records_sql(const SourceScan *scan)
{
	StringInfoData sql;
	List	   *dates = NIL;
	ListCell   *cell;

	for (int i = 0; i < scan->nindicators; i++)
	{
		const Indicator *indicator = scan->indicators[i];
		const char *day = scan->days[scan->day[i]]->call;
		char	   *bound = indicator->cutoff == CUTOFF_PERIOD ? psprintf("%s >= $3 AND %s < $4", day, day) :
			indicator->cutoff == CUTOFF_TO_DATE ? psprintf("%s < $4", day) : psprintf("(%s IS NULL OR %s < $4)", day, day);

		if (indicator->open)
		{
			const char *until = scan->days[scan->until[i]]->call;

			bound = psprintf("%s AND (%s IS NULL OR %s >= $5)", bound, until, until);
		}
		if (!list_member(dates, makeString(bound)))
			dates = lappend(dates, makeString(bound));
	}
	initStringInfo(&sql);
	appendStringInfo(&sql, "FROM %s%s WHERE ", scan->from, scan->rollup ? "" : " AS emgov_record");
	foreach(cell, dates)
		appendStringInfo(&sql, "%s(%s)", foreach_current_index(cell) ? " OR " : "", strVal(lfirst(cell)));
	return sql.data;
}

/* A value, as computed from records. */
static char *
value_sql(const SourceScan *scan, const GroupValue *value)
{
	char	   *sql;

	if (value->checksum)
		return psprintf("sum(hashtextextended(ROW(%s, %s)::text, 0)) FILTER (WHERE %s)",
						scan->record_key, value->unit->call, any_of(scan, value->conditions));
	if (value->aggregate == AGGREGATE_SUM && scan->rollup)
		return psprintf("sum(sum%d)", rollup_sum(scan->rollup, value->unit));
	sql = psprintf("%s(%s)", value->aggregate == AGGREGATE_SUM ? "sum" : "max", value->unit->call);
	/* of other records it is not asked: there it may fail */
	return value->unit->cannot_fail ? sql : psprintf("%s FILTER (WHERE %s)", sql, any_of(scan, value->conditions));
}

/* Groups of records: profile, member, what is counted once, number of records, values. */
static char *
groups_sql(const SourceScan *scan)
{
	StringInfoData sql;
	char	   *profile = profile_sql(scan);

	initStringInfo(&sql);
	appendStringInfo(&sql, "SELECT %s AS profile, %s AS member", profile, scan->member ? scan->member : "NULL::text");
	for (int k = 0; k < scan->nkeys; k++)
	{
		const GroupValue *key = &scan->keys[k];

		if (key->unit->cannot_fail)
			appendStringInfo(&sql, ", %s AS key%d", key->unit->call, k);
		else
			appendStringInfo(&sql, ", CASE WHEN %s THEN %s END AS key%d", any_of(scan, key->conditions), key->unit->call, k);
	}
	appendStringInfo(&sql, ", %s AS records", scan->rollup ? "sum(records)::bigint" : "count(*)");
	for (int v = 0; v < scan->nvalues; v++)
		appendStringInfo(&sql, ", %s AS value%d", value_sql(scan, &scan->values[v]), v);
	appendStringInfo(&sql, " %s GROUP BY 1, 2", records_sql(scan));
	for (int k = 0; k < scan->nkeys; k++)
		appendStringInfo(&sql, ", %d", 3 + k);
	appendStringInfo(&sql, " HAVING %s IS NOT NULL", profile);
	return sql.data;
}

/*
 * The whole scan: what a row is of, profile or set of profiles, member, number, values.  Of is
 * -1 for a group of records, k for things of key k, and nkeys + k for those by member; their number is
 * how many have this set, or, of a streak, the year.
 */
static char *
scan_sql(const SourceScan *scan)
{
	StringInfoData sql;
	StringInfoData nothing;

	initStringInfo(&sql);
	if (scan->nkeys == 0)
	{
		appendStringInfo(&sql, "SELECT -1, * FROM (%s) AS emgov_group", groups_sql(scan));
		return sql.data;
	}
	initStringInfo(&nothing);
	appendStringInfo(&sql, "WITH emgov_group AS MATERIALIZED (%s) SELECT -1, profile, member, sum(records)::bigint", groups_sql(scan));
	for (int v = 0; v < scan->nvalues; v++)
	{
		appendStringInfo(&sql, ", %s(value%d)", scan->values[v].aggregate == AGGREGATE_SUM ? "sum" : "max", v);
		appendStringInfoString(&nothing, ", NULL::numeric");
	}
	appendStringInfoString(&sql, " FROM emgov_group GROUP BY 2, 3");
	for (int k = 0; k < (scan->member ? 2 : 1) * scan->nkeys; k++)
	{
		int			key = k % scan->nkeys;
		const char *member = k < scan->nkeys ? "NULL::text" : "member";
		bool		is_streak = scan->keys[key].aggregate == AGGREGATE_STREAK;

		appendStringInfo(&sql, " UNION ALL SELECT %d, profiles, member, %s%s FROM"
						 " (SELECT key%d AS key, %s AS member, emgov._profiles(profile) AS profiles FROM emgov_group WHERE key%d IS NOT NULL GROUP BY 1, 2) AS thing%s",
						 k, is_streak ? "key::bigint" : "count(*)", nothing.data, key, member, key, is_streak ? "" : " GROUP BY 2, 3");
	}
	return sql.data;
}


/* ---------------------------------------------------------------- putting it together */

static Member *
make_member(const SourceScan *scan, const char *name)
{
	Member	   *member = palloc0(sizeof(Member));

	member->name = name ? pstrdup(name) : NULL;
	member->cells = palloc0(sizeof(Cell) * scan->nindicators * scan->nwindows);
	return member;
}

static Member *
find_member(SourceScan *scan, const char *name)
{
	Member	   *member;
	ListCell   *cell;

	foreach(cell, scan->members)
	{
		member = lfirst(cell);
		if (strcmp(member->name, name) == 0)
			return member;
	}
	member = make_member(scan, name);
	scan->members = lappend(scan->members, member);
	return member;
}

/* Does a record of a profile count for a part of an indicator in a window, as far as its days say? */
static inline bool
in_window(const SourceScan *scan, int i, const Term *term, const char *profile, const Window *window)
{
	int			day = profile_segment(profile, scan->day[i]);

	/* a day is in or after the n-th bound if its segment is greater than n */
	switch (scan->indicators[i]->cutoff)
	{
		case CUTOFF_PERIOD:
			if (day == PROFILE_NO_DAY || day <= window->from || day > window->to)
				return false;
			break;
		case CUTOFF_TO_DATE:
			if (day == PROFILE_NO_DAY || day > window->to)
				return false;
			break;
		case CUTOFF_AT_DATE:
			if (day != PROFILE_NO_DAY && day > window->to)
				return false;
			break;
	}
	if (scan->indicators[i]->open || term->part->done)
	{
		int			until = profile_segment(profile, scan->until[i]);

		if (scan->indicators[i]->open && until != PROFILE_NO_DAY && until <= window->to)
			return false;
		if (term->part->done && (until == PROFILE_NO_DAY || until > window->to))
			return false;
	}
	return true;
}

static void
add_numeric(Datum *sum, Datum value)
{
	*sum = *sum == (Datum) 0 ? value : DirectFunctionCall2(numeric_add, *sum, value);
}

/* A group of records of one profile: what all indicators and windows have of it. */
static void
add_group(SourceScan *scan, Member *member, const char *profile, int64 records, const Datum *values, const bool *nulls)
{
	for (int i = 0; i < scan->nindicators; i++)
	{
		const Indicator *indicator = scan->indicators[i];

		for (int p = 0; p < indicator->nparts; p++)
		{
			const Term *term = &scan->terms[i][p];

			if (!profile_meets(profile, scan->ndays, term->condition))
				continue;
			for (int w = 0; w < scan->nwindows; w++)
			{
				Cell	   *cell = &member->cells[i * scan->nwindows + w];

				if (!in_window(scan, i, term, profile, &scan->windows[w]))
					continue;
				if (term->part->aggregate == AGGREGATE_COUNT)
					cell->count[p] += records;
				else if (term->value >= 0 && !nulls[term->value])
				{
					Datum		value = values[term->value];

					if (term->part->aggregate == AGGREGATE_SUM)
						add_numeric(&cell->sum[p], value);
					else
						cell->sum[p] = cell->sum[p] == (Datum) 0 ? value : DirectFunctionCall2(numeric_larger, cell->sum[p], value);
				}
				if (p == indicator->counted)
				{
					cell->records += records;
					if (scan->checksum[i] >= 0 && !nulls[scan->checksum[i]])
						add_numeric(&cell->checksum, values[scan->checksum[i]]);
				}
			}
		}
	}
}

/* Things that have a set of profiles: number of them, or the year that the thing is. */
static void
add_things(SourceScan *scan, Member *member, int key, const char *set, Size bytes, int64 number)
{
	Size		length = PROFILES_LENGTH(set, bytes);

	for (int i = 0; i < scan->nindicators; i++)
		for (int p = 0; p < scan->indicators[i]->nparts; p++)
		{
			const Term *term = &scan->terms[i][p];

			if (term->key != key)
				continue;
			for (int w = 0; w < scan->nwindows; w++)
			{
				Cell	   *cell = &member->cells[i * scan->nwindows + w];
				bool		counts = false;

				for (Size at = 0; !counts && at < bytes; at += length)
					counts = profile_meets(set + at, scan->ndays, term->condition) && in_window(scan, i, term, set + at, &scan->windows[w]);
				if (!counts)
					continue;
				if (term->part->aggregate == AGGREGATE_STREAK)
					cell->years = lappend_int(cell->years, (int) number);
				else
					cell->count[p] += number;
			}
		}
}

/* Run a scan, and put together what it gives.  The name of a relation of which a policy hides rows, or NULL. */
static char *
run(SourceScan *scan)
{
	Oid			types[] = {DATEARRAYOID, TIMESTAMPTZOID, DATEOID, DATEOID, DATEOID};
	char		nulls[] = {' ', scan->request->past ? ' ' : 'n', ' ', ' ', ' ', '\0'};
	char	   *hidden = run_kept(scan_sql(scan), 5, types, scan->parameters, nulls);
	SPITupleTable *rows = SPI_tuptable;
	Datum	   *values = palloc(sizeof(Datum) * (4 + scan->nvalues));
	bool	   *is_null = palloc(sizeof(bool) * (4 + scan->nvalues));

	if (hidden != NULL)
		return hidden;
	for (uint64 r = 0; r < rows->numvals; r++)
	{
		int			of;
		bytea	   *profiles;
		int64		number;
		Member	   *member = NULL;

		heap_deform_tuple(rows->vals[r], rows->tupdesc, values, is_null);
		of = DatumGetInt32(values[0]);
		profiles = DatumGetByteaPP(values[1]);
		number = DatumGetInt64(values[3]);
		if (scan->member != NULL && (of == -1 || of >= scan->nkeys))
			member = find_member(scan, is_null[2] ? "" : TextDatumGetCString(values[2]));
		if (of == -1)
		{
			add_group(scan, scan->total, VARDATA_ANY(profiles), number, values + 4, is_null + 4);
			if (member != NULL)
				add_group(scan, member, VARDATA_ANY(profiles), number, values + 4, is_null + 4);
		}
		else
			add_things(scan, member ? member : scan->total, of % scan->nkeys, VARDATA_ANY(profiles), VARSIZE_ANY_EXHDR(profiles), number);
	}
	return NULL;
}


/* ---------------------------------------------------------------- giving the rows */

static int
streak(const Cell *cell, DateADT ends)
{
	int			year,
				month,
				day,
				n = 0;

	j2date(ends - 1 + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	while (list_member_int(cell->years, year - n))
		n++;
	return n;
}

static void
put_reason(const Request *request, const Indicator *indicator, const Window *windows, int nwindows, const char *member, const char *reason)
{
	for (int w = 0; w < nwindows; w++)
	{
		Datum		values[N_OUT] = {0};
		bool		nulls[N_OUT];

		memset(nulls, true, sizeof(nulls));
		nulls[OUT_CODE] = nulls[OUT_STARTS_ON] = nulls[OUT_ENDS_ON] = nulls[OUT_REASON] = false;
		values[OUT_CODE] = CStringGetTextDatum(indicator->code);
		values[OUT_STARTS_ON] = DateADTGetDatum(windows[w].starts);
		values[OUT_ENDS_ON] = DateADTGetDatum(windows[w].ends);
		values[OUT_REASON] = CStringGetTextDatum(reason);
		nulls[OUT_MEMBER] = member == NULL;
		if (member != NULL)
			values[OUT_MEMBER] = CStringGetTextDatum(member);
		put_row(request->out, values, nulls);
	}
}

static void
put_member(const SourceScan *scan, const Member *member)
{
	Datum		range = DirectFunctionCall3(numeric_in, CStringGetDatum("18446744073709551616"), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));

	for (int i = 0; i < scan->nindicators; i++)
		for (int w = 0; w < scan->nwindows; w++)
		{
			const Indicator *indicator = scan->indicators[i];
			const Cell *cell = &member->cells[i * scan->nwindows + w];
			Datum		values[N_OUT] = {0};
			bool		nulls[N_OUT] = {false};

			values[OUT_CODE] = CStringGetTextDatum(indicator->code);
			values[OUT_STARTS_ON] = DateADTGetDatum(scan->windows[w].starts);
			values[OUT_ENDS_ON] = DateADTGetDatum(scan->windows[w].ends);
			nulls[OUT_MEMBER] = member->name == NULL;
			if (member->name != NULL)
				values[OUT_MEMBER] = CStringGetTextDatum(member->name);
			for (int p = 0; p < 2; p++)
			{
				Datum	   *value = &values[OUT_NUMERATOR + p];

				if (p >= indicator->nparts)
					nulls[OUT_NUMERATOR + p] = true;
				else if (indicator->parts[p].aggregate == AGGREGATE_STREAK)
					*value = NumericGetDatum(int64_to_numeric(streak(cell, scan->windows[w].ends)));
				else if (indicator->parts[p].aggregate == AGGREGATE_LARGEST && cell->sum[p] == (Datum) 0)
					nulls[OUT_NUMERATOR + p] = true;
				else if (cell->sum[p] != (Datum) 0)
					*value = cell->sum[p];
				else
					*value = NumericGetDatum(int64_to_numeric(cell->count[p]));
			}
			values[OUT_RECORD_COUNT] = Int64GetDatum(cell->records);
			nulls[OUT_RECORD_CHECKSUM] = !scan->request->with_checksum;
			if (scan->request->with_checksum)
				values[OUT_RECORD_CHECKSUM] = cell->checksum == (Datum) 0 ? NumericGetDatum(int64_to_numeric(0)) :
					DirectFunctionCall2(numeric_mod, cell->checksum, range);
			values[OUT_ANSWERED_BY] = CStringGetTextDatum(scan->answered_by);
			nulls[OUT_REASON] = true;
			put_row(scan->request->out, values, nulls);
		}
}


/* ---------------------------------------------------------------- running scans */

/* The key of a relation's record, as SQL over emgov_record: emgov._record_key(). */
static char *
record_key(Oid relid)
{
	static const char *const query = "SELECT emgov._record_key($1)";
	Oid			type = REGCLASSOID;
	Datum		relation = ObjectIdGetDatum(relid);

	(void) run_kept(query, 1, &type, &relation, NULL);
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

/* An error for which no definition is to blame: emgov._ends_the_query(). */
static bool
ends_the_query(int code)
{
	int			class = ERRCODE_TO_CATEGORY(code);

	return class == ERRCODE_TO_CATEGORY(ERRCODE_TRANSACTION_ROLLBACK) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_INSUFFICIENT_RESOURCES) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_OPERATOR_INTERVENTION) ||
		class == ERRCODE_TO_CATEGORY(ERRCODE_SYSTEM_ERROR) ||
		code == ERRCODE_LOCK_NOT_AVAILABLE || code == ERRCODE_DATA_CORRUPTED || code == ERRCODE_INDEX_CORRUPTED;
}

static int
compare_dates(const void *a, const void *b)
{
	DateADT		one = *(const DateADT *) a;
	DateADT		other = *(const DateADT *) b;

	return one < other ? -1 : one > other;
}

/* The parameters of a scan from its windows, and where each window lies among the bounds. */
static void
set_windows(SourceScan *scan, const Window *windows, int n)
{
	DateADT    *bounds = palloc(sizeof(DateADT) * 2 * n);
	Datum	   *elements = palloc(sizeof(Datum) * 2 * n);
	DateADT		first_end = windows[0].ends;
	int			nbounds = 0;

	for (int w = 0; w < n; w++)
	{
		bounds[2 * w] = windows[w].starts;
		bounds[2 * w + 1] = windows[w].ends;
		first_end = Min(first_end, windows[w].ends);
	}
	qsort(bounds, 2 * n, sizeof(DateADT), compare_dates);
	for (int b = 0; b < 2 * n; b++)
		if (nbounds == 0 || bounds[nbounds - 1] != bounds[b])
			bounds[nbounds++] = bounds[b];
	for (int b = 0; b < nbounds; b++)
		elements[b] = DateADTGetDatum(bounds[b]);

	scan->nwindows = n;
	scan->windows = palloc(sizeof(Window) * n);
	for (int w = 0; w < n; w++)
	{
		Window	   *window = &scan->windows[w];

		*window = windows[w];
		window->from = (DateADT *) bsearch(&window->starts, bounds, nbounds, sizeof(DateADT), compare_dates) - bounds;
		window->to = (DateADT *) bsearch(&window->ends, bounds, nbounds, sizeof(DateADT), compare_dates) - bounds;
	}
	scan->parameters[0] = PointerGetDatum(construct_array(elements, nbounds, DATEOID, sizeof(DateADT), true, TYPALIGN_INT));
	scan->parameters[1] = scan->request->moment;
	scan->parameters[2] = DateADTGetDatum(bounds[0]);
	scan->parameters[3] = DateADTGetDatum(bounds[nbounds - 1]);
	scan->parameters[4] = DateADTGetDatum(first_end);
}

/* SourceScan; gives nothing unless all went well.  The reason why no figure can be made of it, or NULL. */
static char *
scan_once(void *argument)
{
	SourceScan	   *scan = argument;
	char	   *hidden;
	ListCell   *cell;

	scan->total = make_member(scan, NULL);
	hidden = run(scan);
	if (hidden != NULL)
		return psprintf("a row policy hides rows of %s from user \"%s\"", hidden, GetUserNameFromId(GetUserId(), false));
	put_member(scan, scan->total);
	foreach(cell, scan->members)
		put_member(scan, lfirst(cell));
	return NULL;
}

/* Do something in a subtransaction; an error is given as its message, unless it is one that ends the query. */
static char *
attempt(char *(*work) (void *), void *argument)
{
	MemoryContext before = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	char	   *volatile reason = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(before);
	PG_TRY();
	{
		reason = work(argument);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(before);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(before);
		CurrentResourceOwner = owner;
		if (ends_the_query(error->sqlerrcode))
			ReThrowError(error);
		reason = error->message ? error->message : "unknown error";
	}
	PG_END_TRY();
	MemoryContextSwitchTo(before);
	CurrentResourceOwner = owner;
	return reason;
}

/* Indicators over one relation, in windows; what a scan cannot compute is tried in halves. */
static void
scan_pieces(const SourceScan *model, const Indicator **indicators, int n, const Window *windows, int nwindows)
{
	SourceScan	   *scan = palloc(sizeof(SourceScan));
	char	   *reason = NULL;
	bool		fits;

	if (n == 0)
		return;
	CHECK_FOR_INTERRUPTS();
	*scan = *model;
	scan->indicators = indicators;
	scan->nindicators = n;
	set_windows(scan, windows, nwindows);
	fits = lay_out(scan);
	if (fits && (reason = attempt(scan_once, scan)) == NULL)
		return;
	if (n > 1)
	{
		scan_pieces(model, indicators, n / 2, windows, nwindows);
		scan_pieces(model, indicators + n / 2, n - n / 2, windows, nwindows);
	}
	else if (nwindows > 1)
	{
		scan_pieces(model, indicators, n, windows, nwindows / 2);
		scan_pieces(model, indicators, n, windows + nwindows / 2, nwindows - nwindows / 2);
	}
	else
		put_reason(model->request, indicators[0], windows, nwindows, NULL, reason ? reason : "its definition is too large");
}

/* The rollups over a relation, as attempt() wants it. */
typedef struct RollupQuestion
{
	Oid			relid;
	List	   *answers;
} RollupQuestion;

static char *
ask_rollups(void *argument)
{
	RollupQuestion *question = argument;

	question->answers = rollup_answers(question->relid);
	return NULL;
}

/* Have rollups say what they can of some indicators; those that are left are put in front.  How many these are. */
static int
scan_rollups(const SourceScan *model, AttrNumber by, const Indicator **indicators, int n, const Window *windows, int nwindows)
{
	RollupQuestion question = {model->relid, NIL};
	ListCell   *cell;

	if (rollups_over(model->relid) == NIL || attempt(ask_rollups, &question) != NULL)
		return n;
	foreach(cell, question.answers)
	{
		const RollupAnswer *answer = lfirst(cell);
		const Indicator **said = palloc(sizeof(Indicator *) * n);
		const Indicator **left = palloc(sizeof(Indicator *) * n);
		int			nsaid = 0,
					nleft = 0;
		SourceScan	   *scan;

		for (int i = 0; i < n; i++)
			if (rollup_says(answer, indicators[i], by))
				said[nsaid++] = indicators[i];
			else
				left[nleft++] = indicators[i];
		if (nsaid == 0)
			continue;
		scan = palloc(sizeof(SourceScan));
		*scan = *model;
		scan->rollup = answer;
		scan->from = answer->from;
		scan->answered_by = answer->name;
		scan->indicators = said;
		scan->nindicators = nsaid;
		set_windows(scan, windows, nwindows);
		/* if it fails, the facts fail too, and say which indicator it is */
		if (!lay_out(scan) || attempt(scan_once, scan) != NULL)
			continue;
		memcpy(indicators, left, sizeof(Indicator *) * nleft);
		n = nleft;
	}
	return n;
}

/* The column of a relation that says of which member of a dimension a record is; 0: none. */
static AttrNumber
dimension_column(Oid relid, const char *dimension)
{
	AttrNumber	number = get_attnum(relid, psprintf("%s_code", dimension));
	Oid			type;
	int32		typmod;
	Oid			collation;

	if (number <= 0)
		return InvalidAttrNumber;
	get_atttypetypmodcoll(relid, number, &type, &typmod, &collation);
	return type == TEXTOID || type == VARCHAROID ? number : InvalidAttrNumber;
}

/* The indicators over one relation. */
static void
scan_relation(const Request *request, const Indicator **indicators, int n, const Window *windows, int nwindows)
{
	SourceScan		model = {0};
	AttrNumber	by = InvalidAttrNumber;

	model.request = request;
	model.relid = indicators[0]->relid;
	model.answered_by = "facts";
	if (request->by != NULL)
	{
		by = dimension_column(model.relid, request->by);
		if (by != InvalidAttrNumber)
			model.member = psprintf("(emgov_record).%s::text", quote_identifier(get_attname(model.relid, by, false)));
		else
			for (int i = 0; i < n; i++)
				put_reason(request, indicators[i], windows, nwindows, "",
						   psprintf("\"%s\" has no column \"%s_code\" of type text", get_rel_name(model.relid), request->by));
	}
	/* a rollup knows the present only, and no records */
	if (!request->past && !request->with_checksum)
		n = scan_rollups(&model, by, indicators, n, windows, nwindows);
	if (n == 0)
		return;
	model.from = source_text(model.relid, request->past, "$2");
	if (model.from == NULL && request->unversioned_now)
		model.from = source_text(model.relid, false, "$2");
	if (model.from == NULL)
		return;
	if (request->with_checksum)
		model.record_key = record_key(model.relid);
	scan_pieces(&model, indicators, n, windows, nwindows);
}

/* The windows of a daterange[], each once; an empty one holds nothing that could be said. */
static Window *
read_windows(ArrayType *array, int *n)
{
	TypeCacheEntry *type = lookup_type_cache(ARR_ELEMTYPE(array), TYPECACHE_RANGE_INFO);
	int16		length;
	bool		by_value;
	char		align;
	Datum	   *ranges;
	bool	   *nulls;
	int			nranges;
	Window	   *windows;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &length, &by_value, &align);
	deconstruct_array(array, ARR_ELEMTYPE(array), length, by_value, align, &ranges, &nulls, &nranges);
	if (nranges > MAX_WINDOWS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d periods are too many for one call", nranges),
				 errdetail("There may be %d.", MAX_WINDOWS)));
	windows = palloc(sizeof(Window) * (nranges + 1));
	*n = 0;
	for (int i = 0; i < nranges; i++)
	{
		RangeBound	lower,
					upper;
		bool		empty;
		Window		window = {0};
		int			w;

		if (nulls[i])
			continue;
		range_deserialize(type, DatumGetRangeTypeP(ranges[i]), &lower, &upper, &empty);
		if (empty)
			continue;
		if (lower.infinite || upper.infinite)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a figure needs a period with a beginning and an end")));
		window.starts = DatumGetDateADT(lower.val);
		window.ends = DatumGetDateADT(upper.val);
		for (w = 0; w < *n; w++)
			if (windows[w].starts == window.starts && windows[w].ends == window.ends)
				break;
		if (w == *n)
			windows[(*n)++] = window;
	}
	return windows;
}

/*
 * emgov._scan_parts(ledger regnamespace, indicators emgov.indicator[], windows daterange[], as_of timestamptz,
 *		by text, with_checksum boolean, unversioned_now boolean) returns setof emgov.figure_parts
 *
 * See figure_scan.sql.
 */
PG_FUNCTION_INFO_V1(emgov_scan_parts);
Datum
emgov_scan_parts(PG_FUNCTION_ARGS)
{
	Request		request = {0};
	Window	   *windows;
	int			nwindows;
	const Indicator **indicators;
	List	   *definitions;
	ListCell   *cell;

	request.out = begin_rows(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	request.past = !PG_ARGISNULL(3);
	request.moment = request.past ? PG_GETARG_DATUM(3) : (Datum) 0;
	request.by = PG_ARGISNULL(4) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(4));
	request.with_checksum = !PG_ARGISNULL(5) && PG_GETARG_BOOL(5);
	request.unversioned_now = !PG_ARGISNULL(6) && PG_GETARG_BOOL(6);
	windows = read_windows(PG_GETARG_ARRAYTYPE_P(2), &nwindows);
	definitions = indicators_read(PG_GETARG_OID(0), PG_GETARG_DATUM(1));

	indicators = palloc(sizeof(Indicator *) * (list_length(definitions) + 1));
	while (nwindows > 0 && definitions != NIL)
	{
		const Indicator *first = linitial(definitions);
		int			n = 0;

		foreach(cell, definitions)
		{
			const Indicator *indicator = lfirst(cell);

			if (indicator->problem != NULL)
				put_reason(&request, indicator, windows, nwindows, NULL, indicator->problem);
			else if (first->problem != NULL || indicator->relid != first->relid)
				continue;
			else
				indicators[n++] = indicator;
			definitions = foreach_delete_current(definitions, cell);
		}
		if (n > 0)
			scan_relation(&request, indicators, n, windows, nwindows);
	}
	SPI_finish();
	PG_RETURN_NULL();
}
