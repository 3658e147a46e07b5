/*
 * figure.c
 *		Figures, from what their indicators come to in each window of time; see figure.h.
 *
 * A figure is a point, with the point of the base it is held against, in numbers and in
 * words.  Nothing here reads a table.  What was counted, what the sources cover, and what
 * the bases are if they are not counted come as arrays of rows (figure.sql).  Nothing here
 * raises an error over a definition or a number: such a figure is failed or undefined,
 * and says why.
 */
#include "postgres.h"
#include "compat.h"

#include "access/htup_details.h"
#include "catalog/pg_type_d.h"
#include "core/exact_test.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/typcache.h"

#include "kernel/phrase.h"
#include "kernel/rate.h"
#include "ledger/figure.h"

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
	Exact		against = i->kind == CHANGE ? EXACT_UNKNOWN : base->exact;
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
