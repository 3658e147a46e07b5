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

	if (cover->asked.start < cover->asked.end)
		window = cover->asked;
	set_field(row, "period_days", Int32GetDatum(window.end - window.start));
	set_field(row, "covered_days", Int32GetDatum(cover->days));
	if (cover->any_declared || cover->any_undeclared)
		set_text(row, "coverage", cover->any_undeclared ? "undeclared" : "declared");
	if (count > 0)
	{
		Datum	   *codes = palloc(sizeof(Datum) * count);

		for (int n = 0; n < count; n++)
			codes[n] = CStringGetTextDatum(member_code(w, list_nth_int(cover->missing, n)));
		set_field(row, "missing", PointerGetDatum(construct_array(codes, count, TEXTOID, -1, false, TYPALIGN_INT)));
	}
}

/* Words of a change, with what must be said behind them. */
static char *
marked(const Work *w, RowMade *figure, const Base *base, char *words)
{
	const char *across = w->language == WORDING_ENGLISH ? " (counted by other rules)" : "（统计口径不同）";
	const char *shorter = w->language == WORDING_ENGLISH ? " (of fewer days)" : "（上期天数较少）";
	char	   *mark = psprintf("%s%s", base->across != NULL ? across : "", base->shorter != NULL ? shorter : "");

	if (mark[0] == '\0')
		return words;
	set_text(figure, "change_mark", mark);
	return psprintf("%s%s", words, mark);
}

/* The chance of so different counts, to six decimals; exposure: that of now over that of then. */
static Datum
p_value(int64 now, int64 then, double exposure)
{
	return DirectFunctionCall2(numeric_round,
							   DirectFunctionCall1(float8_numeric, Float8GetDatum(exact_p_value(now, then, exposure, false))),
							   Int32GetDatum(VALUE_PLACES));
}

/*
 * The numbers of a change.  There is no percentage of nothing, nor of less: what was 5 too
 * few and is 5 too many has not fallen by 200 %.
 */
static void
set_change(const Work *w, RowMade *figure, const Indicator *i, const Point *p, const Base *base, const Change *change, int comparator)
{
	Exact		difference = exact_add(p->exact, base->exact, true);
	Numeric		amount = DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(change->amount), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	Period		window = {p->key.start, p->key.end};
	int64		now;
	int64		then;

	set_numeric(figure, "change", exact_round(difference, VALUE_PLACES));
	/* what is rounded within its scale is rounded when it is said */
	set_numeric(figure, "amount", i->value_decimals >= 0 && !change->points ? exact_round(difference, VALUE_PLACES) : amount);
	if (!change->points && numeric_sign_of(base->exact.numerator) > 0 && numeric_sign_of(p->exact.numerator) >= 0)
	{
		Exact		share = exact_divide(difference, base->exact, int64_to_numeric(100));

		set_numeric(figure, "rate", stated_quotient(share.numerator, share.denominator, i->decimals, i->rounding, true));
	}
	if (i->tested && exact_count(p->exact, &now) && exact_count(base->total, &then))
		set_field(figure, "p_value", p_value(now, then, base_exposure(w, comparator, window, base)));
}

/*
 * The figure of an indicator in a window, for all members or one, against a comparator:
 * its own, or another that was asked for.  figure and made are the rows to be filled in.
 */
static void
make_figure(Work *w, int indicator, Period window, int member, int comparator, bool asked_for, RowMade *figure, RowMade *made)
{
	Indicator  *i = &w->indicators[indicator];
	const Point *p = point_at(w, indicator, window, member, false, comparator);
	bool		is_change = i->kind == CHANGE;
	Base		base = {0};
	Status		status = p->status;
	char	   *reason = p->reason;
	bool		comparable;
	char	   *words = NULL;
	char	   *phrase = NULL;
	char	   *changed = NULL;
	const char *problem = NULL;
	const char *state;

	set_text(figure, "name_zh", i->name_zh);
	set_text(figure, "name", i->name);
	set_text(figure, "unit", i->unit);
	set_text(figure, "scope", i->scope);
	set_text(figure, "kind", i->kind_name);
	if (i->section >= 0)
		set_field(figure, "section", Int32GetDatum(i->section));
	set_text(figure, "source", i->source);
	set_field(figure, "definition_version", Int32GetDatum(i->version));
	set_text(figure, "comparator", w->comparators[comparator].code);
	set_text(figure, "compared_with", w->comparators[comparator].words[w->language]);
	if (!is_change)
		base = base_of(w, indicator, window, member, comparator);
	if (status <= KNOWN && !is_change)
	{
		status = base.status;
		reason = base.reason != NULL ? base.reason : base.across != NULL ? base.across : base.shorter;
	}
	comparable = p->status == KNOWN && base.status == KNOWN && exact_is_known(p->exact) && exact_is_known(base.exact);

	if (exact_is_known(p->exact))
	{
		words = value_words(w, i, p->exact, &problem);
		phrase = words;
	}
	if (comparable && problem == NULL)
	{
		Change		change = change_of(i, i, p->exact, &base);

		changed = marked(w, figure, &base, change_words(w, i, i, &change, comparator));
		if ((i->compared || asked_for) && words != i->zero)
			phrase = psprintf(w->language == WORDING_ENGLISH ? "%s, %s" : "%s，%s", words, changed);
		set_change(w, figure, i, p, &base, &change, comparator);
	}
	if (is_change && p->status == KNOWN)
	{
		/* its words are of what changed */
		int			of = i->operands[0].indicator;
		const Point *now = point_at(w, of, window, member, false, w->indicators[of].comparator);
		Base		then = base_of(w, of, window, member, comparator);
		Change		change = change_of(&w->indicators[of], i, now->exact, &then);

		changed = marked(w, figure, &then, change_words(w, &w->indicators[of], i, &change, comparator));
		words = phrase = changed;
		reason = then.across != NULL ? then.across : then.shorter;
		state = numeric_sign_of(then.exact.numerator) != 0 ? "comparable" : numeric_sign_of(now->exact.numerator) != 0 ? "new" : "none";
	}
	else if (status != KNOWN)
		state = status_names[status];
	else
		state = !comparable || numeric_sign_of(base.exact.numerator) != 0 ? "comparable" :
			numeric_sign_of(p->exact.numerator) != 0 ? "new" : "none";
	if (problem != NULL)
	{
		status = FAILED;
		state = status_names[FAILED];
		reason = (char *) problem;
	}
	set_text(figure, "state", state);
	set_text(figure, "reason", reason);
	set_text(figure, "base_kind", base.is_published ? "published_total" : w->first_published ? "first_published" : "restated");
	set_cover(w, figure, &p->cover, window);

	/* the numbers */
	if (exact_is_known(p->exact))
	{
		set_numeric(figure, "value", is_change ? stated_quotient(p->exact.numerator, p->exact.denominator, i->decimals, i->rounding, true) :
					exact_round(p->exact, VALUE_PLACES));
		set_numeric(made, "exact", exact_numeric(p->exact));
	}
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
	if (!is_change)
	{
		set_numeric(figure, "base_numerator", base.numerator);
		set_numeric(figure, "base_denominator", base.denominator);
	}
	if (exact_is_known(base.exact))
	{
		set_numeric(figure, "base", exact_round(base.exact, VALUE_PLACES));
		set_numeric(made, "base_exact", exact_numeric(base.exact));
		set_text(figure, "base_words", base_words(w, i, &base));
		set_text(figure, "base_name", base_name(w, window, comparator));
	}
	if (status == FAILED)
		return;
	if (words != NULL)
	{
		char	   *part = qualifier(w, &p->cover);

		if (part != NULL && !is_change)
			words = phrase = psprintf("%s%s", words, part);
	}
	set_text(figure, "words", words);
	set_text(figure, "phrase", phrase);
	set_text(figure, "change_words", changed);
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
/* ------------------------------------------------------------------ what figures need */

static void add_base_needs(Work *w, int indicator, Period window, int comparator, HTAB *found, RowsOut *out);

/* A figure that is asked for: of which indicator (-1: there is none of its code), in which window, against what. */
typedef struct Request
{
	char	   *code;
	int			indicator;
	Period		window;
	int			comparator;
	bool		asked_for;		/* by the comparator's name */
} Request;

static bool
next_request(Work *w, RowsIn *r, Indicator **sorted, Request *request)
{
	while (next_row(r))
	{
		char	   *comparator = row_text(r, "comparator");

		request->code = row_text(r, "code");
		if (request->code == NULL || !period_field(r, "period", &request->window))
			continue;
		request->indicator = find_indicator(w, sorted, request->code);
		request->asked_for = comparator != NULL;
		request->comparator = comparator != NULL ? find_comparator(w, comparator) :
			request->indicator >= 0 ? w->indicators[request->indicator].comparator : -1;
		return true;
	}
	return false;
}

/* Add what an indicator needs in a window: itself, if it is counted, sent, or held against a series, and its operands. */
static void
add_needs(Work *w, int indicator, Period window, int comparator, HTAB *found, RowsOut *out)
{
	Indicator  *i = &w->indicators[indicator];
	Key			key = key_of(indicator, window, ANY_MEMBER, false);
	bool		known;

	if (i->kind == CHANGE)
		key.comparator = comparator;
	if (i->visiting)
		return;
	hash_search(found, &key, HASH_ENTER, &known);
	if (known)
		return;
	check_stack_depth();
	if (i->kind <= REPORTED || i->kind == RATE)
	{
		Datum		values[] = {CStringGetTextDatum(i->code), period_datum(window), (Datum) 0};
		bool		nulls[] = {false, false, true};

		put_row(out, values, nulls);
	}
	i->visiting = true;
	for (int n = 0; n < i->operand_count; n++)
	{
		int			operand = i->operands[n].indicator;

		if (operand < 0)
			continue;
		add_needs(w, operand, window, w->indicators[operand].comparator, found, out);
		if (i->kind == CHANGE)
			add_base_needs(w, operand, window, comparator, found, out);
	}
	i->visiting = false;
}

/* Add what the base of an indicator in a window needs. */
static void
add_base_needs(Work *w, int indicator, Period window, int comparator, HTAB *found, RowsOut *out)
{
	Period		bases[BASES_MAX];
	char	   *reason;
	int			count = base_windows(w, comparator, window, w->indicators[indicator].any_length, bases, &reason);

	for (int n = 0; n < count; n++)
		add_needs(w, indicator, bases[n], w->indicators[indicator].comparator, found, out);
}

/*
 * _figure_needs(indicators, comparators, requests): what must be counted for some figures
 * and their bases: indicators and windows, each once.  A code that there is none of is left
 * out.
 */
PG_FUNCTION_INFO_V1(emgov_figure_needs);
Datum
emgov_figure_needs(PG_FUNCTION_ARGS)
{
	Work		w = {0};
	RowsOut    *out = begin_rows(fcinfo);
	Indicator **sorted;
	RowsIn		requests = rows_arg(fcinfo, 2);
	HTAB	   *found = make_table("emgov figure needs", sizeof(Key));
	Request		request;

	read_comparators(&w, fcinfo, 1);
	sorted = read_indicators(&w, fcinfo, 0);
	while (next_request(&w, &requests, sorted, &request))
	{
		if (request.indicator < 0)
			continue;
		add_needs(&w, request.indicator, request.window, request.comparator, found, out);
		if (w.indicators[request.indicator].kind != CHANGE)
			add_base_needs(&w, request.indicator, request.window, request.comparator, found, out);
	}
	return (Datum) 0;
}

/*
 * _figure_bases(indicators, comparators, requests): what figures are held against: for each
 * request its windows, with the comparator that it is against; none where there is no base.
 */
PG_FUNCTION_INFO_V1(emgov_figure_bases);
Datum
emgov_figure_bases(PG_FUNCTION_ARGS)
{
	Work		w = {0};
	RowsOut    *out = begin_rows(fcinfo);
	Indicator **sorted;
	RowsIn		requests = rows_arg(fcinfo, 2);
	Request		request;

	read_comparators(&w, fcinfo, 1);
	sorted = read_indicators(&w, fcinfo, 0);
	while (next_request(&w, &requests, sorted, &request))
	{
		Period		bases[BASES_MAX];
		char	   *reason;
		int			count = request.indicator < 0 ? 0 :
			base_windows(&w, request.comparator, request.window, w.indicators[request.indicator].any_length, bases, &reason);

		for (int n = 0; n < count; n++)
		{
			Datum		values[] = {CStringGetTextDatum(request.code), period_datum(bases[n]), CStringGetTextDatum(w.comparators[request.comparator].code)};
			bool		nulls[] = {false, false, false};

			put_row(out, values, nulls);
		}
	}
	return (Datum) 0;
}

/* ------------------------------------------------------------------ the figures */

typedef struct Listing
{
	const Work *w;
	int			place;
} Listing;

/* Where a code of a place stands in lists: what no list has last, and what names no member after that. */
static int
compare_codes(const void *a, const void *b, void *argument)
{
	const Work *w = ((const Listing *) argument)->w;
	const MemberName *names = w->names[((const Listing *) argument)->place];
	int			x = *(const int *) a;
	int			y = *(const int *) b;
	bool		x_is_none = w->codes[x][0] == '\0';
	bool		y_is_none = w->codes[y][0] == '\0';

	if (x_is_none != y_is_none)
		return x_is_none ? 1 : -1;
	if (names[x].ordinal != names[y].ordinal)
		return names[x].ordinal < names[y].ordinal ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* The codes in a place that an indicator's figures of a window have rows of: those that are listed, and all of which anything was counted in it or in its base. */
static int
codes_shown(Work *w, const Request *request, int place, int *shown)
{
	int			indicator = request->indicator;
	Period		window = request->window;
	int			of = w->indicators[indicator].kind == REPORTED ? indicator : -1;
	bool	   *is_shown = palloc0(sizeof(bool) * (w->code_count + 1));
	Listing		listing = {w, place};
	Period		bases[BASES_MAX];
	char	   *reason;
	int			base_count = base_windows(w, request->comparator, window, w->indicators[indicator].any_length, bases, &reason);
	int			count = 0;

	/* of what nobody has to send by this dimension, as of what is counted: no list without a word */
	if (of >= 0 && !is_sent_by(w, indicator, window, place))
		of = -1;
	for (int n = 0; n < w->needed_count; n++)
		if (w->needed[n].indicator == of && w->needed[n].place == place &&
			w->needed[n].window.start == window.start && w->needed[n].window.end == window.end)
			is_shown[w->needed[n].code] = true;
	for (int code = 0; code < w->code_count; code++)
	{
		int			member = !w->is_counted[place][code] ? ANY_MEMBER : member_with(w, ANY_MEMBER, place, code);

		if (!is_shown[code] && member != ANY_MEMBER)
			is_shown[code] = has_member(w, indicator, window, member);
		for (int n = 0; n < base_count && !is_shown[code] && member != ANY_MEMBER; n++)
			is_shown[code] = has_member(w, indicator, bases[n], member);
		if (is_shown[code])
			shown[count++] = code;
	}
	qsort_arg(shown, count, sizeof(int), compare_codes, &listing);
	pfree(is_shown);
	return count;
}

/* Put a figure into the result. */
static void
put_figure(Work *w, const Request *request, int member, RowMade *figure, RowMade *made, RowsOut *out)
{
	empty_row(figure);
	empty_row(made);
	set_text(figure, "code", request->code);
	set_field(figure, "starts_on", DateADTGetDatum(request->window.start));
	set_field(figure, "ends_on", DateADTGetDatum(request->window.end));
	for (int place = 1; place < N_SPLITS; place++)
	{
		int			named = codes_of(w, member).code[place];

		if (named < 0)
			continue;
		set_text(figure, place == 1 ? "member" : "member2", w->codes[named]);
		set_text(figure, place == 1 ? "member_name" : "member2_name", code_name(w, place, named, false));
		set_text(figure, place == 1 ? "member_name_en" : "member2_name_en", code_name(w, place, named, true));
	}
	if (request->indicator < 0)
	{
		set_text(figure, "state", status_names[FAILED]);
		set_text(figure, "reason", psprintf("there is no indicator \"%s\" in force", clipped(request->code)));
	}
	else
		make_figure(w, request->indicator, request->window, member, request->comparator, request->asked_for, figure, made);
	set_field(made, "figure", HeapTupleGetDatum(heap_form_tuple(figure->desc, figure->values, figure->nulls)));
	put_row(out, made->values, made->nulls);
}

/*
 * _make_figures(indicators, comparators, requests, parts, sent, coverage, needed, given,
 * regimes, base, splits, names, lang): the figures of some indicators in some periods, in the
 * order of the requests, the total before the members; as emgov_internal.figure_made.
 *
 * parts: what was counted; sent: what members reported; coverage: the days that the
 * sources of indicators cover; needed: the members whose data a window needs; given:
 * bases that are not counted, first published where base says so; regimes: by which rules
 * what is in a window was counted; splits and names: the dimensions that figures are split
 * by, and their members; lang, of the words: zh or en.
 */
PG_FUNCTION_INFO_V1(emgov_make_figures);
Datum
emgov_make_figures(PG_FUNCTION_ARGS)
{
	Work		w = {0};
	RowsOut    *out = begin_rows(fcinfo);
	Indicator **sorted;
	RowsIn		requests = rows_arg(fcinfo, 2);
	RowsIn		parts = rows_arg(fcinfo, 3);
	RowsIn		sent = rows_arg(fcinfo, 4);
	RowsIn		coverage = rows_arg(fcinfo, 5);
	RowsIn		needed = rows_arg(fcinfo, 6);
	RowsIn		given = rows_arg(fcinfo, 7);
	RowsIn		regimes = rows_arg(fcinfo, 8);
	RowsIn		splits = rows_arg(fcinfo, 10);
	RowsIn		names = rows_arg(fcinfo, 11);
	RowsIn	   *with_members[] = {&parts, &parts, &parts, &sent, &coverage, &needed, &given, &names};
	const char *const columns[] = {"member", "member2", "area", "member", "area_code", "member", "member", "member"};
	char	   *base = PG_ARGISNULL(9) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(9));
	RowMade		made = begin_row(rows_descriptor(out));
	RowMade		figure;
	Request		request;
	int		   *shown[N_SPLITS];

	if (!PG_ARGISNULL(12) && strcmp(text_to_cstring(PG_GETARG_TEXT_PP(12)), "en") == 0)
		w.language = WORDING_ENGLISH;
	read_comparators(&w, fcinfo, 1);
	sorted = read_indicators(&w, fcinfo, 0);
	w.first_published = base != NULL && strcmp(base, "first_published") == 0;
	w.counted = make_table("emgov counted", sizeof(Counted));
	w.given = make_table("emgov given bases", sizeof(Given));
	w.regimes = make_table("emgov regimes", sizeof(Regimes));
	w.points = make_table("emgov points", sizeof(Point));
	gather_codes(&w, with_members, columns, lengthof(with_members));
	read_splits_asked(&w, &splits);
	read_names(&w, &names);
	read_counted(&w, &parts, sorted);
	read_sent(&w, &sent, sorted);
	read_coverage(&w, &coverage, sorted);
	read_needed(&w, &needed, sorted);
	read_given(&w, &given, sorted);
	read_regimes(&w, &regimes, sorted);
	for (int place = 0; place < N_SPLITS; place++)
		shown[place] = palloc(sizeof(int) * (w.code_count + 1));
	figure = begin_row(lookup_rowtype_tupdesc_copy(TupleDescAttr(made.desc, 0)->atttypid, -1));

	while (next_request(&w, &requests, sorted, &request))
	{
		int			count[N_SPLITS] = {0};

		CHECK_FOR_INTERRUPTS();
		put_figure(&w, &request, ANY_MEMBER, &figure, &made, out);
		/* the members of the second dimension together, then those of the first, each with those of the second */
		for (int place = 1; place <= w.split_by && request.indicator >= 0; place++)
			count[place] = codes_shown(&w, &request, place, shown[place]);
		for (int n = -1; n < count[1]; n++)
			for (int m = n < 0 ? 0 : -1; m < count[2]; m++)
				put_figure(&w, &request, member_of(&w, (MemberCodes) {{-1, n < 0 ? -1 : shown[1][n], m < 0 ? -1 : shown[2][m]}}), &figure, &made, out);
	}
	return (Datum) 0;
}
