/*
 * figure_cover.c
 *		What is known of a window: the days that its source covers, and the members that have sent.
 */
#include "postgres.h"
#include "compat.h"

#include "lib/stringinfo.h"

#include "ledger/figure.h"

/* ------------------------------------------------------------------ what is covered */

/* The days of a window within some rows of coverage, which ascend: those of one area, or of all. */
static Cover
days_covered(const Work *w, const Indicator *i, Period window, int area)
{
	Cover		cover = {.asked = window};
	int32		end = window.start;

	for (int n = i->coverage; n < i->coverage + i->coverage_count; n++)
	{
		const Coverage *c = &w->coverage[n];
		int32		first = Max(Max(c->first, window.start), end);
		int32		after = Min(c->after, window.end);

		if (c->area == area && c->after == c->first)
			cover.is_unreached |= !c->declared;
		if (c->area != area || c->after == c->first)
			continue;
		*(c->declared ? &cover.any_declared : &cover.any_undeclared) = true;
		/* what comes after a gap is not of days in a row */
		if (first >= after || (cover.days > 0 && first != cover.span.end))
			continue;
		if (cover.days == 0)
			cover.span.start = first;
		cover.span.end = after;
		cover.days += after - first;
		end = after;
	}
	return cover;
}

/* Does an indicator's source say anything of an area by itself, or (-1) of any? */
static bool
says_of_area(const Work *w, const Indicator *i, int area)
{
	for (int n = i->coverage; n < i->coverage + i->coverage_count; n++)
		if (area < 0 ? w->coverage[n].area >= 0 : w->coverage[n].area == area)
			return true;
	return false;
}

/* Does it say anything of all areas at once? */
static bool
says_of_all(const Work *w, const Indicator *i)
{
	for (int n = i->coverage; n < i->coverage + i->coverage_count; n++)
		if (w->coverage[n].area < 0)
			return true;
	return false;
}

/* The last day is what a stock needs: where it is covered, so is the window. */
static Cover
cover_of_area(const Work *w, const Indicator *i, Period window, int area)
{
	Cover		cover;

	if (area >= 0 && !says_of_area(w, i, area))
		area = -1;
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
void
add_cover(Cover *all, const Cover *one, bool first)
{
	all->any_declared |= one->any_declared;
	all->any_undeclared |= one->any_undeclared;
	all->is_mixed |= one->is_mixed;
	all->missing = list_concat_unique_int(all->missing, one->missing);
	all->unreached = list_concat_unique_int(all->unreached, one->unreached);
	all->is_unreached |= one->is_unreached;
	all->span = first ? one->span : common_span(all->span, one->span);
	if (first || (one->asked.end - one->asked.start) - one->days > (all->asked.end - all->asked.start) - all->days)
		all->asked = one->asked;
	all->days = first ? one->days : Min(all->days, one->days);
}

/* What the figure of some days of a window needs is known of some areas and not of others. */
static Cover
cover_of_members(const Work *w, int indicator, Period needed, Period window)
{
	const Indicator *i = &w->indicators[indicator];
	Cover		all = {.asked = window};
	List	   *missing = NIL;
	List	   *unreached = NIL;
	bool		first = true;

	for (int n = 0; n < w->needed_count; n++)
	{
		const Member *m = &w->needed[n];
		Cover		one;

		if (m->indicator != -1 || m->place != w->area_place || m->window.start != needed.start || m->window.end != needed.end)
			continue;
		one = cover_of_area(w, i, window, m->code);
		if (one.days == 0)
		{
			missing = lappend_int(missing, m->member);
			continue;
		}
		add_cover(&all, &one, first);
		first = false;
	}
	/* what cannot be read may be of any day */
	for (int n = i->coverage; n < i->coverage + i->coverage_count; n++)
		if (w->coverage[n].after == w->coverage[n].first && w->coverage[n].area >= 0)
		{
			missing = list_append_unique_int(missing, w->coverage[n].member);
			if (!w->coverage[n].declared)
				unreached = list_append_unique_int(unreached, w->coverage[n].member);
		}
	if (first)
	{
		all = cover_of_area(w, i, window, -1);
		all.is_unreached = unreached != NIL && list_length(unreached) == list_length(missing);
		return all;
	}
	/* of days that not all have nothing is known of all */
	all.days = all.span.end - all.span.start;
	all.missing = missing;
	all.unreached = unreached;
	return all;
}

/* Must an area have data of a window? */
static bool
is_needed(const Work *w, Period window, int area)
{
	for (int n = 0; n < w->needed_count; n++)
	{
		const Member *m = &w->needed[n];

		if (m->indicator == -1 && m->place == w->area_place && m->code == area && m->window.start == window.start && m->window.end == window.end)
			return true;
	}
	return false;
}

/*
 * What is known of some days of a window, of an area or (-1) of all.  Where areas are covered each for itself and nothing is said
 * of the others, records of one that need not report, and of none, are known as far as the whole is that they are a part of.
 */
Cover
cover_of(const Work *w, int indicator, Period window, Period days, int area)
{
	const Indicator *i = &w->indicators[indicator];
	Cover		cover;

	if (area >= 0 && (says_of_area(w, i, area) || says_of_all(w, i) || is_needed(w, window, area)))
		return cover_of_area(w, i, days, area);
	if (!says_of_area(w, i, -1))
		return cover_of_area(w, i, days, -1);
	cover = cover_of_members(w, indicator, window, days);
	if (area >= 0)
		cover.missing = cover.unreached = NIL;
	return cover;
}

Status
cover_status(const Cover *cover)
{
	if (cover->days == 0)
		return WITHOUT_DATA;
	if (cover->missing != NIL)
		return PART_MEMBERS;
	return cover->days < cover->asked.end - cover->asked.start ? PART_PERIOD : KNOWN;
}

static char *
missing_codes(const Work *w, const List *missing)
{
	StringInfoData text;
	ListCell   *cell;

	initStringInfo(&text);
	foreach(cell, missing)
		appendStringInfo(&text, "%s%s", text.len > 0 ? ", " : "", member_code(w, lfirst_int(cell)));
	return text.data;
}

char *
cover_reason(const Work *w, const Cover *cover, Status status)
{
	List	   *unsent;

	switch (status)
	{
		case WITHOUT_DATA:
			return cover->is_unreached ? "its server cannot be reached" : "its source covers no day of it";
		case PART_MEMBERS:
			unsent = list_difference_int(cover->missing, cover->unreached);
			if (cover->unreached == NIL)
				return psprintf("no data of %s", missing_codes(w, unsent));
			return psprintf("%sthe server of %s cannot be reached", unsent == NIL ? "" : psprintf("no data of %s; ", missing_codes(w, unsent)),
							missing_codes(w, cover->unreached));
		case PART_PERIOD:
			if (cover->span.start < cover->span.end)
				return psprintf("its source covers %s to %s", day_text(cover->span.start), day_text(cover->span.end - 1));
			return psprintf("its source covers %d days of it", cover->days);
		default:
			return NULL;
	}
}
