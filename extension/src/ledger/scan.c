/*
 * scan.c
 *		What indicators come to in windows of time: one scan of each source, whatever
 *		their number.
 *
 * A scan groups the records of a source by their profile (profile.c) and, if figures by
 * member are asked for, by the members that they are of (split.c).  From these groups the parts of
 * every indicator in every window are put together here.  Where something is counted once
 * each (enterprises, persons, years; things.c) the records come one by one, and are grouped
 * here.
 *
 * A rollup is read in just the same way: its rows stand for so many records each.  Where all is added up, its parts
 * are read (rollup_parts.c), for what is grouped here need not be grouped before.
 *
 * A scan is built from the names of units, and its plan is kept (kept_plan.c).  Its parameters:
 *
 *		$1	the bounds of all windows, sorted
 *		$2	the moment, as of which sources are read
 *		$3	the first beginning of a window		$4	the last end	$5	the first end
 *		$6	keys of records, see unchanged.h
 *		$7	where the widest gap between windows begins, and		$8	where it ends, of a scan that leaves it out
 *
 * What cannot be computed must not take the rest with it: of indicators of which the scan
 * fails, the halves are tried, of a single one the halves of its windows; what is left has
 * a reason.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/rangetypes.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "ledger/indicator.h"
#include "ledger/kept_plan.h"
#include "ledger/once.h"
#include "ledger/profile.h"
#include "ledger/rollup.h"
#include "ledger/shard.h"
#include "ledger/split.h"
#include "ledger/tally.h"
#include "ledger/text_test.h"
#include "ledger/things.h"
#include "ledger/unchanged.h"
#include "rollup/rollup.h"
#include "attempt.h"
#include "rows.h"

#define MAX_WINDOWS		10000
#define MAX_CELLS		5000000 /* of a scan: members by indicators by windows */

#define TWO_TO_64		"18446744073709551616"

/* The columns of emgov_internal.figure_parts. */
enum
{
	OUT_CODE, OUT_STARTS_ON, OUT_ENDS_ON, OUT_MEMBER, OUT_NUMERATOR, OUT_DENOMINATOR, OUT_RECORD_COUNT, OUT_RECORD_CHECKSUM,
	OUT_ANSWERED_BY, OUT_REASON, OUT_MEMBER2, OUT_AREA, N_OUT
};

/* Of what a member is named by, in the places of split.h. */
static const int out_names[N_SPLITS] = {OUT_AREA, OUT_MEMBER, OUT_MEMBER2};

/* A period; from and to are the places of its bounds among the sorted ones. */
typedef struct Window
{
	DateADT		starts;
	DateADT		ends;
	int			from;
	int			to;
	int			once;			/* which of the numbers of things counted once is that of the window */
} Window;

/* What is kept of things that are counted once, by the columns of once.sql: first of flows, then of stocks. */
enum
{
	ONCE_IN_MONTH, ONCE_IN_YEAR, N_ONCE, ONCE_IN_STOCK = 0
};
static const char *const once_columns[2][N_ONCE] = {{"in_month", "in_year"}, {"in_stock"}};

/* What all scans of a call share. */
typedef struct Request
{
	RowsOut    *out;
	Oid			ledger;
	Datum		moment;
	bool		past;
	bool		with_checksum;
	bool		unversioned_now;
	const Splits *splits;
} Request;

/* What a record must be to count in a part; the same for all indicators that say the same. */
typedef struct Condition
{
	const Unit *filter;			/* each NULL where it is not asked */
	const Unit *base_filter;
	const Unit *measured;
	char	   *sql;
	List	   *tests;			/* if it is these of texts, and no more than the rest besides; else NIL */
	char	   *rest;
} Condition;

/* A value that is computed for each group: of a measure, or of what definitions look at. */
typedef struct GroupValue
{
	Aggregate	aggregate;
	const Unit *unit;
	bool		checksum;
	const char *once;			/* the column of a number of things, see once.h; or NULL */
	Bitmapset  *conditions;		/* for which records it is needed */
	Oid			type;			/* of what is counted once */
	Oid			collation;
} GroupValue;

/* Where a part of an indicator finds what it is made of. */
typedef struct Term
{
	const IndicatorPart *part;
	int			condition;
	int			value;			/* of a sum, the largest, or the first number of things that is kept; else -1 */
	int			key;			/* of what is counted once; else -1 */
} Term;

typedef struct Member Member;

/* What a member is named by: the numbers of its codes, in the places of split.h; -1: all. */
typedef struct MemberKey
{
	int			codes[N_SPLITS];
} MemberKey;

static const MemberKey all_members = {{-1, -1, -1}};

/* A code of records, and the number of the member that it counts for. */
typedef struct Code
{
	const char *text;			/* hash key */
	char		status;
	int			number;
} Code;

#define SH_PREFIX code
#define SH_ELEMENT_TYPE Code
#define SH_KEY_TYPE const char *
#define SH_KEY text
#define SH_HASH_KEY(table, key) hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

typedef struct MemberEntry
{
	MemberKey	key;			/* hash key */
	Member	   *member;
} MemberEntry;

/* One scan's work; what it makes lives in the context. */
typedef struct SourceScan
{
	const Request *request;
	Oid			relid;
	const char *from;			/* FROM text that gives emgov_record */
	const char *answered_by;
	const RollupAnswer *rollup; /* or NULL */
	bool		by_parts;		/* the rollup is read as its parts lie */
	bool		tallied;		/* records are grouped by tally(), see tally.c */
	const char *member[N_SPLITS];	/* SQL: the code of a record in each place; NULL when not asked, or there is none */
	AttrNumber	member_column[N_SPLITS];
	const char *record_key;		/* SQL, for checksums */
	const char *shard;			/* SQL: by what records lie on other servers, or NULL */
	const char *reached;		/* SQL: a condition that leaves those out that cannot be reached, or NULL */
	const Unchanged *unchanged; /* or NULL */

	int			nindicators;
	const Indicator **indicators;
	int			nwindows;
	Window	   *windows;
	bool		leaves_gap;		/* of days in no window, between the first and the last */
	Datum		parameters[8];

	ProfileLayout layout;
	const Unit **days;
	Condition  *conditions;
	int			nvalues;
	GroupValue	   *values;
	int			nkeys;
	GroupValue	   *keys;

	/* by indicator */
	Term	  (*terms)[2];
	int		   *day;
	int		   *until;			/* -1: none */
	int		   *checksum;		/* among values, or -1 */

	MemoryContext context;
	MemoryContext row_context;	/* of what comes and goes with each record or group */
	Member	   *total;
	List	   *members;		/* all but the total */
	HTAB	   *members_by_key;
	struct code_hash *codes[N_SPLITS];
	List	   *code_names[N_SPLITS];	/* by number */
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

/* The records of one profile. */
typedef struct RecordGroup
{
	int64		profile;		/* hash key */
	char		status;
	int64		records;
	Datum	   *values;			/* 0: nothing to add up */
	ExactSum   *sums;			/* of checksums of records that come one by one; or NULL */
} RecordGroup;

#define SH_PREFIX group
#define SH_ELEMENT_TYPE RecordGroup
#define SH_KEY_TYPE int64
#define SH_KEY profile
#define SH_HASH_KEY(table, key) profile_hash(key)
#define SH_EQUAL(table, a, b) ((a) == (b))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

struct Member
{
	MemberKey	key;
	struct group_hash *groups;
	Things	  **things;			/* by key */
	Cell	   *cells;			/* by indicator, then window */
};


/* ---------------------------------------------------------------- what a scan computes */

/* A column of emgov_record, as SQL. */
static char *
column_sql(Oid relid, AttrNumber column)
{
	return psprintf("(emgov_record).%s", quote_identifier(get_attname(relid, column, false)));
}

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
	for (int i = 0; i < scan->layout.ndays; i++)
		if (same_unit(scan->days[i], unit))
			return i;
	scan->days[scan->layout.ndays] = unit;
	return scan->layout.ndays++;
}

/* Tell the tests of texts from the rest of a condition. */
static void
set_tests(const SourceScan *scan, Condition *condition)
{
	const Unit *units[] = {condition->base_filter, condition->filter};
	List	   *tests = NIL,
			   *flags = NIL;
	ListCell   *cell;
	StringInfoData rest;

	if (condition->measured != NULL && !condition->measured->cannot_fail)
		return;
	for (int i = 0; i < (int) lengthof(units); i++)
		if (units[i] != NULL && !text_tests(units[i]->expression, &tests, &flags))
			return;
	initStringInfo(&rest);
	appendStringInfoString(&rest, "true");
	foreach(cell, flags)
		appendStringInfo(&rest, " AND %s", column_sql(scan->relid, lfirst_int(cell)));
	if (condition->measured != NULL)
		appendStringInfo(&rest, " AND %s IS NOT NULL", condition->measured->call);
	condition->tests = tests;
	condition->rest = rest.data;
}

static int
add_condition(SourceScan *scan, const Indicator *indicator, const IndicatorPart *part)
{
	Condition	condition = {0};

	condition.filter = part->filter ? indicator->units[UNIT_FILTER] : NULL;
	condition.base_filter = part->base_filter ? indicator->units[UNIT_BASE_FILTER] : NULL;
	condition.measured = part->measured ? indicator->units[UNIT_MEASURE] : NULL;
	for (int i = 0; i < scan->layout.nconditions; i++)
		if (same_unit(scan->conditions[i].filter, condition.filter) &&
			same_unit(scan->conditions[i].base_filter, condition.base_filter) &&
			same_unit(scan->conditions[i].measured, condition.measured))
			return i;
	condition.sql = indicator_condition(indicator, part);
	/* a row of a rollup is not looked at so closely: there are few */
	if (scan->rollup == NULL)
		set_tests(scan, &condition);
	scan->conditions[scan->layout.nconditions] = condition;
	return scan->layout.nconditions++;
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
		values[i] = (GroupValue) {aggregate, unit, checksum, NULL, NULL, exprType(unit->expression), exprCollation(unit->expression)};
		(*n)++;
	}
	values[i].conditions = bms_add_member(values[i].conditions, condition);
	return i;
}

/* The first of the numbers of things that are kept. */
static int
add_once(SourceScan *scan, const Unit *measure, int condition)
{
	const char *const *columns = once_columns[scan->rollup->once->in_stock];
	int			first = 0;

	while (first < scan->nvalues && scan->values[first].once != columns[0])
		first++;
	for (int i = 0; i < N_ONCE && columns[i] != NULL; i++)
	{
		GroupValue *value = &scan->values[first + i];

		if (first + i == scan->nvalues)
			scan->values[scan->nvalues++] = (GroupValue) {.aggregate = AGGREGATE_SUM, .unit = measure, .once = columns[i]};
		value->conditions = bms_add_member(value->conditions, condition);
	}
	return first;
}

/* Lay out what a scan computes for its indicators; false when these are too many. */
static bool
lay_out(SourceScan *scan)
{
	int			n = scan->nindicators;

	scan->days = palloc(sizeof(Unit *) * 2 * n);
	scan->conditions = palloc(sizeof(Condition) * 2 * n);
	scan->values = palloc(sizeof(GroupValue) * (3 * n + N_ONCE));
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
					if (scan->rollup != NULL && scan->rollup->once != NULL)
					{
						term->value = add_once(scan, measure, term->condition);
						break;
					}
					/* fall through */
				case AGGREGATE_STREAK:
					term->key = add_value(scan->keys, &scan->nkeys, term->part->aggregate, measure, false, term->condition);
					break;
				case AGGREGATE_DEFINED:
					break;
			}
			if (scan->request->with_checksum && p == indicator->counted)
				scan->checksum[i] = add_value(scan->values, &scan->nvalues, AGGREGATE_SUM, indicator->units[UNIT_VALUES], true, term->condition);
		}
		if (profile_bits(&scan->layout) > PROFILE_BITS)
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

/* Where a number stands in a list; behind it, if it does not. */
static int
place_of(const List *list, int number)
{
	int			place = 0;

	while (place < list_length(list) && list_nth_int(list, place) != number)
		place++;
	return place;
}

static char *
profile_sql(const SourceScan *scan)
{
	StringInfoData sql,
				tests;
	List	   *tested = NIL;
	ListCell   *cell,
			   *value;

	for (int i = 0; i < scan->layout.nconditions; i++)
		foreach(cell, scan->conditions[i].tests)
			tested = list_append_unique_int(tested, ((TextTest *) lfirst(cell))->column);
	if (2 + scan->layout.ndays + scan->layout.nconditions + list_length(tested) > FUNC_MAX_ARGS)
		tested = NIL;

	initStringInfo(&sql);
	initStringInfo(&tests);
	appendStringInfoString(&sql, "emgov_internal.profile($1");
	for (int i = 0; i < scan->layout.ndays; i++)
		appendStringInfo(&sql, ", %s", scan->days[i]->call);
	for (int i = 0; i < scan->layout.nconditions; i++)
	{
		const Condition *condition = &scan->conditions[i];

		appendStringInfo(&sql, ", %s", tested != NIL && condition->tests != NIL ? condition->rest : condition->sql);
		foreach(cell, condition->tests)
			foreach(value, ((TextTest *) lfirst(cell))->values)
				appendStringInfo(&tests, "%s'%d', '%d', %s", tests.len ? ", " : "",
								 place_of(tested, ((TextTest *) lfirst(cell))->column), i, quote_literal_cstr(lfirst(value)));
	}
	if (tested != NIL)
		appendStringInfo(&sql, ", ARRAY[%s]", tests.data);
	foreach(cell, tested)
		appendStringInfo(&sql, ", %s::text", column_sql(scan->relid, lfirst_int(cell)));
	appendStringInfoChar(&sql, ')');
	return sql.data;
}

/* Of which days records are read: all, or those on one side of the gap. */
typedef enum Side
{
	BOTH_SIDES, BEFORE_GAP, BEHIND_GAP
} Side;

/* Are all indicators of one day within windows?  Then the records on either side of the gap are read for themselves, each by an index alone. */
static bool
has_sides(const SourceScan *scan)
{
	bool		result = scan->leaves_gap && scan->rollup == NULL;

	for (int i = 0; i < scan->nindicators; i++)
		result &= scan->indicators[i]->cutoff == CUTOFF_PERIOD && scan->day[i] == scan->day[0] &&
			scan->indicators[i]->open == scan->indicators[0]->open && scan->until[i] == scan->until[0];
	/* of one of which only the order is known, all must be there */
	for (int k = 0; k < scan->nkeys; k++)
		result &= things_can_be(scan->keys[k].type);
	return result;
}

/* The days of an indicator's windows, as a condition. */
static char *
period_sql(const SourceScan *scan, const char *day, Side side)
{
	if (side == BEFORE_GAP)
		return psprintf("%s >= $3 AND %s < $7", day, day);
	if (side == BEHIND_GAP)
		return psprintf("%s >= $8 AND %s < $4", day, day);
	return scan->leaves_gap ? psprintf("(%s OR %s)", period_sql(scan, day, BEFORE_GAP), period_sql(scan, day, BEHIND_GAP)) :
		psprintf("%s >= $3 AND %s < $4", day, day);
}

/* FROM and WHERE: records that no indicator counts in any window are left out, by an index if there is one. */
static char *
records_sql(const SourceScan *scan, Side side)
{
	StringInfoData sql;
	List	   *dates = NIL;
	ListCell   *cell;

	for (int i = 0; i < scan->nindicators; i++)
	{
		const Indicator *indicator = scan->indicators[i];
		const char *day = scan->days[scan->day[i]]->call;
		char	   *bound = indicator->cutoff == CUTOFF_PERIOD ? period_sql(scan, day, side) :
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
	if (scan->reached)
		appendStringInfo(&sql, "%s AND (", scan->reached);
	foreach(cell, dates)
		appendStringInfo(&sql, "%s(%s)", foreach_current_index(cell) ? " OR " : "", strVal(lfirst(cell)));
	if (scan->reached)
		appendStringInfoChar(&sql, ')');
	return sql.data;
}

/* What a unit says of the records of which it is asked; of others it may fail. */
static char *
asked_sql(const SourceScan *scan, const GroupValue *value, const char *sql)
{
	return value->unit->cannot_fail ? pstrdup(sql) : psprintf("CASE WHEN %s THEN %s END", any_of(scan, value->conditions), sql);
}

/* The columns that a definition looks at, of emgov_record: a unit of values is the text of a row of them. */
static char *
columns_sql(const Unit *values)
{
	StringInfoData sql;
	ListCell   *cell;

	initStringInfo(&sql);
	foreach(cell, castNode(RowExpr, castNode(CoerceViaIO, values->expression)->arg)->args)
		appendStringInfo(&sql, ", %s", column_sql(values->relid, lfirst_node(Var, cell)->varattno));
	return sql.data;
}

/* The whole number that a measure only makes numeric, as SQL: its sum is exact too, and sooner had; or NULL. */
static char *
whole_number(const Unit *measure)
{
	const FuncExpr *cast = (const FuncExpr *) measure->expression;

	if (!measure->cannot_fail || !IsA(cast, FuncExpr) || !IsA(linitial(cast->args), Var))
		return NULL;
	return column_sql(measure->relid, linitial_node(Var, cast->args)->varattno);
}

/* A value of a group, or of a record, which a row of a rollup may stand for; a record's checksum is a bigint, all else numeric. */
static char *
value_sql(const SourceScan *scan, const GroupValue *value, bool grouped)
{
	char	   *sql;

	if (scan->tallied && !value->checksum)
		return psprintf("%s::bigint", whole_number(value->unit));
	if (value->checksum)
		return psprintf(grouped && !scan->tallied ? "sum(emgov_internal.values_hash(%s%s)) FILTER (WHERE %s)" : "CASE WHEN %3$s THEN emgov_internal.values_hash(%1$s%2$s) END",
						scan->record_key, columns_sql(value->unit), any_of(scan, value->conditions));
	if (value->once != NULL)
		return psprintf("sum(%s)::numeric", value->once);
	if (scan->by_parts)
		return psprintf("(%s)::numeric", (char *) list_nth(scan->rollup->sum_totals, rollup_sum(scan->rollup, value->unit) - 1));
	if (grouped && value->aggregate == AGGREGATE_SUM && scan->rollup == NULL && (sql = whole_number(value->unit)) != NULL)
		return psprintf("sum(%s)::numeric", sql);
	sql = value->aggregate == AGGREGATE_SUM && scan->rollup ? psprintf("sum%d::numeric", rollup_sum(scan->rollup, value->unit)) :
		asked_sql(scan, value, value->unit->call);
	return grouped ? psprintf("%s(%s)", value->aggregate == AGGREGATE_SUM ? "sum" : "max", sql) : sql;
}

/* What is counted once, so that values of it can be told from one another: by numbers, where there is only an order. */
static char *
key_sql(const SourceScan *scan, GroupValue *key)
{
	char	   *sql = asked_sql(scan, key, key->unit->call);

	if (things_can_be(key->type))
		return sql;
	key->type = INT8OID;
	key->collation = InvalidOid;
	return psprintf("CASE WHEN %s IS NOT NULL THEN dense_rank() OVER (ORDER BY %s) END", sql, sql);
}

/*
 * FROM text over the parts of a rollup.  If all indicators are of one day, a key, only the days of the windows are read; and
 * if no condition, measure or member asks for it, it matters only between which bounds it is.
 */
static char *
parts_from(const SourceScan *scan)
{
	const Var  *day = (const Var *) scan->days[scan->day[0]]->expression;
	AttrNumber	key = IsA(day, Var) && day->vartype == DATEOID ? day->varattno : InvalidAttrNumber;
	bool		since = true;
	bool		segments = true;
	List	   *keys = NIL,
			   *sums = NIL;

	for (int i = 0; i < scan->nindicators; i++)
	{
		const Indicator *indicator = scan->indicators[i];

		if (scan->day[i] != scan->day[0] || indicator->cutoff == CUTOFF_AT_DATE)
			key = InvalidAttrNumber;
		since &= indicator->cutoff == CUTOFF_PERIOD;
		for (int part = 0; part <= UNIT_MEASURE; part++)
			if (indicator->units[part] != NULL)
			{
				keys = list_concat_unique_int(keys, indicator->units[part]->columns);
				segments &= part == UNIT_DATE || !list_member_int(indicator->units[part]->columns, key);
			}
	}
	for (int s = 0; s < N_SPLITS; s++)
		if (scan->member[s] != NULL)
		{
			keys = list_append_unique_int(keys, scan->member_column[s]);
			segments &= scan->member_column[s] != InvalidAttrNumber && scan->member_column[s] != key;
		}
	for (int v = 0; v < scan->nvalues; v++)
		sums = lappend_int(sums, rollup_sum(scan->rollup, scan->values[v].unit));
	return rollup_parts_from(scan->rollup, keys, sums, key, since ? "$3" : "NULL", "$4", since && scan->leaves_gap ? (const char *[2]) {"$7", "$8"} : NULL, segments ? "$1" : "NULL");
}

/* Can the records be tallied?  Of groups each server makes its own. */
static bool
can_tally(const SourceScan *scan)
{
	bool		result = scan->nkeys == 0 && scan->rollup == NULL && scan->shard == NULL && 2 + scan->nvalues <= FUNC_MAX_ARGS;

	for (int v = 0; v < scan->nvalues; v++)
		result &= scan->values[v].checksum || (scan->values[v].aggregate == AGGREGATE_SUM && whole_number(scan->values[v].unit) != NULL);
	return result;
}

/* The columns of a scan: profile, number of records, codes of members, what is counted once, values; a tally has all groups in the place of the profile. */
static char *
columns_of_scan(SourceScan *scan, bool grouped)
{
	StringInfoData sql;

	initStringInfo(&sql);
	if (scan->tallied)
	{
		appendStringInfo(&sql, "emgov_internal.tally(%s", profile_sql(scan));
		for (int v = 0; v < scan->nvalues; v++)
			appendStringInfo(&sql, ", %s", value_sql(scan, &scan->values[v], true));
		appendStringInfoString(&sql, "), NULL::bigint");
	}
	else
		appendStringInfo(&sql, "%s, %s", profile_sql(scan), scan->by_parts ? scan->rollup->records_total :
						 scan->rollup ? (grouped ? "sum(records)::bigint" : "records") : (grouped ? "count(*)" : "1::bigint"));
	for (int s = 0; s < N_SPLITS; s++)
		appendStringInfo(&sql, ", %s", scan->member[s] ? scan->member[s] : "NULL::text");
	for (int k = 0; k < scan->nkeys; k++)
		appendStringInfo(&sql, ", %s", key_sql(scan, &scan->keys[k]));
	for (int v = 0; v < scan->nvalues && !scan->tallied; v++)
		appendStringInfo(&sql, ", %s", value_sql(scan, &scan->values[v], grouped));
	return sql.data;
}

/* The scan: in groups, unless something is counted once. */
static char *
scan_sql(SourceScan *scan)
{
	StringInfoData sql;
	bool		grouped = scan->nkeys == 0;
	bool		by_sides = has_sides(scan);
	char	   *columns;
	List	   *group = NIL;
	ListCell   *cell;

	scan->by_parts = scan->rollup != NULL && scan->rollup->key_parts != NIL && grouped;
	for (int v = 0; v < scan->nvalues; v++)
		scan->by_parts &= scan->values[v].aggregate == AGGREGATE_SUM;
	if (scan->by_parts)
		scan->from = parts_from(scan);
	scan->tallied = can_tally(scan);
	if (grouped && !scan->tallied)
		group = lappend_int(group, 1);
	for (int p = 0; p < N_SPLITS; p++)
		if (grouped && scan->member[p] != NULL)
			group = lappend_int(group, 3 + p);

	initStringInfo(&sql);
	columns = columns_of_scan(scan, grouped);
	for (Side side = by_sides ? BEFORE_GAP : BOTH_SIDES; side <= (by_sides ? BEHIND_GAP : BOTH_SIDES); side++)
	{
		/* parts that do not count do no harm */
		appendStringInfo(&sql, "%sSELECT %s %s%s", sql.len > 0 ? " UNION ALL " : "", columns, scan->by_parts ? "FROM " : "", scan->by_parts ? scan->from : records_sql(scan, side));
		foreach(cell, group)
			appendStringInfo(&sql, "%s %d", foreach_current_index(cell) ? "," : " GROUP BY", lfirst_int(cell));
		/* each server groups its own */
		if (grouped && scan->shard != NULL)
			appendStringInfo(&sql, ", %s", scan->shard);
	}
	return sql.data;
}


/* ---------------------------------------------------------------- putting it together */

static Member *
make_member(SourceScan *scan, const MemberKey *key)
{
	MemoryContext before = MemoryContextSwitchTo(scan->context);
	Member	   *member = palloc0(sizeof(Member));

	if ((int64) (list_length(scan->members) + 1) * scan->nindicators * scan->nwindows > MAX_CELLS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("its records are of more members than can be told")));
	member->key = *key;
	member->groups = group_create(scan->context, 64, NULL);
	member->things = palloc(sizeof(Things *) * (scan->nkeys + 1));
	for (int k = 0; k < scan->nkeys; k++)
		member->things[k] = make_things(scan->keys[k].type, scan->keys[k].collation);
	member->cells = palloc0(sizeof(Cell) * scan->nindicators * scan->nwindows);
	MemoryContextSwitchTo(before);
	return member;
}

/* The member of a key, which is not that of all. */
static Member *
find_member(SourceScan *scan, const MemberKey *key)
{
	bool		found;
	MemberEntry *entry = hash_search(scan->members_by_key, key, HASH_ENTER, &found);
	MemoryContext before;

	if (!found)
	{
		entry->member = make_member(scan, key);
		before = MemoryContextSwitchTo(scan->context);
		scan->members = lappend(scan->members, entry->member);
		MemoryContextSwitchTo(before);
	}
	return entry->member;
}

/* The number of a member's code. */
static int
member_number(SourceScan *scan, int place, const char *member)
{
	bool		found;
	Code	   *code = code_insert(scan->codes[place], member, &found);

	if (!found)
	{
		code->text = pstrdup(member);
		code->number = list_length(scan->code_names[place]);
		scan->code_names[place] = lappend(scan->code_names[place], (void *) code->text);
	}
	return code->number;
}

/* The number of the member that a record counts for by what it names; '' if it names none. */
static int
code_number(SourceScan *scan, int place, const char *text)
{
	Code	   *code = code_lookup(scan->codes[place], text);
	const char *member;
	MemoryContext before;
	int			number;
	bool		found;

	if (code != NULL)
		return code->number;
	before = MemoryContextSwitchTo(scan->context);
	member = split_member(scan->request->splits, place, text);
	number = member_number(scan, place, member);
	if (strcmp(member, text) != 0)
		code_insert(scan->codes[place], pstrdup(text), &found)->number = number;
	MemoryContextSwitchTo(before);
	return number;
}

/* Does a record of a profile count for a part of an indicator in a window, as far as its days say? */
static inline bool
in_window(const SourceScan *scan, int i, const Term *term, int64 profile, const Window *window)
{
	int			day = profile_segment(&scan->layout, profile, scan->day[i]);

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
		int			until = profile_segment(&scan->layout, profile, scan->until[i]);

		if (scan->indicators[i]->open && until != PROFILE_NO_DAY && until <= window->to)
			return false;
		if (term->part->done && (until == PROFILE_NO_DAY || until > window->to))
			return false;
	}
	return true;
}

/* Add to a sum, or to a largest; 0 is none. */
static void
add_value_to(MemoryContext context, Datum *to, Datum value, Aggregate aggregate)
{
	MemoryContext before;
	Datum		was = *to;

	if (was != (Datum) 0 && aggregate == AGGREGATE_SUM)
		value = DirectFunctionCall2(numeric_add, was, value);
	else if (was != (Datum) 0 && DatumGetInt32(DirectFunctionCall2(numeric_cmp, value, was)) <= 0)
		return;
	before = MemoryContextSwitchTo(context);
	*to = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
	MemoryContextSwitchTo(before);
	if (was != (Datum) 0)
		pfree(DatumGetPointer(was));
}

static Datum
numeric_from_text(const char *text)
{
	return DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

static Datum
sum_to_numeric(const ExactSum *sum)
{
	return DirectFunctionCall2(numeric_add, numeric_from_text(psprintf(UINT64_FORMAT, sum->low)),
							   DirectFunctionCall2(numeric_mul, NumericGetDatum(int64_to_numeric(sum->high)), numeric_from_text(TWO_TO_64)));
}

/* Some records of one profile, and what they come to. */
static void
add_records(const SourceScan *scan, Member *member, int64 profile, int64 records, const Datum *values, const bool *nulls)
{
	bool		found;
	RecordGroup	   *group = group_insert(member->groups, profile, &found);

	if (unlikely(!found))
	{
		group->records = 0;
		group->values = MemoryContextAllocZero(scan->context, sizeof(Datum) * (scan->nvalues + 1));
		group->sums = scan->nkeys == 0 || !scan->request->with_checksum ? NULL :
			MemoryContextAllocZero(scan->context, sizeof(ExactSum) * (scan->nvalues + 1));
	}
	group->records += records;
	for (int k = 0; k < scan->nkeys; k++)
		if (!nulls[k])
			add_thing(member->things[k], values[k], profile);
	for (int v = 0; v < scan->nvalues; v++)
	{
		if (nulls[scan->nkeys + v])
			continue;
		if (scan->values[v].checksum && group->sums != NULL)
			add_to_sum(&group->sums[v], DatumGetInt64(values[scan->nkeys + v]));
		else
			add_value_to(scan->context, &group->values[v], values[scan->nkeys + v], scan->values[v].aggregate);
	}
}

/* The columns that every scan has: profile, number of records, codes of members. */
#define FIXED_COLUMNS	(2 + N_SPLITS)

/* Where the rows of a scan go. */
typedef struct Receiver
{
	DestReceiver public;
	SourceScan *scan;
} Receiver;

/* Some records, and of which member they are, by a row of a scan. */
static void
receive_records(SourceScan *scan, const MemberKey *key, int64 profile, int64 records, const Datum *values, const bool *nulls)
{
	add_records(scan, scan->total, profile, records, values, nulls);
	/* it is of the member in each place, whatever it is in the others, and of those in several */
	for (int subset = 1; subset < (1 << N_SPLITS); subset++)
	{
		MemberKey	of = all_members;
		int			s;

		for (s = 0; s < N_SPLITS; s++)
		{
			if (((subset >> s) & 1) == 0)
				continue;
			if (key->codes[s] < 0)
				break;
			of.codes[s] = key->codes[s];
		}
		if (s == N_SPLITS)
			add_records(scan, find_member(scan, &of), profile, records, values, nulls);
	}
}

/* The groups of a tally. */
static void
receive_tally(SourceScan *scan, const MemberKey *key, bytea *tally)
{
	Size		size = tally_group_size(scan->nvalues);
	TallyGroup *group = palloc(size);
	Datum	   *values = palloc(sizeof(Datum) * (scan->nvalues + 1));
	bool	   *nulls = palloc(sizeof(bool) * (scan->nvalues + 1));
	const char *end = VARDATA_ANY(tally) + VARSIZE_ANY_EXHDR(tally);

	for (const char *at = VARDATA_ANY(tally) + sizeof(int32); at < end; at += size)
	{
		memcpy(group, at, size);
		for (int v = 0; v < scan->nvalues; v++)
		{
			nulls[v] = !group->sums[v].any;
			if (!nulls[v])
				values[v] = sum_to_numeric(&group->sums[v]);
		}
		receive_records(scan, key, group->profile, group->records, values, nulls);
	}
}

static bool
receive(TupleTableSlot *slot, DestReceiver *self)
{
	SourceScan *scan = ((Receiver *) self)->scan;
	MemoryContext before;
	MemberKey	key;

	slot_getallattrs(slot);
	if (slot->tts_isnull[0])
		return true;
	MemoryContextReset(scan->row_context);
	before = MemoryContextSwitchTo(scan->row_context);
	for (int s = 0; s < N_SPLITS; s++)
		key.codes[s] = scan->member[s] == NULL ? -1 :
			code_number(scan, s, slot->tts_isnull[2 + s] ? "" : TextDatumGetCString(slot->tts_values[2 + s]));
	if (scan->tallied)
		receive_tally(scan, &key, DatumGetByteaPP(slot->tts_values[0]));
	else
		receive_records(scan, &key, DatumGetInt64(slot->tts_values[0]), DatumGetInt64(slot->tts_values[1]),
						slot->tts_values + FIXED_COLUMNS, slot->tts_isnull + FIXED_COLUMNS);
	MemoryContextSwitchTo(before);
	return true;
}

/* What comes must be of the types that it is taken for: a unit may have been made anew since it was looked at. */
static void
receive_start(DestReceiver *self, int operation pg_attribute_unused(), TupleDesc desc)
{
	const SourceScan *scan = ((Receiver *) self)->scan;
	bool		fits = desc->natts == FIXED_COLUMNS + scan->nkeys + (scan->tallied ? 0 : scan->nvalues);

	for (int i = 0; fits && i < desc->natts; i++)
	{
		Oid			type = TupleDescAttr(desc, i)->atttypid;
		int			value = i - FIXED_COLUMNS - scan->nkeys;

		if (i < FIXED_COLUMNS)
			fits = type == (i == 0 && scan->tallied ? BYTEAOID : i < 2 ? INT8OID : TEXTOID);
		else if (value < 0)
			fits = type == scan->keys[i - FIXED_COLUMNS].type;
		else
			fits = type == (scan->values[value].checksum && scan->nkeys > 0 ? INT8OID : NUMERICOID);
	}
	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("its definition has just been changed")));
}

static void
receive_end(DestReceiver *self pg_attribute_unused())
{
}

/* Run a scan.  The name of a relation of which a policy hides rows, or NULL. */
static char *
run(SourceScan *scan, const char *query)
{
	static const Oid types[] = {DATEARRAYOID, TIMESTAMPTZOID, DATEOID, DATEOID, DATEOID, INT8ARRAYOID, DATEOID, DATEOID};
	bool		nulls[] = {false, !scan->request->past, false, false, false, scan->unchanged == NULL, false, false};
	Receiver	receiver = {{receive, receive_start, receive_end, receive_end, DestTuplestore}, scan};
	Oid			before = read_rollup_parts(scan->rollup ? scan->rollup->view : InvalidOid);
	char	   *volatile hidden = NULL;

	PG_TRY();
	{
		hidden = run_kept_over(scan->relid, query, lengthof(types), types, scan->parameters, nulls, &receiver.public);
	}
	PG_FINALLY();
	{
		(void) read_rollup_parts(before);
	}
	PG_END_TRY();
	return hidden;
}

/* Run a scan in two: of the records that nothing has changed of since the moment, and of the others. */
static char *
run_parts(SourceScan *scan)
{
	const char *from = scan->from;
	char	   *hidden;

	scan->parameters[5] = scan->unchanged->changed;
	scan->from = scan->unchanged->from;
	if (scan->unchanged->nchanged > 0)
		scan->reached = "NOT EXISTS (SELECT FROM unnest($6) AS k (k) WHERE k.k = emgov_record.id)";
	hidden = run(scan, scan_sql(scan));
	scan->from = from;
	scan->reached = "emgov_record.id = ANY ($6)";
	return hidden != NULL || scan->unchanged->nchanged == 0 ? hidden : run(scan, scan_sql(scan));
}

/* Can a scan be run in two?  Things of which only the order is known cannot be told from those of the other part. */
static bool
has_parts(const SourceScan *scan)
{
	bool		result = scan->unchanged != NULL;

	for (int k = 0; k < scan->nkeys; k++)
		result &= things_can_be(scan->keys[k].type);
	return result;
}

/* What a group of records comes to in each window of each indicator. */
static void
fold_group(const SourceScan *scan, Member *member, const RecordGroup *group)
{
	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < scan->nindicators; i++)
	{
		const Indicator *indicator = scan->indicators[i];

		for (int p = 0; p < indicator->nparts; p++)
		{
			const Term *term = &scan->terms[i][p];

			if (!profile_meets(group->profile, term->condition))
				continue;
			for (int w = 0; w < scan->nwindows; w++)
			{
				Cell	   *cell = &member->cells[i * scan->nwindows + w];

				if (!in_window(scan, i, term, group->profile, &scan->windows[w]))
					continue;
				if (term->part->aggregate == AGGREGATE_COUNT)
					cell->count[p] += group->records;
				else if (term->part->aggregate == AGGREGATE_DISTINCT)
				{
					/* of things that are told apart here, see fold_things() */
					if (term->value >= 0 && group->values[term->value + scan->windows[w].once] != (Datum) 0)
						cell->count[p] += DatumGetInt64(DirectFunctionCall1(numeric_int8, group->values[term->value + scan->windows[w].once]));
				}
				else if (term->value >= 0 && group->values[term->value] != (Datum) 0)
					add_value_to(scan->context, &cell->sum[p], group->values[term->value], term->part->aggregate);
				if (p == indicator->counted)
				{
					cell->records += group->records;
					if (scan->checksum[i] >= 0 && group->values[scan->checksum[i]] != (Datum) 0)
						add_value_to(scan->context, &cell->checksum, group->values[scan->checksum[i]], AGGREGATE_SUM);
				}
			}
		}
	}
}

/* The things of a key of a member, as folded. */
typedef struct Folding
{
	const SourceScan *scan;
	Member	   *member;
	int			key;
} Folding;

/* Number of things that have a set of profiles; or of a streak, one of a year. */
static void
fold_things(const Folding *folding, const int64 *profiles, int n, int64 number, int year)
{
	const SourceScan *scan = folding->scan;

	CHECK_FOR_INTERRUPTS();
	for (int i = 0; i < scan->nindicators; i++)
		for (int p = 0; p < scan->indicators[i]->nparts; p++)
		{
			const Term *term = &scan->terms[i][p];

			if (term->key != folding->key)
				continue;
			for (int w = 0; w < scan->nwindows; w++)
			{
				Cell	   *cell = &folding->member->cells[i * scan->nwindows + w];
				bool		counts = false;

				for (int s = 0; !counts && s < n; s++)
					counts = profile_meets(profiles[s], term->condition) && in_window(scan, i, term, profiles[s], &scan->windows[w]);
				if (counts && term->part->aggregate == AGGREGATE_STREAK)
					cell->years = lappend_int(cell->years, year);
				else if (counts)
					cell->count[p] += number;
			}
		}
}

static void
fold_set(void *argument, const int64 *profiles, int n, int64 number)
{
	fold_things(argument, profiles, n, number, 0);
}

static void
fold_year(void *argument, const int64 *profiles, int n, Datum key)
{
	fold_things(argument, profiles, n, 1, DatumGetInt32(key));
}

static void
fold_member(const SourceScan *scan, Member *member)
{
	group_iterator i;
	RecordGroup	   *group;
	MemoryContext before;

	group_start_iterate(member->groups, &i);
	while ((group = group_iterate(member->groups, &i)) != NULL)
	{
		for (int v = 0; group->sums != NULL && v < scan->nvalues; v++)
			if (group->sums[v].any)
				group->values[v] = sum_to_numeric(&group->sums[v]);
		MemoryContextReset(scan->row_context);
		before = MemoryContextSwitchTo(scan->row_context);
		fold_group(scan, member, group);
		MemoryContextSwitchTo(before);
	}
	for (int k = 0; k < scan->nkeys; k++)
	{
		Folding		folding = {scan, member, k};

		if (scan->keys[k].aggregate == AGGREGATE_STREAK)
			each_thing(member->things[k], fold_year, &folding);
		else
			each_set(member->things[k], fold_set, &folding);
	}
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

/* Why there is nothing; in a place, why there are no members. */
static void
put_reason(const Request *request, const Indicator *indicator, const Window *windows, int nwindows, int place, const char *reason)
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
		if (place >= 0)
		{
			nulls[out_names[place]] = false;
			values[out_names[place]] = CStringGetTextDatum("");
		}
		put_row(request->out, values, nulls);
	}
}

/* Did nothing count? */
static bool
is_empty(const Cell *cell)
{
	return cell->records == 0 && cell->count[0] == 0 && cell->count[1] == 0 &&
		cell->sum[0] == (Datum) 0 && cell->sum[1] == (Datum) 0 && cell->years == NIL;
}

static void
put_member(const SourceScan *scan, const Member *member)
{
	Datum		range = numeric_from_text(TWO_TO_64);

	for (int i = 0; i < scan->nindicators; i++)
		for (int w = 0; w < scan->nwindows; w++)
		{
			const Indicator *indicator = scan->indicators[i];
			const Cell *cell = &member->cells[i * scan->nwindows + w];
			Datum		values[N_OUT] = {0};
			bool		nulls[N_OUT] = {false};

			if (member != scan->total && is_empty(cell))
				continue;
			values[OUT_CODE] = CStringGetTextDatum(indicator->code);
			values[OUT_STARTS_ON] = DateADTGetDatum(scan->windows[w].starts);
			values[OUT_ENDS_ON] = DateADTGetDatum(scan->windows[w].ends);
			for (int s = 0; s < N_SPLITS; s++)
			{
				nulls[out_names[s]] = member->key.codes[s] < 0;
				if (member->key.codes[s] >= 0)
					values[out_names[s]] = CStringGetTextDatum(list_nth(scan->code_names[s], member->key.codes[s]));
			}
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
					/* from 0 up, whatever the signs of the hashes */
					DirectFunctionCall2(numeric_mod, DirectFunctionCall2(numeric_add, DirectFunctionCall2(numeric_mod, cell->checksum, range), range), range);
			values[OUT_ANSWERED_BY] = CStringGetTextDatum(scan->answered_by);
			nulls[OUT_REASON] = true;
			put_row(scan->request->out, values, nulls);
		}
}


/* ---------------------------------------------------------------- running scans */

/* The key of a relation's record, as SQL over emgov_record: emgov_internal.record_key(). */
static char *
record_key(Oid relid)
{
	static const char *const query = "SELECT emgov_internal.record_key($1)";
	Oid			type = REGCLASSOID;
	Datum		relation = ObjectIdGetDatum(relid);
	bool		is_null = false;

	(void) run_kept(query, 1, &type, &relation, &is_null, NULL);
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

static int
compare_dates(const void *a, const void *b)
{
	DateADT		one = *(const DateADT *) a;
	DateADT		other = *(const DateADT *) b;

	return one < other ? -1 : one > other;
}

/* Which of the numbers of things that are kept is that of each window; false when one has none. */
static bool
set_once(SourceScan *scan)
{
	int			begins = scan->rollup->once->in_stock ? 0 : once_year_begins(scan->relid);

	for (int w = 0; w < scan->nwindows; w++)
	{
		Window	   *window = &scan->windows[w];
		int			year,
					month,
					day;

		if (scan->rollup->once->in_stock)
		{
			window->once = ONCE_IN_STOCK;
			continue;
		}
		j2date(window->starts + POSTGRES_EPOCH_JDATE, &year, &month, &day);
		if (day != 1)
			return false;
		if (window->ends <= date2j(month == 12 ? year + 1 : year, month % 12 + 1, 1) - POSTGRES_EPOCH_JDATE)
			window->once = ONCE_IN_MONTH;
		else if (month == begins && window->ends <= date2j(year + 1, month, 1) - POSTGRES_EPOCH_JDATE)
			window->once = ONCE_IN_YEAR;
		else
			return false;
	}
	return true;
}

static int
compare_windows(const void *a, const void *b)
{
	return compare_dates(&((const Window *) a)->starts, &((const Window *) b)->starts);
}

/*
 * The widest gap between windows: a month and the same one a year earlier are a seventh of the days from first to last.  One
 * that is not most of these is not worth a second look-up.
 */
static void
set_gap(SourceScan *scan)
{
	Window	   *sorted = palloc(sizeof(Window) * scan->nwindows);
	DateADT		ends,
				gap_starts,
				gap_ends;

	memcpy(sorted, scan->windows, sizeof(Window) * scan->nwindows);
	qsort(sorted, scan->nwindows, sizeof(Window), compare_windows);
	ends = gap_starts = gap_ends = sorted[0].ends;
	for (int w = 1; w < scan->nwindows; w++)
	{
		if (sorted[w].starts - ends > gap_ends - gap_starts)
		{
			gap_starts = ends;
			gap_ends = sorted[w].starts;
		}
		ends = Max(ends, sorted[w].ends);
	}
	scan->leaves_gap = gap_ends - gap_starts > (ends - sorted[0].starts) / 2;
	scan->parameters[6] = DateADTGetDatum(gap_starts);
	scan->parameters[7] = DateADTGetDatum(gap_ends);
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

	scan->layout.nbounds = nbounds;
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
	set_gap(scan);
}

/* Scan; gives nothing unless all went well.  The reason why no figure can be made of it, or NULL. */
static char *
scan_once(void *argument)
{
	SourceScan *scan = argument;
	MemoryContext before = CurrentMemoryContext;
	bool		in_parts = has_parts(scan);
	char	   *query = in_parts ? NULL : scan_sql(scan);	/* may make keys of another type */
	HASHCTL		control = {.keysize = sizeof(MemberKey), .entrysize = sizeof(MemberEntry)};
	char	   *hidden;
	ListCell   *cell;

	scan->row_context = AllocSetContextCreate(scan->context, "emgov record", ALLOCSET_DEFAULT_SIZES);
	control.hcxt = scan->context;
	scan->members = NIL;
	scan->members_by_key = hash_create("emgov members", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	for (int s = 0; s < N_SPLITS; s++)
	{
		scan->codes[s] = code_create(scan->context, 64, NULL);
		scan->code_names[s] = NIL;
	}
	scan->total = make_member(scan, &all_members);
	hidden = in_parts ? run_parts(scan) : run(scan, query);
	if (hidden != NULL)
		return psprintf("a row policy hides rows of %s from user \"%s\"", hidden, GetUserNameFromId(GetUserId(), false));
	MemoryContextSwitchTo(scan->context);
	fold_member(scan, scan->total);
	foreach(cell, scan->members)
		fold_member(scan, lfirst(cell));
	put_member(scan, scan->total);
	foreach(cell, scan->members)
		put_member(scan, lfirst(cell));
	MemoryContextSwitchTo(before);
	return NULL;
}

/* Try a scan.  The reason why it gave nothing, or NULL. */
static char *
try_scan(SourceScan *scan)
{
	char	   *reason;

	scan->context = AllocSetContextCreate(CurrentMemoryContext, "emgov scan", ALLOCSET_DEFAULT_SIZES);
	reason = attempt(scan_once, scan);
	MemoryContextDelete(scan->context);
	return reason;
}

/* Indicators over one relation, in windows; what a scan cannot compute is tried in halves. */
static void
scan_pieces(const SourceScan *model, const Indicator **indicators, int n, const Window *windows, int nwindows)
{
	SourceScan *scan = palloc(sizeof(SourceScan));
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
	if (fits && (reason = try_scan(scan)) == NULL)
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
		put_reason(model->request, indicators[0], windows, nwindows, -1, reason ? with_server(model->relid, reason) : "its definition is too large");
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
scan_rollups(const SourceScan *model, const Indicator **indicators, int n, const Window *windows, int nwindows)
{
	RollupQuestion question = {model->relid, NIL};
	bool		is_any_split = false;
	ListCell   *cell;

	for (int s = 0; s < N_SPLITS; s++)
		is_any_split |= is_split(model->request->splits, s);
	if (!has_rollups(model->relid) || attempt(ask_rollups, &question) != NULL)
		return n;
	foreach(cell, question.answers)
	{
		const RollupAnswer *answer = lfirst(cell);
		const Indicator **said = palloc(sizeof(Indicator *) * n);
		const Indicator **left = palloc(sizeof(Indicator *) * n);
		int			nsaid = 0,
					nleft = 0;
		SourceScan *scan;

		/* what is counted once of all is not so of each member */
		if (answer->once != NULL && is_any_split)
			continue;
		for (int i = 0; i < n; i++)
			if (rollup_says(answer, indicators[i], model->member_column, N_SPLITS))
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
		if (answer->once != NULL && !set_once(scan))
			continue;
		/* if it fails, the facts fail too, and say which indicator it is */
		if (!lay_out(scan) || try_scan(scan) != NULL)
			continue;
		memcpy(indicators, left, sizeof(Indicator *) * nleft);
		n = nleft;
	}
	return n;
}

/* Indicators over one relation; if it is split by their own dates, these are the same. */
static void
scan_together(const Request *request, const Indicator **indicators, int n, const Window *windows, int nwindows)
{
	SourceScan	model = {0};

	const Shards *shards;
	const Unreached *unreached;

	model.request = request;
	model.relid = indicators[0]->relid;
	model.answered_by = "facts";
	shards = shards_of(model.relid);
	if (shards != NULL)
	{
		model.shard = shard_column(shards) ? column_sql(model.relid, shard_column(shards)) : NULL;
		unreached = unreachable_areas(request->ledger, shards);
		model.reached = unreached ? without_areas("(emgov_record)", unreached) : NULL;
	}
	for (int s = 0; s < N_SPLITS; s++)
	{
		char	   *reason;

		if (!is_split(request->splits, s))
			continue;
		model.member[s] = split_sql(request->splits, s, model.relid, indicators[0]->units[UNIT_DATE]->call, &model.member_column[s], &reason);
		for (int i = 0; model.member[s] == NULL && i < n; i++)
			put_reason(request, indicators[i], windows, nwindows, s, reason);
	}
	/* a rollup knows the present only, and no records */
	if (!request->past && !request->with_checksum)
		n = scan_rollups(&model, indicators, n, windows, nwindows);
	if (n == 0)
		return;
	model.from = source_text(model.relid, request->past, "$2");
	if (model.from == NULL && request->unversioned_now)
		model.from = source_text(model.relid, false, "$2");
	if (model.from == NULL)
		return;
	if (request->with_checksum)
		model.record_key = record_key(model.relid);
	else if (request->past && model.shard == NULL)
		model.unchanged = find_unchanged(model.relid, request->moment);
	scan_pieces(&model, indicators, n, windows, nwindows);
}

/* The indicators over one relation. */
static void
scan_relation(const Request *request, const Indicator **indicators, int n, const Window *windows, int nwindows)
{
	bool		by_own_date = false;

	for (int s = 0; s < N_SPLITS; s++)
		by_own_date |= split_by_own_date(request->splits, s, indicators[0]->relid);
	while (n > 0)
	{
		const Indicator **same = palloc(sizeof(Indicator *) * n);
		const Unit *day = indicators[0]->units[UNIT_DATE];
		int			nsame = 0;
		int			nleft = 0;

		for (int i = 0; i < n; i++)
			if (!by_own_date || same_unit(indicators[i]->units[UNIT_DATE], day))
				same[nsame++] = indicators[i];
			else
				indicators[nleft++] = indicators[i];
		scan_together(request, same, nsame, windows, nwindows);
		n = nleft;
	}
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
		if (lower.infinite || upper.infinite ||
			DATE_NOT_FINITE(DatumGetDateADT(lower.val)) || DATE_NOT_FINITE(DatumGetDateADT(upper.val)))
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
 * emgov_internal.scan_parts(ledger regnamespace, indicators emgov_internal.indicator[], windows daterange[], as_of timestamptz,
 *		splits emgov_internal.figure_split[], labels emgov_internal.figure_label[], with_checksum boolean, unversioned_now boolean)
 *		returns setof emgov_internal.figure_parts
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
	request.ledger = PG_GETARG_OID(0);
	request.past = !PG_ARGISNULL(3);
	request.moment = request.past ? PG_GETARG_DATUM(3) : (Datum) 0;
	request.splits = read_splits(fcinfo, 4, 5);
	request.with_checksum = !PG_ARGISNULL(6) && PG_GETARG_BOOL(6);
	request.unversioned_now = !PG_ARGISNULL(7) && PG_GETARG_BOOL(7);
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
				put_reason(&request, indicator, windows, nwindows, -1, indicator->problem);
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
