/*
 * figure_input.c
 *		What figures are made from, as it comes from SQL: arrays of rows read into a Work.
 */
#include "postgres.h"
#include "compat.h"

#include "catalog/pg_type_d.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/rangetypes.h"
#include "utils/typcache.h"

#include "kernel/phrase.h"
#include "ledger/figure.h"

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
bool
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
/* A name in a reason, of at most 60 bytes; NULL is none. */
char *
clipped(const char *name)
{
	return name == NULL ? "" : pnstrdup(name, pg_mbcliplen(name, strlen(name), 60));
}
static const char *const kind_names[] = {
	"count", "distinct", "sum", "mean", "share", "completion", "planned", "stock", "streak", "largest",
	"reported", "change", "ratio", "reduction", "rate", "total"
};

int
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
int
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

/* The place of a name; of one that is not known, as of none, the first. */
static int
known_place(int (*find) (const char *), const char *name)
{
	return name == NULL ? 0 : Max(find(name), 0);
}

/* Read argument argno, an array of emgov_internal.indicator; gives them by their codes. */
Indicator **
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
		i->name = w->language == WORDING_ENGLISH ? row_text(&r, "name_en") : NULL;
		if (i->name == NULL)
			i->name = i->name_zh;
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
		i->within = text == NULL || strcmp(text, "period") == 0;
		i->last_day_only = text != NULL && strcmp(text, "at_date") == 0;
		i->any_length = text != NULL && strcmp(text, "period") != 0;
		text = row_text(&r, "aggregate");
		i->adds_up = i->kind == COUNT || i->kind == SUM || i->kind == MEAN || (text != NULL && strcmp(text, "distinct") != 0);
		i->unit = w->language == WORDING_ENGLISH ? row_text(&r, "unit_en") : NULL;
		if (i->unit == NULL)
			i->unit = row_text(&r, "unit");
		if (i->unit == NULL)
			i->unit = "";
		i->section = row_int(&r, "section", -1);
		i->version = row_int(&r, "version", 1);
		i->decimals = Max(0, Min(row_int(&r, "decimals", 1), ROUNDING_MAX_DECIMALS));
		i->rounding = rounding_named(row_text(&r, "rounding"));
		i->keep_zero = row_bool(&r, "keep_zero");
		i->value_decimals = Min(row_int(&r, "value_decimals", -1), VALUE_PLACES);
		i->form = known_place(wording_change_form, row_text(&r, "change_form"));
		i->verbs = known_place(wording_verbs, row_text(&r, "verbs"));
		text = row_text(&r, "wording");
		i->style = text == NULL ? WORDING_EXACT : wording_style(text);
		text = row_text(&r, "scale");
		i->scale = text == NULL ? WORDING_UNSCALED : wording_scale(text);
		if (row_numeric(&r, "grain") != NULL)
			i->grain = phrase_numeric_text(row_numeric(&r, "grain"));
		i->zero = row_text(&r, w->language == WORDING_ENGLISH ? "zero_en" : "zero_zh");
		text = row_text(&r, "comparator");
		i->compared = text != NULL && strcmp(text, "none") != 0;
		i->comparator = find_comparator(w, i->compared ? text : "year_earlier");
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
/* ------------------------------------------------------------------ arguments and results */

/* The member of a row of what was counted. */
static int
parts_member(Work *w, const RowsIn *r)
{
	MemberCodes codes = {{find_code(w, row_text(r, "area")), find_code(w, row_text(r, "member")), find_code(w, row_text(r, "member2"))}};

	for (int place = 0; place < N_SPLITS; place++)
		if (codes.code[place] >= 0)
			w->is_counted[place][codes.code[place]] = true;
	return member_of(w, codes);
}

/* The member of a row of what was sent. */
static int
sent_member(Work *w, const RowsIn *r)
{
	int			place = row_int(r, "place", 0);

	return member_with(w, ANY_MEMBER, place < 0 || place >= N_SPLITS ? 0 : place, find_code(w, row_text(r, "member")));
}

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
		key = key_of(indicator, window, of_members ? sent_member(w, r) : parts_member(w, r), false);
		c = hash_search(w->counted, &key, HASH_ENTER, NULL);
		memset((char *) c + sizeof(Key), 0, sizeof(Counted) - sizeof(Key));
		return c;
	}
	return NULL;
}

void
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

void
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

void
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
		c->area = find_code(w, row_text(r, "area_code"));
		c->first = Max(DatumGetDateADT(since), DAY_FIRST);
		c->after = Min(DatumGetDateADT(through), DAY_LAST) + 1;
		c->declared = row_bool(r, "declared");
		if (c->after == c->first && c->area >= 0)
			c->member = member_with(w, ANY_MEMBER, w->area_place, c->area);
		count++;
	}
	qsort(w->coverage, count, sizeof(Coverage), by_indicator_and_day);
	for (int n = count - 1; n >= 0; n--)
	{
		w->indicators[w->coverage[n].indicator].coverage = n;
		w->indicators[w->coverage[n].indicator].coverage_count++;
	}
}

void
read_needed(Work *w, RowsIn *r, Indicator **sorted)
{
	w->needed = palloc0(sizeof(Member) * (r->count + 1));
	while (next_row(r))
	{
		Member	   *m = &w->needed[w->needed_count];
		char	   *code = row_text(r, "code");
		char	   *name;

		m->indicator = find_indicator(w, sorted, code);
		m->place = row_int(r, "place", -1);
		m->code = find_code(w, row_text(r, "member"));
		if ((code != NULL && m->indicator < 0) || m->code < 0 || m->place < 0 || m->place >= N_SPLITS || !window_field(r, &m->window))
			continue;
		m->member = member_with(w, ANY_MEMBER, m->place, m->code);
		m->open_days = row_int(r, "open_days", 0);
		m->open_alone = row_int(r, "open_alone", 0);
		(void) period_field(r, "alone_in", &m->alone_in);
		(void) period_field(r, "all_in", &m->all_in);
		m->all_days = row_int(r, "all_days", 0);
		m->is_mixed = row_bool(r, "is_mixed");
		m->is_cut = row_bool(r, "is_cut");
		name = row_text(r, "name_zh");
		if (name != NULL && w->names[m->place][m->code].name_zh == NULL)
		{
			w->names[m->place][m->code].name_zh = name;
			w->names[m->place][m->code].name_en = row_text(r, "name_en");
		}
		w->needed_count++;
	}
}

void
read_given(Work *w, RowsIn *r, Indicator **sorted)
{
	while (next_row(r))
	{
		int			indicator = find_indicator(w, sorted, row_text(r, "code"));
		Period		window;
		Key			key;
		Numeric		value = row_numeric(r, "value");
		Given	   *given;

		if (indicator < 0 || value == NULL || !is_fit(value) || !window_field(r, &window))
			continue;
		key = key_of(indicator, window, member_with(w, ANY_MEMBER, w->area_place, find_code(w, row_text(r, "member"))), !w->first_published);
		given = hash_search(w->given, &key, HASH_ENTER, NULL);
		given->value = value;
		given->lacks = row_text(r, "lacks");
	}
}

void
read_regimes(Work *w, RowsIn *r, Indicator **sorted)
{
	while (next_row(r))
	{
		int			indicator = find_indicator(w, sorted, row_text(r, "code"));
		Period		window;
		Key			key;
		Datum		names;
		Datum	   *elements;
		bool	   *nulls;
		int			count;
		bool		found;
		Regimes    *regimes;

		if (indicator < 0 || !window_field(r, &window) || !row_field(r, "regimes", &names))
			continue;
		key = key_of(indicator, window, ANY_MEMBER, false);
		regimes = hash_search(w->regimes, &key, HASH_ENTER, &found);
		regimes->names = NIL;
		deconstruct_array(DatumGetArrayTypeP(names), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &count);
		for (int n = 0; n < count; n++)
			if (!nulls[n])
				regimes->names = lappend(regimes->names, TextDatumGetCString(elements[n]));
	}
}
