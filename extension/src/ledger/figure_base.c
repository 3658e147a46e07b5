/*
 * figure_base.c
 *		Comparators, and what a point is held against by one.
 *
 * A base is what an indicator comes to in another window, or the mean of what it comes to
 * in several.  Which these are a comparator says; where there are none, or one of them has
 * no value, there is no base, and a reason.
 */
#include "postgres.h"
#include "compat.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "kernel/rate.h"
#include "ledger/figure.h"

static const char *const kind_names[] = {"year_earlier", "previous", "years_earlier", "mean_of_years", "fixed"};

/* ------------------------------------------------------------------ comparators */

/* Read argument argno, an array of emgov_internal.comparator. */
void
read_comparators(Work *w, FunctionCallInfo fcinfo, int argno)
{
	RowsIn		r = rows_arg(fcinfo, argno);

	w->comparators = palloc0(sizeof(Comparator) * (r.count + 1));
	while (next_row(&r))
	{
		Comparator *c = &w->comparators[w->comparator_count];
		int			kind = find_name(kind_names, lengthof(kind_names), row_text(&r, "kind"));
		Datum		first;
		Datum		after;

		c->code = row_text(&r, "code");
		if (c->code == NULL || kind < 0)
			continue;
		c->kind = kind;
		c->n = row_int(&r, "n", 0);
		if (row_field(&r, "starts_on", &first) && row_field(&r, "ends_on", &after))
		{
			c->fixed = (Period) {DatumGetDateADT(first), DatumGetDateADT(after)};
			if (c->fixed.start < DAY_FIRST || c->fixed.end > DAY_LAST)
				continue;
		}
		c->words[WORDING_CHINESE] = row_text(&r, "words_zh");
		c->words[WORDING_ENGLISH] = row_text(&r, "words_en");
		c->base_names[WORDING_CHINESE] = row_text(&r, "base_zh");
		c->base_names[WORDING_ENGLISH] = row_text(&r, "base_en");
		c->across_regimes = row_bool(&r, "across_regimes");
		w->comparator_count++;
	}
}

/* The place of a comparator; of one that there is none of, a place that says so. */
int
find_comparator(Work *w, const char *code)
{
	for (int n = 0; n < w->comparator_count; n++)
		if (strcmp(w->comparators[n].code, code) == 0)
			return n;
	w->comparators = repalloc(w->comparators, sizeof(Comparator) * (w->comparator_count + 1));
	w->comparators[w->comparator_count] = (Comparator) {.code = pstrdup(code), .kind = NO_COMPARATOR};
	return w->comparator_count++;
}

/* A day in a reason, whatever the session's settings. */
char *
day_text(int32 day)
{
	CivilDate	d = civil_from_day(day);

	return psprintf("%04d-%02d-%02d", d.year, d.month, d.day);
}

/* A period in a reason. */
static char *
window_text(Period p)
{
	return p.end - p.start == 1 ? day_text(p.start) : psprintf("%s to %s", day_text(p.start), day_text(p.end - 1));
}

/* Are two periods as long as one another: of as many whole months, or else of as many days? */
static bool
same_length(Period a, Period b)
{
	int64_t		months_a;
	int64_t		months_b;
	bool		whole_a = period_months(a, &months_a);
	bool		whole_b = period_months(b, &months_b);

	return whole_a && whole_b ? months_a == months_b : whole_a == whole_b && a.end - a.start == b.end - b.start;
}

/* The same period some years earlier; 0 and the reason if there is none. */
static int
years_earlier(Period window, int years, Period *base, char **reason)
{
	if (period_years_earlier(window, years, base) && base->start < base->end)
		return 1;
	*reason = years == 1 ? "there is no such day a year earlier" : psprintf("there is no such day %d years earlier", years);
	return 0;
}

/*
 * The windows whose mean a window is held against, BASES_MAX at most; 0 and the reason if
 * there are none.  any_length: what is compared does not depend on how long they are.
 */
int
base_windows(const Work *w, int comparator, Period window, bool any_length, Period *bases, char **reason)
{
	const Comparator *c = &w->comparators[comparator];

	switch (c->kind)
	{
		case YEAR_EARLIER:
			return years_earlier(window, 1, bases, reason);
		case YEARS_EARLIER:
			return years_earlier(window, c->n, bases, reason);
		case MEAN_OF_YEARS:
			if (c->n < 1)
				break;
			for (int n = 0; n < Min(c->n, BASES_MAX); n++)
				if (years_earlier(window, n + 1, &bases[n], reason) == 0)
					return 0;
			return Min(c->n, BASES_MAX);
		case PREVIOUS:
			if (period_preceding(window, bases))
				return 1;
			*reason = psprintf("%s has no period before it that it is compared with", window_text(window));
			return 0;
		case FIXED:
			*bases = c->fixed;
			if (c->fixed.start >= c->fixed.end &&
				years_earlier(window, civil_from_day(window.end - 1).year - c->n, bases, reason) == 0)
			{
				*reason = psprintf("there is no such day in %d", c->n);
				return 0;
			}
			if (bases->start == window.start && bases->end == window.end)
			{
				*reason = "it is itself what others are compared with";
				return 0;
			}
			if (!any_length && c->fixed.start < c->fixed.end && !same_length(window, *bases))
			{
				*reason = psprintf("%s is not as long as %s", window_text(window), window_text(*bases));
				return 0;
			}
			return 1;
		case NO_COMPARATOR:
			break;
	}
	*reason = psprintf("there is no comparator \"%s\" in force", clipped(c->code));
	return 0;
}

/* ------------------------------------------------------------------ regimes */

static int
by_name(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

static List *
add_names(List *names, const List *more)
{
	ListCell   *cell;

	foreach(cell, more)
	{
		ListCell   *known;

		foreach(known, names)
			if (strcmp(lfirst(known), lfirst(cell)) == 0)
				break;
		if (known == NULL)
			names = lappend(names, lfirst(cell));
	}
	return names;
}

static char *
name_list(List *names)
{
	StringInfoData text;
	ListCell   *cell;

	list_sort(names, by_name);
	initStringInfo(&text);
	foreach(cell, names)
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", (char *) lfirst(cell));
	return text.data;
}

static List *
regimes_of(const Work *w, int indicator, Period window)
{
	Key			key = key_of(indicator, window, ANY_MEMBER, false);
	Regimes    *regimes = hash_search(w->regimes, &key, HASH_FIND, NULL);

	return regimes == NULL ? NIL : regimes->names;
}

/* Why what an indicator is counted from in a window and in others is not one thing, by anything that it is made of; NULL: it is. */
static char *
break_of(Work *w, int indicator, Period window, const Period *bases, int count, const char *base_name)
{
	Indicator  *i = &w->indicators[indicator];
	List	   *now = regimes_of(w, indicator, window);
	List	   *then = NIL;
	char	   *reason = NULL;

	if (i->visiting)
		return NULL;
	check_stack_depth();
	for (int n = 0; n < count; n++)
		then = add_names(then, regimes_of(w, indicator, bases[n]));
	if (now != NIL && then != NIL && list_length(add_names(list_copy(now), then)) > 1)
		return psprintf("counted by regime %s, and %s by %s", name_list(list_copy(now)), base_name, name_list(then));
	i->visiting = true;
	for (int n = 0; n < i->operand_count && reason == NULL; n++)
		if (i->operands[n].indicator >= 0)
			reason = break_of(w, i->operands[n].indicator, window, bases, count, base_name);
	i->visiting = false;
	return reason;
}

/* ------------------------------------------------------------------ bases */

/* As it was first published for one window. */
static const Point *
published_point(Work *w, int indicator, Period window, int member)
{
	Key			key = key_of(indicator, window, member, false);
	const Given *given = hash_search(w->given, &key, HASH_FIND, NULL);
	Point	   *p = palloc0(sizeof(Point));

	if (given != NULL && given->lacks == NULL)
		p->exact = exact_whole(given->value);
	else if (given != NULL)
	{
		/* of which part does not matter here */
		p->status = PART_MEMBERS;
		p->reason = given->lacks;
	}
	else
	{
		p->status = NOT_PUBLISHED;
		p->reason = psprintf("%s was not published", window_text(window));
	}
	return p;
}

/* What is counted adds up over windows, as long as all of them have it. */
static Numeric
sum_of(Numeric sum, Numeric more, bool first)
{
	return first ? more : sum == NULL || more == NULL ? NULL : numeric_apply(numeric_add, sum, more);
}

/* What an indicator's point in a window is held against. */
Base
base_of(Work *w, int indicator, Period window, int member, int comparator)
{
	const Indicator *i = &w->indicators[indicator];
	Base		base = {.status = NO_BASE};
	Period		windows[BASES_MAX];
	int			own = i->comparator;	/* of what was a change itself */
	char	   *unsaid = NULL;
	char	   *broken;

	base.windows = base_windows(w, comparator, window, i->any_length, windows, &base.reason);
	if (base.windows == 0)
		return base;
	for (int n = 0; n < base.windows; n++)
	{
		const Point *counted = point_at(w, indicator, windows[n], member, true, own);
		const Point *p = w->first_published ? published_point(w, indicator, windows[n], member) : counted;

		base.days += windows[n].end - windows[n].start;
		base.numerator = sum_of(base.numerator, counted->numerator, n == 0);
		base.denominator = sum_of(base.denominator, counted->denominator, n == 0);
		base.is_published |= p->is_published;
		if ((p->status == KNOWN || p->but_unsaid) && exact_is_known(p->exact))
		{
			if (base.reason == NULL && !exact_is_long(base.total))
				base.total = n == 0 ? p->exact : exact_add(base.total, p->exact, false);
			if (p->but_unsaid && unsaid == NULL)
				unsaid = psprintf("base: %s", p->reason);
		}
		else if (base.reason == NULL)
		{
			base.status = p->status == NOT_PUBLISHED ? NOT_PUBLISHED : NO_BASE;
			base.reason = p->status == NOT_PUBLISHED ? p->reason :
				psprintf("base: %s%s%s", base.windows > 1 ? window_text(windows[n]) : "", base.windows > 1 ? ": " : "",
						 p->status == KNOWN ? no_percentage : p->reason != NULL ? p->reason : status_names[p->status]);
		}
	}
	if (base.reason == NULL && exact_is_long(base.total))
		base.reason = "base: its exact quotient has more than a thousand digits";
	if (base.reason != NULL)
	{
		base.total = EXACT_UNKNOWN;
		return base;
	}
	base.status = KNOWN;
	base.exact = base.windows == 1 ? base.total : exact_divide(base.total, exact_whole(int64_to_numeric(base.windows)), int64_to_numeric(1));
	if (unsaid != NULL)
	{
		/* it is given, as the value is, and not compared */
		base.status = NO_BASE;
		base.reason = unsaid;
		return base;
	}
	broken = hash_get_num_entries(w->regimes) == 0 ? NULL :
		break_of(w, indicator, window, windows, base.windows, w->comparators[comparator].kind == YEAR_EARLIER ? "a year earlier" : "its base");
	if (broken != NULL && w->comparators[comparator].across_regimes)
		base.across = broken;
	else if (broken != NULL)
	{
		base.status = NOT_COMPARABLE;
		base.reason = broken;
	}
	/* whole months are compared with whole months, whatever their days */
	if (w->comparators[comparator].kind == PREVIOUS && base.days < window.end - window.start && civil_from_day(window.end).day != 1)
		base.shorter = psprintf("%s has %d days, %s %d", window_text(*windows), base.days, window_text(window), window.end - window.start);
	return base;
}

/*
 * How much longer a window was watched than its base: the same calendar period of another
 * year counts as one, whatever its days; a period before, or a fixed one, by its days.
 */
double
base_exposure(const Work *w, int comparator, Period window, const Base *base)
{
	const Comparator *c = &w->comparators[comparator];
	bool		by_days = c->kind == PREVIOUS || (c->kind == FIXED && c->fixed.start < c->fixed.end);

	return by_days ? (double) (window.end - window.start) / base->days : 1.0 / base->windows;
}
