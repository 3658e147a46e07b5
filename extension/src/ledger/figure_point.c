/*
 * figure_point.c
 *		Points: what an indicator comes to in a window, and in the base of one.
 *
 * A point of an indicator that is derived from others is made of their points, whatever
 * these are derived from.  Each is made once.  Nothing here raises an error over a
 * definition or a number: such a point is failed or undefined, and says why.
 */
#include "postgres.h"
#include "compat.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "kernel/phrase.h"
#include "kernel/rate.h"
#include "ledger/figure.h"

const char *const status_names[] = {
	"known", "no_base", "not_published", "not_comparable", "part_period", "part_members", "unversioned", "no_data", "undefined", "failed"
};

/* ------------------------------------------------------------------ what a figure can hold */

/* Can a figure hold it?  No NaN, no infinity, and not more than 18 digits before the point. */
bool
is_fit(Numeric value)
{
	if (value == NULL)
		return true;
	if (numeric_is_nan(value) || numeric_is_inf(value))
		return false;
	return numeric_order(DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(value))), power_of_ten(18)) < 0;
}

static bool
is_fit_quotient(Exact x)
{
	return !exact_is_known(x) ||
		numeric_order(DatumGetNumeric(DirectFunctionCall1(numeric_abs, NumericGetDatum(x.numerator))),
					  numeric_apply(numeric_mul, x.denominator, power_of_ten(18))) < 0;
}
HTAB *
make_table(const char *name, Size entry)
{
	HASHCTL		control = {.keysize = sizeof(Key), .entrysize = entry, .hcxt = CurrentMemoryContext};

	return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

Key
key_of(int indicator, Period window, int member, bool is_base)
{
	return (Key) {indicator, window.start, window.end, member, is_base, 0};
}
/* ------------------------------------------------------------------ points */


/* Make it worse: a status, and why, unless it is as bad already. */
void
worsen(Point *p, Status status, char *reason)
{
	if (status > p->status)
	{
		p->status = status;
		p->reason = reason;
	}
	if (status >= UNVERSIONED)
		p->exact = EXACT_UNKNOWN;
}

/* What is wrong with a point is wrong with all that is derived from it. */
static void
worsen_by(Point *p, const Operand *operand, Status status, const char *reason)
{
	if (status != KNOWN)
		worsen(p, status, psprintf("%s: %s", operand->code, reason != NULL ? reason : status_names[status]));
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
		int			missing = codes_of(w, lfirst_int(cell)).code[w->area_place];
		const Counted *c = find_counted(w, p->key.indicator, counted, member_with(w, p->key.member, w->area_place, missing));

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

/* Records that name no area may be of any: what was counted of one is not known to be all of it. */
static void
note_unsaid(Work *w, Point *p, Period counted, int unsaid)
{
	const Counted *c = find_counted(w, p->key.indicator, counted, member_with(w, p->key.member, w->area_place, unsaid));

	if (c == NULL || c->reason != NULL || (c->records == 0 && is_nothing(c->numerator) && is_nothing(c->denominator)))
		return;
	p->but_unsaid = p->status == KNOWN;
	worsen(p, PART_MEMBERS, c->has_records ? psprintf("records that name no area are not among it: %lld", (long long) c->records) :
		   "records that name no area are not among it");
	p->cover.missing = lappend_int(p->cover.missing, member_with(w, ANY_MEMBER, w->area_place, unsaid));
}

/* What was counted from a source. */
static void
count_point(Work *w, Point *p)
{
	Indicator  *i = &w->indicators[p->key.indicator];
	Period		window = {p->key.start, p->key.end};
	int			member = p->key.member;
	MemberCodes codes = codes_of(w, member);
	int			unsaid = find_code(w, "");
	int			area = area_of(w, member);
	Period		days = days_of_member(w, i, window, member);
	const Counted *total = find_counted(w, p->key.indicator, window, ANY_MEMBER);
	const Counted *c = total;
	Cover		whole;
	Period		counted = window;
	Status		status;
	bool		defined = true;

	/* where it cannot be told by members, the row of no member says so */
	for (int place = 0; place < N_SPLITS && unsaid >= 0; place++)
	{
		const Counted *none = codes.code[place] < 0 ? NULL :
			find_counted(w, p->key.indicator, window, member_with(w, ANY_MEMBER, place, unsaid));

		if (total != NULL && total->reason == NULL && none != NULL && none->reason != NULL)
			total = none;
	}
	if (member != ANY_MEMBER)
		c = find_counted(w, p->key.indicator, window, member);
	if (total != NULL && total->reason != NULL)
	{
		worsen(p, FAILED, total->reason);
		return;
	}
	whole = cover_of(w, p->key.indicator, window, window, area);
	p->cover = days.start == window.start && days.end == window.end ? whole : cover_of(w, p->key.indicator, window, days, area);
	status = cover_status(&p->cover);
	worsen(p, status, cover_reason(w, &p->cover, status));
	if (status == WITHOUT_DATA)
		return;
	if (total == NULL)
	{
		worsen(p, UNVERSIONED, "its source keeps no versions");
		return;
	}
	/* as far as it is known, if that was counted */
	if (whole.days < window.end - window.start && whole.span.start < whole.span.end &&
		find_counted(w, p->key.indicator, whole.span, ANY_MEMBER) != NULL)
	{
		counted = whole.span;
		c = find_counted(w, p->key.indicator, counted, member);
	}
	p->counted = c;
	p->records = c != NULL ? c->records : 0;
	p->checksum = c != NULL ? c->checksum : NULL;
	p->days = counted;
	p->numerator = c != NULL ? c->numerator : i->kind == LARGEST ? NULL : int64_to_numeric(0);
	p->denominator = c != NULL ? c->denominator : i->kind >= MEAN && i->kind <= PLANNED ? int64_to_numeric(0) : NULL;
	if (area < 0 && !leave_out_missing(w, p, counted))
		return;
	if (area >= 0 && area != unsaid && unsaid >= 0)
		note_unsaid(w, p, counted, unsaid);
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

/* Do members of the dimension in a place (-1: of any) have to send an indicator of a window? */
bool
is_sent_by(const Work *w, int indicator, Period window, int place)
{
	for (int n = 0; n < w->needed_count; n++)
		if (w->needed[n].indicator == indicator && (place < 0 || w->needed[n].place == place) &&
			w->needed[n].window.start == window.start && w->needed[n].window.end == window.end)
			return true;
	return false;
}

/* What members have sent, one or all. */
static void
report_point(Work *w, Point *p)
{
	Period		window = {p->key.start, p->key.end};
	MemberCodes codes = codes_of(w, p->key.member);
	Period		counted = window;
	int			present = 0;
	char	   *nobody = "nobody has sent it";
	Status		status;

	p->cover.asked = window;
	for (int place = 1; place < N_SPLITS; place++)
		if (codes.code[place] >= 0 && is_sent_by(w, p->key.indicator, window, -1) && !is_sent_by(w, p->key.indicator, window, place))
		{
			worsen(p, FAILED, psprintf("what is reported of it is not by %s", w->dimensions[place] == NULL ? "that" : w->dimensions[place]));
			return;
		}
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
			worsen(p, FAILED, psprintf("%s: %s", w->codes[m->code], c->reason));
			return;
		}
		if (c == NULL || c->numerator == NULL || (m->is_cut && m->open_alone >= window.end - window.start))
		{
			if (p->key.member != ANY_MEMBER && c != NULL && c->numerator != NULL)
				nobody = "not all that became it have sent it";
			if (p->key.member == ANY_MEMBER)
				p->cover.missing = lappend_int(p->cover.missing, m->member);
			continue;
		}
		present++;
		p->cover.days = p->key.member == ANY_MEMBER ? m->all_days : window.end - window.start - m->open_alone;
		p->cover.span = p->key.member == ANY_MEMBER ? m->all_in : m->alone_in;
		p->cover.is_mixed = p->key.member == ANY_MEMBER ? m->is_mixed : m->is_cut && m->alone_in.start >= m->alone_in.end;
		if ((p->key.member == ANY_MEMBER || m->is_cut) && p->cover.span.start < p->cover.span.end)
		{
			/* what some sent of later days is not of all */
			counted = p->cover.span;
			key = key_of(p->key.indicator, counted, m->member, false);
			c = hash_search(w->counted, &key, HASH_FIND, NULL);
		}
		if (c != NULL && c->numerator != NULL)
			p->numerator = p->numerator == NULL ? c->numerator : numeric_apply(numeric_add, p->numerator, c->numerator);
	}
	p->days = counted;
	status = present == 0 ? WITHOUT_DATA : cover_status(&p->cover);
	worsen(p, status, status == WITHOUT_DATA ? (present == 0 ? nobody : "no day of it was sent by all who sent any") :
		   status != PART_PERIOD ? cover_reason(w, &p->cover, status) :
		   p->cover.is_mixed ? psprintf("sent of different days: by all of %d", p->cover.days) :
		   p->cover.span.start < p->cover.span.end ? psprintf("sent of %s to %s", day_text(p->cover.span.start), day_text(p->cover.span.end - 1)) :
		   psprintf("sent of %d days of it", p->cover.days));
	if (status == WITHOUT_DATA)
		return;
	leave_out_unfit(p);
	if (p->status < UNVERSIONED)
		p->exact = exact_whole(p->numerator);
}

/* All that is known of such a change; there are words for it, but nothing can be made of it. */
char *const no_percentage = "a change from 0, or below 0, has no percentage";

/*
 * What is known in part of some days is not to be put together with what is of others: then the points of the
 * days that all are known of, of which all was counted.  False if there are none such.
 */
static bool
points_of_common_days(Work *w, Point *p, const Point **points)
{
	Indicator  *i = &w->indicators[p->key.indicator];
	bool		differ = false;

	for (int n = 0; n < i->operand_count; n++)
		differ |= exact_is_known(points[n]->exact) && (points[n]->cover.span.start != p->cover.span.start || points[n]->cover.span.end != p->cover.span.end);
	if (!differ || p->status >= UNVERSIONED || p->cover.days >= p->cover.asked.end - p->cover.asked.start)
		return true;
	if (p->cover.span.start >= p->cover.span.end)
		return false;
	for (int n = 0; n < i->operand_count; n++)
	{
		if (points[n]->cover.span.start == p->cover.span.start && points[n]->cover.span.end == p->cover.span.end)
			continue;
		points[n] = point_at(w, i->operands[n].indicator, p->cover.span, p->key.member, p->key.is_base, w->indicators[i->operands[n].indicator].comparator);
		if (!exact_is_known(points[n]->exact) || (points[n]->status != KNOWN && points[n]->status != PART_MEMBERS))
			return false;
	}
	p->days = p->cover.span;
	return true;
}

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
		points[n] = point_at(w, o->indicator, (Period) {p->key.start, p->key.end}, p->key.member, p->key.is_base,
							 w->indicators[o->indicator].comparator);
		worsen_by(p, o, points[n]->status, points[n]->reason);
		if (points[n]->status == KNOWN && !exact_is_known(points[n]->exact))
			worsen(p, UNDEFINED, psprintf("%s: %s", o->code, no_percentage));
		add_cover(&p->cover, &points[n]->cover, n == 0);
		known &= exact_is_known(points[n]->exact);
	}
	if (known && i->operand_count > 1 && !points_of_common_days(w, p, points))
		worsen(p, UNDEFINED, "what it is made of is known of different days");
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
		worsen(p, WITHOUT_DATA, "its series has no value for this period");
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
	Base		base;
	bool		known = operand_points(w, p, points);
	Exact		divisor = EXACT_UNKNOWN;
	Exact		dividend = EXACT_UNKNOWN;

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
			base = base_of(w, i->operands[0].indicator, (Period) {p->key.start, p->key.end}, p->key.member, p->key.comparator);
			divisor = base.exact;
			if (p->status == KNOWN)
				worsen_by(p, &i->operands[0], base.status, base.reason);
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
	if (i->kind == CHANGE)
	{
		/* there are words for any, but not a percentage */
		if (numeric_sign_of(divisor.numerator) <= 0 || numeric_sign_of(dividend.numerator) < 0)
			return;
		dividend = exact_add(dividend, divisor, true);
	}
	else if (numeric_sign_of(divisor.numerator) == 0)
	{
		worsen(p, UNDEFINED, "nothing to be divided by");
		return;
	}
	p->exact = exact_divide(dividend, divisor, i->kind == CHANGE || i->kind == REDUCTION ? int64_to_numeric(100) : i->per);
}

/*
 * What an indicator comes to in a window; is_base: as a base, for which a total that was
 * published stands in where not all is known; comparator: by which a change changed.
 */
const Point *
point_at(Work *w, int indicator, Period window, int member, bool is_base, int comparator)
{
	Key			key = key_of(indicator, window, member, is_base);
	Indicator  *i = &w->indicators[indicator];
	Key			as_given = key;
	Point	   *p;
	Point		point = {0};
	const Given *given;

	if (i->kind == CHANGE)
		key.comparator = comparator;
	point.key = key;
	p = hash_search(w->points, &key, HASH_FIND, NULL);
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
	if (is_base && point.status != KNOWN && (given = hash_search(w->given, &as_given, HASH_FIND, NULL)) != NULL)
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
