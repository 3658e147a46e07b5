/*
 * figure.c
 *		Figures, from what their indicators come to in each window of time.
 *
 * A window is a period, or the base of one.  What an indicator comes to there, for all
 * members of a dimension or for one, is a point: a quotient that is kept as two whole
 * numbers, so that nothing is rounded before it is printed, and what is known of it.  A
 * point of an indicator that is derived from others is made of their points, whatever
 * these are derived from.  A figure is a point, with the point of the base it is held
 * against, in numbers and in words.
 *
 * Nothing here reads a table.  What was counted, what the sources cover, and what the
 * bases are if they are not counted come as arrays of rows (figure.sql).  Nothing here
 * raises an error over a definition or a number: such a figure is failed or undefined,
 * and says why.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type_d.h"
#include "core/exact_test.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "kernel/periods.h"
#include "kernel/phrase.h"
#include "kernel/rate.h"
#include "ledger/exact.h"
#include "ledger/rows.h"

#define VALUE_PLACES	6		/* decimals of a value that is printed */
#define WORD_PLACES		24		/* of a quotient that is to be rounded in words: more than decimals and scale ask for */
#define ANY_MEMBER		(-1)	/* all members together */

/* ------------------------------------------------------------------ windows */

/* The columns starts_on and ends_on; false unless they are the bounds of a period. */
static bool
window_field(const RowsIn *r, Period *window)
{
	Datum		starts_on;
	Datum		ends_on;

	if (!row_field(r, "starts_on", &starts_on) || !row_field(r, "ends_on", &ends_on))
		return false;
	*window = (Period) {DatumGetDateADT(starts_on), DatumGetDateADT(ends_on)};
	return window->start < window->end && window->start >= DAY_FIRST && window->end <= DAY_LAST;
}

/* A column that is a bounded range of days; false for any other. */
static bool
period_field(const RowsIn *r, const char *name, Period *window)
{
	Datum		value;
	RangeType  *range;
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	if (!row_field(r, name, &value))
		return false;
	range = DatumGetRangeTypeP(value);
	range_deserialize(lookup_type_cache(RangeTypeGetOid(range), TYPECACHE_RANGE_INFO), range, &lower, &upper, &empty);
	if (empty || lower.infinite || upper.infinite)
		return false;
	*window = (Period) {DatumGetDateADT(lower.val), DatumGetDateADT(upper.val)};
	return window->start < window->end && window->start >= DAY_FIRST && window->end <= DAY_LAST;
}

/* ------------------------------------------------------------------ what a figure can hold */

static const Exact no_quotient = {NULL, NULL};

/* Can a figure hold it?  No NaN, no infinity, and not more than 18 digits before the point. */
static bool
is_fit(Numeric value)
{
	if (value == NULL)
		return true;
	if (numeric_is_nan(value) || numeric_is_inf(value))
		return false;
	return numeric_order(DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(value))), exact_tenfold(18)) < 0;
}

static bool
is_fit_quotient(Exact x)
{
	return !exact_is_known(x) ||
		numeric_order(DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(x.numerator))),
					  numeric_apply(numeric_mul, x.denominator, exact_tenfold(18))) < 0;
}

/* A name in a reason, of at most 60 bytes; NULL is none. */
static char *
clipped(const char *name)
{
	return name == NULL ? "" : pnstrdup(name, pg_mbcliplen(name, strlen(name), 60));
}

/* ------------------------------------------------------------------ indicators */

typedef enum Kind
{
	COUNT, DISTINCT, SUM, MEAN, SHARE, COMPLETION, PLANNED, STOCK, STREAK, LARGEST,
	REPORTED,
	CHANGE, RATIO, REDUCTION, RATE, TOTAL,
	UNKNOWN_KIND
} Kind;

static const char *const kind_names[] = {
	"count", "distinct", "sum", "mean", "share", "completion", "planned", "stock", "streak", "largest",
	"reported", "change", "ratio", "reduction", "rate", "total"
};

/* One of those that an indicator is derived from. */
typedef struct Operand
{
	char	   *code;
	int			indicator;		/* its place; -1: there is none of that code in force */
	bool		minus;
} Operand;

typedef struct Indicator
{
	char	   *code;
	char	   *name_zh;
	char	   *kind_name;
	Kind		kind;
	char	   *source;
	Operand    *operands;
	int			operand_count;
	Numeric		per;
	char	   *scope;
	bool		last_day_only;	/* of its window: a stock */
	bool		adds_up;		/* what it comes to for some members is the sum of what it comes to for each */
	char	   *unit;
	int			section;		/* or -1 */
	int			version;
	int			decimals;
	Rounding	rounding;
	bool		keep_zero;
	int			style;			/* WordingStyle, -1: none of that name */
	int			scale;			/* WordingScale, likewise */
	char	   *grain;
	char	   *zero_zh;
	bool		compared;		/* its change is printed */
	bool		tested;			/* its p-value is given */
	bool		is_quotient;	/* its exact value may have no end */
	bool		looked_at;		/* for that */
	int			search;			/* the last one that came by: see has_member() */
	int			coverage;		/* its first row in Work.coverage */
	int			coverage_count;
	bool		visiting;		/* it is being computed: to meet it again is a cycle */
} Indicator;

/* The days that its source covers: of one area, or of all. */
typedef struct Coverage
{
	int			indicator;
	int			area;			/* or ANY_MEMBER */
	int32		first;
	int32		after;
	bool		declared;
} Coverage;

/* Whose data are needed in a window: of one indicator, or (-1) of all. */
typedef struct Member
{
	int			indicator;
	Period		window;
	int			member;
	bool		is_asked_for;	/* of the dimension that figures are split by */
	int			open_days;		/* that it must send, and nobody has */
	int			open_alone;		/* that it has not sent itself */
} Member;

typedef struct Key
{
	int32		indicator;
	int32		start;
	int32		end;
	int32		member;
	int32		is_base;
} Key;

/* What was counted, or sent. */
typedef struct Counted
{
	Key			key;
	Numeric		numerator;
	Numeric		denominator;
	int64		records;
	bool		has_records;
	Numeric		checksum;
	char	   *answered_by;
	char	   *reason;
} Counted;

/* A base that is not counted. */
typedef struct Given
{
	Key			key;
	Numeric		value;
} Given;

/* How much is known, from all to nothing: what is derived is as bad as its worst operand. */
typedef enum Status
{
	KNOWN,
	NO_BASE,
	NOT_PUBLISHED,
	NOT_COMPARABLE,
	PART_PERIOD,
	PART_MEMBERS,
	UNVERSIONED,
	NO_DATA,
	UNDEFINED,
	FAILED,
} Status;

static const char *const status_names[] = {
	"known", "no_base", "not_published", "not_comparable", "part_period", "part_members", "unversioned", "no_data", "undefined", "failed"
};

/* How much of a window is covered. */
typedef struct Cover
{
	int			days;
	Period		span;			/* the days, if they are one after another; else empty */
	bool		any_declared;
	bool		any_undeclared;
	List	   *missing;		/* members, as integers */
} Cover;

/* What an indicator comes to in a window. */
typedef struct Point
{
	Key			key;
	Status		status;
	char	   *reason;
	Exact		exact;
	Numeric		numerator;		/* as shown */
	Numeric		denominator;
	Cover		cover;
	const Counted *counted;		/* or NULL */
	int64		records;		/* behind what was counted, and the sum of their hashes */
	Numeric		checksum;
	Period		days;			/* those that were counted, if any were */
	bool		is_published;	/* a published total, not what was counted */
} Point;

/* Why a window is not compared with its base. */
typedef struct Break
{
	Key			key;
	char	   *reason;
} Break;

/* All that one call works with. */
typedef struct Work
{
	Indicator  *indicators;
	int			indicator_count;
	char	  **members;		/* in the order of their bytes, each once */
	char	  **member_names;	/* NULL: not known */
	int			member_count;
	Coverage   *coverage;
	Member	   *needed;
	int			needed_count;
	HTAB	   *counted;
	HTAB	   *given;
	HTAB	   *breaks;
	HTAB	   *points;
	bool		first_published;
	int			searches;		/* for members */
	char	   *by;				/* the dimension that figures are split by, or NULL */
} Work;

static int
find_name(const char *const *names, int count, const char *name)
{
	for (int i = 0; name != NULL && i < count; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

static int
by_code(const void *a, const void *b)
{
	return strcmp((*(Indicator *const *) a)->code, (*(Indicator *const *) b)->code);
}

/* The place of an indicator; sorted has all of them by their codes. -1: there is none. */
static int
find_indicator(const Work *w, Indicator **sorted, const char *code)
{
	Indicator	wanted = {.code = (char *) code};
	Indicator  *key = &wanted;
	Indicator **found = code == NULL ? NULL : bsearch(&key, sorted, w->indicator_count, sizeof(Indicator *), by_code);

	return found == NULL ? -1 : (int) (*found - w->indicators);
}

static void
add_operand(Indicator *i, char *code)
{
	Operand    *o = &i->operands[i->operand_count++];

	o->minus = code[0] == '-';
	o->code = code + (o->minus ? 1 : 0);
	o->indicator = -1;
}

static void
read_operands(Indicator *i, const RowsIn *r)
{
	char	   *of_code = row_text(r, "of_code");
	char	   *by_code = row_text(r, "by_code");
	Datum		codes;

	if (i->kind == TOTAL)
	{
		Datum	   *elements;
		bool	   *nulls;
		int			count;

		if (!row_field(r, "of_codes", &codes))
			return;
		deconstruct_array(DatumGetArrayTypeP(codes), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
		i->operands = palloc(sizeof(Operand) * (count + 1));
		for (int n = 0; n < count; n++)
			if (!nulls[n])
				add_operand(i, TextDatumGetCString(elements[n]));
	}
	else if (i->kind >= CHANGE && i->kind < UNKNOWN_KIND)
	{
		i->operands = palloc(sizeof(Operand) * 2);
		if (of_code != NULL)
			add_operand(i, of_code);
		if (by_code != NULL && (i->kind == RATIO || i->kind == REDUCTION))
			add_operand(i, by_code);
	}
}

static Rounding
rounding_of(const char *name)
{
	if (name != NULL && strcmp(name, "half_even") == 0)
		return ROUNDING_HALF_EVEN;
	return name != NULL && strcmp(name, "truncate") == 0 ? ROUNDING_TRUNCATE : ROUNDING_HALF_UP;
}

/* Is the value of an indicator, or of one that it adds, a quotient?  Each is looked at once; cycles are found elsewhere. */
static bool
may_have_no_end(Work *w, Indicator *i)
{
	if (i->looked_at)
		return i->is_quotient;
	check_stack_depth();
	i->looked_at = true;
	i->is_quotient = i->kind == MEAN || i->kind == SHARE || i->kind == COMPLETION || (i->kind >= CHANGE && i->kind <= RATE);
	for (int n = 0; i->kind == TOTAL && n < i->operand_count && !i->is_quotient; n++)
		i->is_quotient = i->operands[n].indicator >= 0 && may_have_no_end(w, &w->indicators[i->operands[n].indicator]);
	return i->is_quotient;
}

/* Read argument argno, an array of emgov.indicator; gives them by their codes. */
static Indicator **
read_indicators(Work *w, FunctionCallInfo fcinfo, int argno)
{
	RowsIn		r = rows_arg(fcinfo, argno);
	Indicator **sorted = palloc(sizeof(Indicator *) * (r.count + 1));

	w->indicators = palloc0(sizeof(Indicator) * (r.count + 1));
	while (next_row(&r))
	{
		Indicator  *i = &w->indicators[w->indicator_count];
		char	   *text;

		i->code = row_text(&r, "code");
		if (i->code == NULL)
			continue;
		sorted[w->indicator_count++] = i;
		i->name_zh = row_text(&r, "name_zh");
		i->kind_name = row_text(&r, "kind");
		i->kind = find_name(kind_names, lengthof(kind_names), i->kind_name);
		if ((int) i->kind < 0)
			i->kind = UNKNOWN_KIND;
		i->source = row_text(&r, "source");
		read_operands(i, &r);
		i->per = row_numeric(&r, "per");
		if (i->per == NULL || (i->kind != RATIO && i->kind != RATE))
			i->per = int64_to_numeric(1);
		i->scope = row_text(&r, "scope");
		text = row_text(&r, "cutoff");
		i->last_day_only = text != NULL && strcmp(text, "at_date") == 0;
		text = row_text(&r, "aggregate");
		i->adds_up = i->kind == COUNT || i->kind == SUM || i->kind == MEAN || (text != NULL && strcmp(text, "distinct") != 0);
		i->unit = row_text(&r, "unit");
		if (i->unit == NULL)
			i->unit = "";
		i->section = row_int(&r, "section", -1);
		i->version = row_int(&r, "version", 1);
		i->decimals = Max(0, Min(row_int(&r, "decimals", 1), ROUNDING_MAX_DECIMALS));
		i->rounding = rounding_of(row_text(&r, "rounding"));
		i->keep_zero = row_bool(&r, "keep_zero");
		text = row_text(&r, "wording");
		i->style = text == NULL ? WORDING_EXACT : wording_style(text);
		text = row_text(&r, "scale");
		i->scale = text == NULL ? WORDING_UNSCALED : wording_scale(text);
		if (row_numeric(&r, "grain") != NULL)
			i->grain = phrase_numeric_text(row_numeric(&r, "grain"));
		i->zero_zh = row_text(&r, "zero_zh");
		text = row_text(&r, "comparator");
		i->compared = text != NULL && strcmp(text, "year_earlier") == 0;
		text = row_text(&r, "significance");
		i->tested = text != NULL && strcmp(text, "none") != 0;
	}
	qsort(sorted, w->indicator_count, sizeof(Indicator *), by_code);
	for (int n = 0; n < w->indicator_count; n++)
		for (int k = 0; k < w->indicators[n].operand_count; k++)
			w->indicators[n].operands[k].indicator = find_indicator(w, sorted, w->indicators[n].operands[k].code);
	for (int n = 0; n < w->indicator_count; n++)
		(void) may_have_no_end(w, &w->indicators[n]);
	return sorted;
}

/* The same period a year earlier; false where there is none: it would be empty, as that of a 29th of February, or before the year 1. */
static bool
base_window(Period window, Period *base)
{
	if (window.start < DAY_FIRST + 366)
		return false;			/* there is no year before the first */
	*base = period_year_earlier(window);
	return base->start < base->end;
}

static HTAB *
make_table(const char *name, Size entry)
{
	HASHCTL		control = {.keysize = sizeof(Key), .entrysize = entry, .hcxt = CurrentMemoryContext};

	return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

static Key
key_of(int indicator, Period window, int member, bool is_base)
{
	return (Key) {indicator, window.start, window.end, member, is_base};
}

/* ------------------------------------------------------------------ members */

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

static int
find_member(const Work *w, const char *member)
{
	char	  **found = member == NULL ? NULL : bsearch(&member, w->members, w->member_count, sizeof(char *), by_bytes);

	return found == NULL ? ANY_MEMBER : (int) (found - w->members);
}

/* All members that the rows name: those of them that are NULL are no member. */
static void
gather_members(Work *w, RowsIn *const rows[], const char *const columns[], int count)
{
	int			room = 0;
	int			unique = 0;

	for (int n = 0; n < count; n++)
		room += rows[n]->count;
	w->members = palloc(sizeof(char *) * (room + 1));
	for (int n = 0; n < count; n++)
	{
		while (next_row(rows[n]))
		{
			char	   *member = row_text(rows[n], columns[n]);

			if (member != NULL)
				w->members[w->member_count++] = member;
		}
		rows[n]->next = 0;
	}
	qsort(w->members, w->member_count, sizeof(char *), by_bytes);
	for (int n = 0; n < w->member_count; n++)
		if (n == 0 || strcmp(w->members[n], w->members[n - 1]) != 0)
			w->members[unique++] = w->members[n];
	w->member_count = unique;
	w->member_names = palloc0(sizeof(char *) * (unique + 1));
}

static const char *
member_name(const Work *w, int member)
{
	if (w->member_names[member] != NULL)
		return w->member_names[member];
	return w->members[member][0] == '\0' ? "未注明" : w->members[member];
}

/* ------------------------------------------------------------------ what is covered */

/* The days of a window within some rows of coverage, which ascend: those of one area, or of all. */
static Cover
days_covered(const Work *w, const Indicator *i, Period window, int area)
{
	Cover		cover = {0};
	int32		end = window.start;

	for (int n = i->coverage; n < i->coverage + i->coverage_count; n++)
	{
		const Coverage *c = &w->coverage[n];
		int32		first = Max(Max(c->first, window.start), end);
		int32		after = Min(c->after, window.end);

		if (c->area != area)
			continue;
		*(c->declared ? &cover.any_declared : &cover.any_undeclared) = true;
		if (first >= after)
			continue;
		if (cover.days == 0)
			cover.span = (Period) {first, after};
		else if (first == cover.span.end)
			cover.span.end = after;
		else
			cover.span = (Period) {0, 0};
		cover.days += after - first;
		end = after;
	}
	return cover;
}

/* Does an indicator's source say anything of an area by itself? */
static bool
says_of_area(const Work *w, const Indicator *i, int area)
{
	for (int n = i->coverage; n < i->coverage + i->coverage_count; n++)
		if (area == ANY_MEMBER ? w->coverage[n].area != ANY_MEMBER : w->coverage[n].area == area)
			return true;
	return false;
}

/* The last day is what a stock needs: where it is covered, so is the window. */
static Cover
cover_of_area(const Work *w, const Indicator *i, Period window, int area)
{
	Cover		cover;

	if (area != ANY_MEMBER && !says_of_area(w, i, area))
		area = ANY_MEMBER;
	cover = days_covered(w, i, window, area);
	if (i->last_day_only && days_covered(w, i, (Period) {window.end - 1, window.end}, area).days == 1)
	{
		cover.days = window.end - window.start;
		cover.span = window;
	}
	return cover;
}

static Period
common_span(Period a, Period b)
{
	Period		common = {Max(a.start, b.start), Min(a.end, b.end)};

	return common.start < common.end ? common : (Period) {0, 0};
}

/* Take into account what is known of one more member or operand. */
static void
add_cover(Cover *all, const Cover *one, bool first)
{
	all->any_declared |= one->any_declared;
	all->any_undeclared |= one->any_undeclared;
	all->missing = list_concat_unique_int(all->missing, one->missing);
	all->span = first ? one->span : common_span(all->span, one->span);
	all->days = first ? one->days : Min(all->days, one->days);
}

/* What a window's figure needs is known of some members and not of others. */
static Cover
cover_of_members(const Work *w, int indicator, Period window)
{
	const Indicator *i = &w->indicators[indicator];
	Cover		all = {0};
	List	   *missing = NIL;
	bool		first = true;

	for (int n = 0; n < w->needed_count; n++)
	{
		const Member *m = &w->needed[n];
		Cover		one;

		if (m->indicator != -1 || m->window.start != window.start || m->window.end != window.end)
			continue;
		one = cover_of_area(w, i, window, m->member);
		if (one.days == 0)
		{
			missing = lappend_int(missing, m->member);
			continue;
		}
		add_cover(&all, &one, first);
		first = false;
	}
	if (first)
		return cover_of_area(w, i, window, ANY_MEMBER);
	all.missing = missing;
	return all;
}

static Status
cover_status(const Cover *cover, Period window)
{
	if (cover->days == 0)
		return NO_DATA;
	if (cover->missing != NIL)
		return PART_MEMBERS;
	return cover->days < window.end - window.start ? PART_PERIOD : KNOWN;
}

static char *
day_text(int32 day)
{
	return DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(day)));
}

static char *
missing_codes(const Work *w, const List *missing)
{
	StringInfoData text;
	ListCell   *cell;

	initStringInfo(&text);
	foreach(cell, missing)
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", w->members[lfirst_int(cell)]);
	return text.data;
}

static char *
cover_reason(const Work *w, const Cover *cover, Status status)
{
	switch (status)
	{
		case NO_DATA:
			return "its source covers no day of it";
		case PART_MEMBERS:
			return psprintf("no data of %s", missing_codes(w, cover->missing));
		case PART_PERIOD:
			if (cover->span.start < cover->span.end)
				return psprintf("its source covers %s to %s", day_text(cover->span.start), day_text(cover->span.end - 1));
			return psprintf("its source covers %d days of it", cover->days);
		default:
			return NULL;
	}
}

/* ------------------------------------------------------------------ points */

static const Point *point_at(Work *w, int indicator, Period window, int member, bool is_base);
static const Point *base_of(Work *w, int indicator, Period window, int member);

/* Make it worse: a status, and why, unless it is as bad already. */
static void
worsen(Point *p, Status status, char *reason)
{
	if (status > p->status)
	{
		p->status = status;
		p->reason = reason;
	}
	if (status >= UNVERSIONED)
		p->exact = no_quotient;
}

/* What is wrong with a point is wrong with all that is derived from it. */
static void
worsen_by(Point *p, const Operand *operand, const Point *o)
{
	if (o->status != KNOWN)
		worsen(p, o->status, psprintf("%s: %s", operand->code, o->reason != NULL ? o->reason : status_names[o->status]));
}

static bool
take_share(Point *p, Numeric factor, Numeric numerator, Numeric denominator)
{
	if (numerator == NULL || denominator == NULL || numeric_sign_of(denominator) == 0)
		return false;
	p->exact = exact_quotient(numeric_apply(numeric_mul, factor, numerator), denominator);
	return true;
}

/* Numbers that no figure can hold are left out, and the figure has no value. */
static void
leave_out_unfit(Point *p)
{
	Numeric    *numbers[] = {&p->numerator, &p->denominator};
	StringInfoData unfit;

	initStringInfo(&unfit);
	for (int n = 0; n < (int) lengthof(numbers); n++)
	{
		if (is_fit(*numbers[n]))
			continue;
		appendStringInfo(&unfit, "%s%.60s", unfit.len > 0 ? ", " : "", phrase_numeric_text(*numbers[n]));
		*numbers[n] = NULL;
	}
	if (unfit.len > 0)
		worsen(p, UNDEFINED, psprintf("it is made of %s", unfit.data));
}

static const Counted *
find_counted(Work *w, int indicator, Period window, int member)
{
	Key			key = key_of(indicator, window, member, false);

	return hash_search(w->counted, &key, HASH_FIND, NULL);
}

static Numeric
less(Numeric total, Numeric part)
{
	return total == NULL || part == NULL ? total : numeric_apply(numeric_sub, total, part);
}

static bool
is_nothing(Numeric number)
{
	return number == NULL || numeric_sign_of(number) == 0;
}

/*
 * What was counted of members without data is not of what is known.  Where parts do not
 * add up nobody can tell it from the rest, and the figure has no value; false then.
 */
static bool
leave_out_missing(Work *w, Point *p, Period counted)
{
	const Indicator *i = &w->indicators[p->key.indicator];
	ListCell   *cell;

	foreach(cell, p->cover.missing)
	{
		const Counted *c = find_counted(w, p->key.indicator, counted, lfirst_int(cell));

		if (c == NULL)
			continue;
		if (!i->adds_up && (c->reason != NULL || c->records > 0 || !is_nothing(c->numerator) || !is_nothing(c->denominator)))
		{
			p->numerator = p->denominator = p->checksum = NULL;
			p->records = 0;
			p->counted = NULL;
			p->reason = psprintf("%s; what was counted there cannot be told from the rest", p->reason);
			return false;
		}
		if (c->reason != NULL)
			continue;
		p->numerator = less(p->numerator, c->numerator);
		p->denominator = less(p->denominator, c->denominator);
		p->records -= c->records;
		p->checksum = less(p->checksum, c->checksum);
	}
	/* a sum of hashes goes round at 2^64 */
	if (p->checksum != NULL && numeric_sign_of(p->checksum) < 0)
	{
		Numeric		half = int64_to_numeric(INT64CONST(1) << 32);
		Numeric		range = numeric_apply(numeric_mul, half, half);

		p->checksum = numeric_apply(numeric_mod, numeric_apply(numeric_add, numeric_apply(numeric_mod, p->checksum, range), range), range);
	}
	return true;
}

/* What was counted from a source. */
static void
count_point(Work *w, Point *p)
{
	Indicator  *i = &w->indicators[p->key.indicator];
	Period		window = {p->key.start, p->key.end};
	int			member = p->key.member;
	int			unsaid = find_member(w, "");
	Key			key = key_of(p->key.indicator, window, ANY_MEMBER, false);
	const Counted *total = hash_search(w->counted, &key, HASH_FIND, NULL);
	const Counted *c = total;
	Period		counted = window;
	Status		status;
	bool		defined = true;

	if (member != ANY_MEMBER)
	{
		key.member = unsaid;
		c = unsaid == ANY_MEMBER ? NULL : hash_search(w->counted, &key, HASH_FIND, NULL);
		if (total != NULL && total->reason == NULL && c != NULL && c->reason != NULL)
			total = c;			/* it cannot be told by members */
		key.member = member;
		c = hash_search(w->counted, &key, HASH_FIND, NULL);
	}
	if (total != NULL && total->reason != NULL)
	{
		worsen(p, FAILED, total->reason);
		return;
	}
	p->cover = member == ANY_MEMBER && says_of_area(w, i, ANY_MEMBER) ? cover_of_members(w, p->key.indicator, window)
		: cover_of_area(w, i, window, member);
	status = cover_status(&p->cover, window);
	worsen(p, status, cover_reason(w, &p->cover, status));
	if (status == NO_DATA)
		return;
	if (total == NULL)
	{
		worsen(p, UNVERSIONED, "its source keeps no versions");
		return;
	}
	/* as far as it is known, if that was counted */
	if (p->cover.days < window.end - window.start && p->cover.span.start < p->cover.span.end &&
		find_counted(w, p->key.indicator, p->cover.span, ANY_MEMBER) != NULL)
	{
		counted = p->cover.span;
		c = find_counted(w, p->key.indicator, counted, member);
	}
	p->counted = c;
	p->records = c != NULL ? c->records : 0;
	p->checksum = c != NULL ? c->checksum : NULL;
	p->days = counted;
	p->numerator = c != NULL ? c->numerator : i->kind == LARGEST ? NULL : int64_to_numeric(0);
	p->denominator = c != NULL ? c->denominator : i->kind >= MEAN && i->kind <= PLANNED ? int64_to_numeric(0) : NULL;
	if (member == ANY_MEMBER && !leave_out_missing(w, p, counted))
		return;
	leave_out_unfit(p);
	if (p->status >= UNVERSIONED)
		return;
	switch (i->kind)
	{
		case PLANNED:
			p->exact = exact_whole(p->denominator);
			defined = p->denominator != NULL;
			break;
		case SHARE:
		case COMPLETION:
			defined = take_share(p, int64_to_numeric(100), p->numerator, p->denominator);
			break;
		case MEAN:
			defined = take_share(p, int64_to_numeric(1), p->numerator, p->denominator);
			break;
		default:
			p->exact = exact_whole(p->numerator);
			defined = p->numerator != NULL;
	}
	if (!defined)
		worsen(p, UNDEFINED, i->kind == LARGEST ? "there is none" : "nothing to be divided by");
}

/* What members have sent, one or all. */
static void
report_point(Work *w, Point *p)
{
	Period		window = {p->key.start, p->key.end};
	int			days = window.end - window.start;
	int			present = 0;
	int			open = 0;		/* days, of the member of whom the most are */
	Status		status;

	p->cover.span = (Period) {0, 0};
	for (int n = 0; n < w->needed_count; n++)
	{
		const Member *m = &w->needed[n];
		Key			key = key_of(p->key.indicator, window, m->member, false);
		const Counted *c;

		if (m->indicator != p->key.indicator || m->window.start != window.start || m->window.end != window.end ||
			(p->key.member != ANY_MEMBER && p->key.member != m->member))
			continue;
		c = hash_search(w->counted, &key, HASH_FIND, NULL);
		if (c != NULL && c->reason != NULL)
		{
			worsen(p, FAILED, psprintf("%s: %s", w->members[m->member], c->reason));
			return;
		}
		if (c == NULL || c->numerator == NULL)
		{
			if (p->key.member == ANY_MEMBER)
				p->cover.missing = lappend_int(p->cover.missing, m->member);
			continue;
		}
		p->numerator = p->numerator == NULL ? c->numerator : numeric_apply(numeric_add, p->numerator, c->numerator);
		open = Max(open, p->key.member == ANY_MEMBER ? m->open_days : m->open_alone);
		present++;
	}
	if (present > 0)
		p->cover.days = days - open;
	if (p->cover.days >= days)
		p->cover.span = window;
	status = present == 0 ? NO_DATA : cover_status(&p->cover, window);
	worsen(p, status, status == NO_DATA ? "nobody has sent it" :
		   status == PART_PERIOD ? psprintf("sent of %d days of it", p->cover.days) : cover_reason(w, &p->cover, status));
	if (status == NO_DATA)
		return;
	leave_out_unfit(p);
	if (p->status < UNVERSIONED)
		p->exact = exact_whole(p->numerator);
}

/* All that is known of a change from 0; there are words for it, but nothing can be made of it. */
static char *const no_percentage = "a change from 0 has no percentage";

/* The points of the operands, in the same window; whether all have values. */
static bool
operand_points(Work *w, Point *p, const Point **points)
{
	Indicator  *i = &w->indicators[p->key.indicator];
	bool		known = true;

	for (int n = 0; n < i->operand_count; n++)
	{
		Operand    *o = &i->operands[n];

		if (o->indicator < 0)
		{
			worsen(p, FAILED, psprintf("it is derived from %s, which is not in force", o->code));
			return false;
		}
		points[n] = point_at(w, o->indicator, (Period) {p->key.start, p->key.end}, p->key.member, p->key.is_base);
		worsen_by(p, o, points[n]);
		if (points[n]->status == KNOWN && !exact_is_known(points[n]->exact))
			worsen(p, UNDEFINED, psprintf("%s: %s", o->code, no_percentage));
		add_cover(&p->cover, &points[n]->cover, n == 0);
		known &= exact_is_known(points[n]->exact);
	}
	return known && p->status < UNVERSIONED;
}

/* The value of the series for a rate; NULL after it has been said why there is none. */
static Numeric
series_value(Work *w, Point *p)
{
	Key			key = key_of(p->key.indicator, (Period) {p->key.start, p->key.end}, p->key.member, false);
	const Counted *c = hash_search(w->counted, &key, HASH_FIND, NULL);

	if (c != NULL && c->reason != NULL)
		worsen(p, FAILED, c->reason);
	else if (c == NULL || c->denominator == NULL)
		worsen(p, NO_DATA, "its series has no value for this period");
	else if (!is_fit(c->denominator))
		worsen(p, UNDEFINED, psprintf("it is made of %.60s", phrase_numeric_text(c->denominator)));
	else
		return c->denominator;
	return NULL;
}

/* What is derived from others. */
static void
derive_point(Work *w, Point *p)
{
	Indicator  *i = &w->indicators[p->key.indicator];
	const Point **points = palloc0(sizeof(Point *) * (i->operand_count + 1));
	const Point *base;
	bool		known = operand_points(w, p, points);
	Exact		divisor = no_quotient;
	Exact		dividend = no_quotient;

	if (p->status == FAILED)
		return;
	if (i->operand_count == 0 || (i->operand_count < 2 && (i->kind == RATIO || i->kind == REDUCTION)))
	{
		worsen(p, FAILED, "its definition does not say what it is derived from");
		return;
	}
	if (!is_fit(i->per))
	{
		worsen(p, FAILED, psprintf("per is %.60s", phrase_numeric_text(i->per)));
		return;
	}
	if (exact_is_known(points[0]->exact))
		dividend = points[0]->exact;
	switch (i->kind)
	{
		case TOTAL:
			if (!known)
				return;
			p->exact = exact_whole(int64_to_numeric(0));
			for (int n = 0; n < i->operand_count && !exact_is_long(p->exact); n++)
				p->exact = exact_add(p->exact, points[n]->exact, i->operands[n].minus);
			dividend = p->exact;
			break;
		case RATE:
			divisor = exact_whole(series_value(w, p));
			break;
		case CHANGE:
			base = base_of(w, i->operands[0].indicator, (Period) {p->key.start, p->key.end}, p->key.member);
			divisor = base->exact;
			if (p->status == KNOWN)
				worsen_by(p, &i->operands[0], base);
			/* of a part of something there is no change */
			known &= p->status == KNOWN;
			break;
		case REDUCTION:
			divisor = points[1]->exact;
			if (exact_is_known(dividend) && exact_is_known(divisor))
				dividend = exact_add(divisor, dividend, true);
			break;
		default:
			divisor = points[1]->exact;
	}
	p->numerator = exact_is_known(dividend) ? exact_round(dividend, VALUE_PLACES) : NULL;
	p->denominator = exact_is_known(divisor) ? exact_round(divisor, VALUE_PLACES) : NULL;
	if (i->kind == TOTAL || !known || !exact_is_known(divisor) || p->status >= UNVERSIONED)
		return;
	if (numeric_sign_of(divisor.numerator) == 0)
	{
		/* a change from 0 has no percentage, but words */
		if (i->kind != CHANGE)
			worsen(p, UNDEFINED, "nothing to be divided by");
		return;
	}
	if (i->kind == CHANGE)
		dividend = exact_add(dividend, divisor, true);
	p->exact = exact_divide(dividend, divisor, i->kind == CHANGE || i->kind == REDUCTION ? int64_to_numeric(100) : i->per);
}

/*
 * What an indicator comes to in a window; is_base: as a base, for which a total that was
 * published stands in where not all is known.
 */
static const Point *
point_at(Work *w, int indicator, Period window, int member, bool is_base)
{
	Key			key = key_of(indicator, window, member, is_base);
	Indicator  *i = &w->indicators[indicator];
	Point	   *p = hash_search(w->points, &key, HASH_FIND, NULL);
	Point		point = {.key = key};
	const Given *given;

	if (p != NULL)
		return p;
	CHECK_FOR_INTERRUPTS();
	check_stack_depth();
	if (i->visiting)
		worsen(&point, FAILED, psprintf("%s is derived from itself", i->code));
	else if (i->kind == UNKNOWN_KIND)
		worsen(&point, FAILED, psprintf("there is no kind \"%s\"", clipped(i->kind_name)));
	else
	{
		i->visiting = true;
		if (i->kind < REPORTED)
			count_point(w, &point);
		else if (i->kind == REPORTED)
			report_point(w, &point);
		else
			derive_point(w, &point);
		i->visiting = false;
	}
	if (exact_is_long(point.exact))
		worsen(&point, FAILED, "its exact quotient has more than a thousand digits");
	if (!is_fit_quotient(point.exact))
		worsen(&point, UNDEFINED, psprintf("it comes to %.60s", phrase_numeric_text(exact_round(point.exact, VALUE_PLACES))));
	if (is_base && point.status != KNOWN && (given = hash_search(w->given, &key, HASH_FIND, NULL)) != NULL)
	{
		point.exact = exact_whole(given->value);
		point.status = KNOWN;
		point.reason = NULL;
		point.is_published = true;
	}
	p = hash_search(w->points, &key, HASH_ENTER, NULL);
	*p = point;
	return p;
}

/* Why an indicator's window is not compared with its base, by anything that it is made of; NULL: it is. */
static char *
break_of(Work *w, int indicator, Period window)
{
	const Indicator *i = &w->indicators[indicator];
	Key			key = key_of(indicator, window, ANY_MEMBER, false);
	bool		found;
	Break	   *answer = hash_search(w->breaks, &key, HASH_ENTER, &found);

	if (found)
		return answer->reason;
	check_stack_depth();
	/* noted first: one that is derived from itself ends here */
	answer->reason = NULL;
	for (int n = 0; n < i->operand_count && answer->reason == NULL; n++)
		if (i->operands[n].indicator >= 0)
			answer->reason = break_of(w, i->operands[n].indicator, window);
	return answer->reason;
}

/* The base of a window, unless the window is not comparable with it. */
static const Point *
comparable_base(Work *w, int indicator, Period window, const Point *base)
{
	char	   *reason = hash_get_num_entries(w->breaks) == 0 ? NULL : break_of(w, indicator, window);
	Point	   *incomparable;

	if (reason == NULL || base->status != KNOWN)
		return base;
	incomparable = palloc(sizeof(Point));
	*incomparable = *base;
	incomparable->status = NOT_COMPARABLE;
	incomparable->reason = reason;
	return incomparable;
}

/* The base that an indicator's point in a window is held against: a point with a value, or one that says why there is none. */
static const Point *
base_of(Work *w, int indicator, Period window, int member)
{
	Point	   *none = palloc0(sizeof(Point));
	const Point *p;
	Period		base;

	none->status = NO_BASE;
	none->reason = "there is no such day a year earlier";
	if (!base_window(window, &base))
		return none;
	if (w->first_published)
	{
		Key			key = key_of(indicator, base, member, false);
		const Given *given = hash_search(w->given, &key, HASH_FIND, NULL);

		none->exact = given == NULL ? no_quotient : exact_whole(given->value);
		none->status = exact_is_known(none->exact) ? KNOWN : NOT_PUBLISHED;
		none->reason = exact_is_known(none->exact) ? NULL : "it was not published a year earlier";
		return comparable_base(w, indicator, window, none);
	}
	p = point_at(w, indicator, base, member, true);
	if (p->status == KNOWN && exact_is_known(p->exact))
		return comparable_base(w, indicator, window, p);
	none->reason = psprintf("base: %s", p->status == KNOWN ? no_percentage : p->reason != NULL ? p->reason : status_names[p->status]);
	return none;
}

/* ------------------------------------------------------------------ words */

static const char *
wording_problem(WordingStatus status)
{
	switch (status)
	{
		case WORDING_OK:
			break;
		case WORDING_NOT_A_NUMBER:
			return "its grain is no number";
		case WORDING_GRAIN:
			return "the grain must be a power of ten";
		case WORDING_GRAIN_FRACTION:
			return "the grain of \"over\" must be at least 1";
		case WORDING_DECIMALS:
			return "decimals do not go with an approximate style";
		case WORDING_CHINESE_SCALE:
			return "this scale has no English word";
	}
	return NULL;
}

/* The value with its measure word; an exact one is rounded once, from the quotient. */
static char *
value_words(const Indicator *i, Exact exact, const char **problem)
{
	NumberWording how = {.style = i->style, .scale = i->scale, .grain = i->grain, .decimals = -1,
	.rounding = (WordingRounding) i->rounding, .keep_zero = i->keep_zero};
	Words		words = phrase_words();
	Numeric		value;
	WordingStatus status;

	if (i->style < 0 || i->scale < 0)
	{
		*problem = i->style < 0 ? "there is no such wording" : "there is no such scale";
		return NULL;
	}
	if (i->zero_zh != NULL && numeric_sign_of(exact.numerator) == 0)
		return i->zero_zh;
	if (i->style == WORDING_EXACT && i->is_quotient)
	{
		value = exact_cut(exact, WORD_PLACES);
		how.decimals = i->decimals;
	}
	else
		value = exact_round(exact, VALUE_PLACES);
	do
		status = words_number(&words, phrase_numeric_text(value), i->unit, &how);
	while (status == WORDING_OK && !phrase_complete(&words));
	*problem = wording_problem(status);
	return *problem != NULL ? NULL : words.text;
}

/*
 * How a value changed, in words.  i says of what unit it is, and whether a quotient; policy
 * how the change is rounded.
 */
static char *
change_words(const Indicator *i, const Indicator *policy, Exact value, Exact base)
{
	ChangeWording how = {.scale = i->scale < 0 ? WORDING_UNSCALED : i->scale, .keep_zero = policy->keep_zero, .base_periods = 1};
	Exact		difference = exact_add(value, base, true);
	/* of one denominator, so that one is the change and the other what it is a share of */
	Numeric		scaled = numeric_apply(numeric_mul, difference.numerator, base.denominator);
	Numeric		total = numeric_apply(numeric_mul, base.numerator, difference.denominator);
	Numeric		divisor = numeric_apply(numeric_mul, difference.denominator, base.denominator);
	Change		change = describe_change(scaled, total, divisor, i->is_quotient, i->unit,
										 (ChangePolicy) {policy->decimals, policy->rounding});
	Words		words = phrase_words();

	do
		words_change(&words, &change, &how);
	while (!phrase_complete(&words));
	return words.text;
}

static void
add_day(StringInfo text, int32 day, bool with_year)
{
	CivilDate	d = civil_from_day(day);

	if (with_year)
		appendStringInfo(text, "%d年", d.year);
	appendStringInfo(text, "%d月%d日", d.month, d.day);
}

/* What words must carry that say a part only: （缺武进区；截至12月19日）; NULL when all is known. */
static char *
qualifier(const Work *w, const Cover *cover, Period window)
{
	StringInfoData text;
	ListCell   *cell;
	bool		with_year = civil_from_day(window.start).year != civil_from_day(window.end - 1).year;
	bool		first = true;

	if (cover->missing == NIL && cover->days >= window.end - window.start)
		return NULL;
	initStringInfo(&text);
	appendStringInfoString(&text, "（");
	foreach(cell, cover->missing)
	{
		appendStringInfo(&text, "%s%s", first ? "缺" : "、", member_name(w, lfirst_int(cell)));
		first = false;
	}
	if (cover->days < window.end - window.start)
	{
		if (!first)
			appendStringInfoString(&text, "；");
		if (cover->span.start >= cover->span.end)
			appendStringInfo(&text, "仅%d天数据", cover->days);
		else if (cover->span.start == window.start)
		{
			appendStringInfoString(&text, "截至");
			add_day(&text, cover->span.end - 1, with_year);
		}
		else
		{
			add_day(&text, cover->span.start, with_year);
			if (cover->span.end == window.end)
				appendStringInfoString(&text, "起");
			else
			{
				appendStringInfoString(&text, "至");
				add_day(&text, cover->span.end - 1, with_year);
			}
		}
	}
	appendStringInfoString(&text, "）");
	return text.data;
}

/* ------------------------------------------------------------------ figures */

/* What is covered, and whose data are missing. */
static void
set_cover(const Work *w, RowMade *row, const Cover *cover, Period window)
{
	int			count = list_length(cover->missing);

	set_field(row, "period_days", Int32GetDatum(window.end - window.start));
	set_field(row, "covered_days", Int32GetDatum(cover->days));
	if (cover->any_declared || cover->any_undeclared)
		set_text(row, "coverage", cover->any_undeclared ? "undeclared" : "declared");
	if (count > 0)
	{
		Datum	   *codes = palloc(sizeof(Datum) * count);

		for (int n = 0; n < count; n++)
			codes[n] = CStringGetTextDatum(w->members[list_nth_int(cover->missing, n)]);
		set_field(row, "missing", PointerGetDatum(construct_array(codes, count, TEXTOID, -1, false, TYPALIGN_INT)));
	}
}

/* The chance of so different counts, to six decimals. */
static Datum
p_value(int64 now, int64 then)
{
	return DirectFunctionCall2(numeric_round,
							   DirectFunctionCall1(float8_numeric, Float8GetDatum(exact_p_value(now, then, 1.0, false))),
							   Int32GetDatum(VALUE_PLACES));
}

/*
 * The figure of an indicator in a window, for all members or one.  figure and made are
 * the rows to be filled in.
 */
static void
make_figure(Work *w, int indicator, Period window, int member, RowMade *figure, RowMade *made)
{
	Indicator  *i = &w->indicators[indicator];
	const Point *p = point_at(w, indicator, window, member, false);
	const Point *base = base_of(w, indicator, window, member);
	Period		before;
	Status		status = p->status;
	char	   *reason = p->reason;
	Exact		against = i->kind == CHANGE ? no_quotient : base->exact;
	bool		comparable;
	char	   *words = NULL;
	char	   *phrase = NULL;
	char	   *changed = NULL;
	const char *problem = NULL;
	const char *state;

	set_text(figure, "name_zh", i->name_zh);
	set_text(figure, "unit", i->unit);
	set_text(figure, "scope", i->scope);
	set_text(figure, "kind", i->kind_name);
	if (i->section >= 0)
		set_field(figure, "section", Int32GetDatum(i->section));
	set_text(figure, "source", i->source);
	set_field(figure, "definition_version", Int32GetDatum(i->version));
	if (status <= KNOWN && i->kind != CHANGE)
	{
		status = base->status;
		reason = base->reason;
	}
	comparable = p->status == KNOWN && base->status == KNOWN && exact_is_known(p->exact) && exact_is_known(against);

	if (exact_is_known(p->exact))
	{
		words = value_words(i, p->exact, &problem);
		phrase = words;
	}
	if (comparable)
	{
		changed = change_words(i, i, p->exact, against);
		if (i->compared && words != NULL && words != i->zero_zh)
			phrase = psprintf("%s，%s", words, changed);
	}
	if (i->kind == CHANGE && p->status == KNOWN)
	{
		/* its words are of what changed */
		int			of = i->operands[0].indicator;
		const Point *now = point_at(w, of, window, member, false);
		const Point *then = base_of(w, of, window, member);

		words = phrase = changed = change_words(&w->indicators[of], i, now->exact, then->exact);
		state = numeric_sign_of(then->exact.numerator) != 0 ? "comparable" : numeric_sign_of(now->exact.numerator) != 0 ? "new" : "none";
	}
	else if (status != KNOWN)
		state = status_names[status];
	else
		state = !comparable || numeric_sign_of(against.numerator) != 0 ? "comparable" :
			numeric_sign_of(p->exact.numerator) != 0 ? "new" : "none";
	if (problem != NULL)
	{
		status = FAILED;
		state = status_names[FAILED];
		reason = (char *) problem;
	}
	set_text(figure, "state", state);
	set_text(figure, "reason", reason);
	set_text(figure, "base_kind", base->is_published ? "published_total" : w->first_published ? "first_published" : "restated");
	set_cover(w, figure, &p->cover, window);

	/* the numbers */
	if (exact_is_known(p->exact))
		set_numeric(figure, "value", i->kind == CHANGE ?
					stated_quotient(p->exact.numerator, p->exact.denominator, i->decimals, i->rounding, true) : exact_round(p->exact, VALUE_PLACES));
	set_numeric(figure, "numerator", p->numerator);
	set_numeric(figure, "denominator", p->denominator);
	if (p->counted != NULL)
	{
		if (p->counted->has_records)
			set_field(figure, "record_count", Int64GetDatum(p->records));
		set_numeric(figure, "record_checksum", p->checksum);
		set_text(figure, "answered_by", p->counted->answered_by);
	}
	if (p->days.start < p->days.end)
		set_field(made, "counted", period_datum(p->days));
	if (i->kind != CHANGE && base_window(window, &before))
	{
		const Point *counted = point_at(w, indicator, before, member, true);

		set_numeric(figure, "base_numerator", counted->numerator);
		set_numeric(figure, "base_denominator", counted->denominator);
	}
	if (exact_is_known(against))
	{
		set_numeric(figure, "base", exact_round(against, VALUE_PLACES));
		set_numeric(made, "base_exact", exact_numeric(against));
	}
	if (exact_is_known(p->exact))
		set_numeric(made, "exact", exact_numeric(p->exact));
	if (comparable && status != FAILED)
	{
		Exact		difference = exact_add(p->exact, against, true);
		int64		now;
		int64		then;

		set_numeric(figure, "change", exact_round(difference, VALUE_PLACES));
		if (numeric_sign_of(against.numerator) != 0 && !wording_is_percent(i->unit))
		{
			Exact		share = exact_divide(difference, against, int64_to_numeric(100));

			set_numeric(figure, "rate", stated_quotient(share.numerator, share.denominator, i->decimals, i->rounding, true));
		}
		if (i->tested && exact_count(p->exact, &now) && exact_count(against, &then))
			set_field(figure, "p_value", p_value(now, then));
	}
	if (status == FAILED)
		return;
	if (words != NULL)
	{
		char	   *part = qualifier(w, &p->cover, window);

		if (part != NULL && i->kind != CHANGE)
			words = phrase = psprintf("%s%s", words, part);
	}
	set_text(figure, "words", words);
	set_text(figure, "phrase", phrase);
	set_text(made, "change_words", changed);
}

/* Does a search find anything counted of a member in a window that an indicator is made of?  It comes by each once. */
static bool
finds_member(Work *w, int indicator, Period window, int member)
{
	Indicator  *i = &w->indicators[indicator];
	Key			key = key_of(indicator, window, member, false);
	const Counted *c = hash_search(w->counted, &key, HASH_FIND, NULL);
	bool		found = c != NULL && c->reason == NULL && i->kind != REPORTED;

	if (i->search == w->searches)
		return false;
	check_stack_depth();
	i->search = w->searches;
	for (int n = 0; n < i->operand_count && !found; n++)
		found = i->operands[n].indicator >= 0 && finds_member(w, i->operands[n].indicator, window, member);
	return found;
}

/* Is anything counted of a member in a window that an indicator is made of? */
static bool
has_member(Work *w, int indicator, Period window, int member)
{
	w->searches++;
	return finds_member(w, indicator, window, member);
}

static bool
is_needed(const Work *w, int indicator, Period window, int member)
{
	int			of = w->indicators[indicator].kind == REPORTED ? indicator : -1;

	for (int n = 0; n < w->needed_count; n++)
		if (w->needed[n].indicator == of && w->needed[n].member == member && w->needed[n].is_asked_for &&
			w->needed[n].window.start == window.start && w->needed[n].window.end == window.end)
			return true;
	return false;
}

/* ------------------------------------------------------------------ arguments and results */

/* What the next row tells of an indicator in force, a window and a member, to be filled in; NULL after the last. */
static Counted *
next_counted(Work *w, RowsIn *r, Indicator **sorted, bool of_members)
{
	while (next_row(r))
	{
		int			indicator = find_indicator(w, sorted, row_text(r, "code"));
		char	   *member = row_text(r, "member");
		Period		window;
		Counted    *c;
		Key			key;

		if (indicator < 0 || (of_members && member == NULL) || !window_field(r, &window))
			continue;
		key = key_of(indicator, window, find_member(w, member), false);
		c = hash_search(w->counted, &key, HASH_ENTER, NULL);
		memset((char *) c + sizeof(Key), 0, sizeof(Counted) - sizeof(Key));
		return c;
	}
	return NULL;
}

static void
read_counted(Work *w, RowsIn *r, Indicator **sorted)
{
	Counted    *c;

	while ((c = next_counted(w, r, sorted, false)) != NULL)
	{
		Datum		value;

		c->numerator = row_numeric(r, "numerator");
		c->denominator = row_numeric(r, "denominator");
		c->has_records = row_field(r, "record_count", &value);
		c->records = c->has_records ? DatumGetInt64(value) : 0;
		c->checksum = row_numeric(r, "record_checksum");
		c->answered_by = row_text(r, "answered_by");
		c->reason = row_text(r, "reason");
	}
}

static void
read_sent(Work *w, RowsIn *r, Indicator **sorted)
{
	Counted    *c;

	while ((c = next_counted(w, r, sorted, true)) != NULL)
	{
		c->numerator = row_numeric(r, "value");
		c->reason = row_text(r, "reason");
	}
}

static int
by_indicator_and_day(const void *a, const void *b)
{
	const Coverage *x = a;
	const Coverage *y = b;

	if (x->indicator != y->indicator)
		return x->indicator < y->indicator ? -1 : 1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static void
read_coverage(Work *w, RowsIn *r, Indicator **sorted)
{
	int			count = 0;

	w->coverage = palloc0(sizeof(Coverage) * (r->count + 1));
	while (next_row(r))
	{
		Coverage   *c = &w->coverage[count];
		Datum		since;
		Datum		through;

		c->indicator = find_indicator(w, sorted, row_text(r, "code"));
		if (c->indicator < 0 || !row_field(r, "since", &since) || !row_field(r, "through", &through))
			continue;
		c->area = find_member(w, row_text(r, "area_code"));
		c->first = Max(DatumGetDateADT(since), DAY_FIRST);
		c->after = Min(DatumGetDateADT(through), DAY_LAST) + 1;
		c->declared = row_bool(r, "declared");
		count++;
	}
	qsort(w->coverage, count, sizeof(Coverage), by_indicator_and_day);
	for (int n = count - 1; n >= 0; n--)
	{
		w->indicators[w->coverage[n].indicator].coverage = n;
		w->indicators[w->coverage[n].indicator].coverage_count++;
	}
}

static void
read_needed(Work *w, RowsIn *r, Indicator **sorted)
{
	w->needed = palloc0(sizeof(Member) * (r->count + 1));
	while (next_row(r))
	{
		Member	   *m = &w->needed[w->needed_count];
		char	   *code = row_text(r, "code");
		char	   *dimension;

		m->indicator = find_indicator(w, sorted, code);
		m->member = find_member(w, row_text(r, "member"));
		if ((code != NULL && m->indicator < 0) || m->member == ANY_MEMBER || !window_field(r, &m->window))
			continue;
		dimension = row_text(r, "dimension");
		m->is_asked_for = w->by != NULL && dimension != NULL && strcmp(w->by, dimension) == 0;
		m->open_days = row_int(r, "open_days", 0);
		m->open_alone = row_int(r, "open_alone", 0);
		if (w->member_names[m->member] == NULL)
			w->member_names[m->member] = row_text(r, "name_zh");
		w->needed_count++;
	}
}

static void
read_given(Work *w, RowsIn *r, Indicator **sorted)
{
	while (next_row(r))
	{
		int			indicator = find_indicator(w, sorted, row_text(r, "code"));
		Period		window;
		Key			key;
		Numeric		value = row_numeric(r, "value");

		if (indicator < 0 || value == NULL || !is_fit(value) || !window_field(r, &window))
			continue;
		key = key_of(indicator, window, find_member(w, row_text(r, "member")), !w->first_published);
		((Given *) hash_search(w->given, &key, HASH_ENTER, NULL))->value = value;
	}
}

static void
read_breaks(Work *w, RowsIn *r, Indicator **sorted)
{
	while (next_row(r))
	{
		int			indicator = find_indicator(w, sorted, row_text(r, "code"));
		Period		window;
		Key			key;

		if (indicator < 0 || !window_field(r, &window))
			continue;
		key = key_of(indicator, window, ANY_MEMBER, false);
		((Break *) hash_search(w->breaks, &key, HASH_ENTER, NULL))->reason = row_text(r, "reason");
	}
}

/* ------------------------------------------------------------------ what figures need */

/* Add what an indicator needs in a window: itself, if it is counted, sent, or held against a series, and its operands. */
static void
add_needs(Work *w, int indicator, Period window, HTAB *found, RowsOut *out)
{
	Indicator  *i = &w->indicators[indicator];
	Key			key = key_of(indicator, window, ANY_MEMBER, false);
	Period		base;
	bool		known;

	if (i->visiting)
		return;
	hash_search(found, &key, HASH_ENTER, &known);
	if (known)
		return;
	check_stack_depth();
	if (i->kind <= REPORTED || i->kind == RATE)
	{
		Datum		values[] = {CStringGetTextDatum(i->code), period_datum(window)};
		bool		nulls[] = {false, false};

		put_row(out, values, nulls);
	}
	i->visiting = true;
	for (int n = 0; n < i->operand_count; n++)
	{
		if (i->operands[n].indicator < 0)
			continue;
		add_needs(w, i->operands[n].indicator, window, found, out);
		if (i->kind == CHANGE && base_window(window, &base))
			add_needs(w, i->operands[n].indicator, base, found, out);
	}
	i->visiting = false;
}

/*
 * _figure_needs(indicators, requests): what must be counted for some figures and their
 * bases: indicators and windows, each once.  A code that there is none of is left out.
 */
PG_FUNCTION_INFO_V1(emgov_figure_needs);
Datum
emgov_figure_needs(PG_FUNCTION_ARGS)
{
	Work		w = {0};
	RowsOut    *out = begin_rows(fcinfo);
	Indicator **sorted = read_indicators(&w, fcinfo, 0);
	RowsIn		requests = rows_arg(fcinfo, 1);
	HTAB	   *found = make_table("emgov figure needs", sizeof(Key));

	while (next_row(&requests))
	{
		int			indicator = find_indicator(&w, sorted, row_text(&requests, "code"));
		Period		window;
		Period		base;

		if (indicator < 0 || !period_field(&requests, "period", &window))
			continue;
		add_needs(&w, indicator, window, found, out);
		if (w.indicators[indicator].kind != CHANGE && base_window(window, &base))
			add_needs(&w, indicator, base, found, out);
	}
	return (Datum) 0;
}

/* ------------------------------------------------------------------ the figures */

/* Put a figure into the result. */
static void
put_figure(Work *w, const char *code, int indicator, Period window, int member, RowMade *figure, RowMade *made, RowsOut *out)
{
	empty_row(figure);
	empty_row(made);
	set_text(figure, "code", code);
	set_field(figure, "starts_on", DateADTGetDatum(window.start));
	set_field(figure, "ends_on", DateADTGetDatum(window.end));
	if (member != ANY_MEMBER)
	{
		set_text(figure, "member", w->members[member]);
		set_text(figure, "member_name", member_name(w, member));
	}
	if (indicator < 0)
	{
		set_text(figure, "state", status_names[FAILED]);
		set_text(figure, "reason", psprintf("there is no indicator \"%s\" in force", clipped(code)));
	}
	else
		make_figure(w, indicator, window, member, figure, made);
	set_field(made, "figure", HeapTupleGetDatum(heap_form_tuple(figure->desc, figure->values, figure->nulls)));
	put_row(out, made->values, made->nulls);
}

/*
 * _make_figures(indicators, requests, parts, sent, coverage, needed, given, base, by):
 * the figures of some indicators in some periods, in the order of the requests, the total
 * before the members; as emgov.figure_made.
 *
 * parts: what was counted; sent: what members reported; coverage: the days that the
 * sources of indicators cover; needed: the members whose data a window needs; given:
 * bases that are not counted, first published where base says so; breaks: windows that are
 * not compared.  by is NULL unless
 * figures of members are asked for.
 */
PG_FUNCTION_INFO_V1(emgov_make_figures);
Datum
emgov_make_figures(PG_FUNCTION_ARGS)
{
	Work		w = {0};
	RowsOut    *out = begin_rows(fcinfo);
	Indicator **sorted = read_indicators(&w, fcinfo, 0);
	RowsIn		requests = rows_arg(fcinfo, 1);
	RowsIn		parts = rows_arg(fcinfo, 2);
	RowsIn		sent = rows_arg(fcinfo, 3);
	RowsIn		coverage = rows_arg(fcinfo, 4);
	RowsIn		needed = rows_arg(fcinfo, 5);
	RowsIn		given = rows_arg(fcinfo, 6);
	RowsIn		breaks = rows_arg(fcinfo, 7);
	RowsIn	   *with_members[] = {&parts, &sent, &coverage, &needed, &given};
	const char *const columns[] = {"member", "member", "area_code", "member", "member"};
	char	   *base = PG_ARGISNULL(8) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(8));
	RowMade		made = begin_row(rows_descriptor(out));
	RowMade		figure;

	w.by = PG_ARGISNULL(9) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(9));
	w.first_published = base != NULL && strcmp(base, "first_published") == 0;
	w.counted = make_table("emgov counted", sizeof(Counted));
	w.given = make_table("emgov given bases", sizeof(Given));
	w.breaks = make_table("emgov breaks", sizeof(Break));
	w.points = make_table("emgov points", sizeof(Point));
	gather_members(&w, with_members, columns, lengthof(with_members));
	read_counted(&w, &parts, sorted);
	read_sent(&w, &sent, sorted);
	read_coverage(&w, &coverage, sorted);
	read_needed(&w, &needed, sorted);
	read_given(&w, &given, sorted);
	read_breaks(&w, &breaks, sorted);
	figure = begin_row(lookup_rowtype_tupdesc_copy(TupleDescAttr(made.desc, 0)->atttypid, -1));

	while (next_row(&requests))
	{
		char	   *code = row_text(&requests, "code");
		int			indicator = find_indicator(&w, sorted, code);
		Period		window;
		Period		before;
		bool		has_base;

		if (code == NULL || !period_field(&requests, "period", &window))
			continue;
		CHECK_FOR_INTERRUPTS();
		put_figure(&w, code, indicator, window, ANY_MEMBER, &figure, &made, out);
		has_base = base_window(window, &before);
		for (int member = 0; w.by != NULL && indicator >= 0 && member < w.member_count; member++)
			if (is_needed(&w, indicator, window, member) || has_member(&w, indicator, window, member) ||
				(has_base && has_member(&w, indicator, before, member)))
				put_figure(&w, code, indicator, window, member, &figure, &made, out);
	}
	return (Datum) 0;
}
