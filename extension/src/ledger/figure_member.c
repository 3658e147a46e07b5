/*
 * figure_member.c
 *		Members: by which codes they are named, in which place, what they are called, and
 *		of which days of a window they are.
 */
#include "postgres.h"
#include "compat.h"

#include "ledger/figure.h"

/* What a member's row of the hash table is found by. */
typedef struct MemberEntry
{
	MemberCodes codes;
	int			member;
} MemberEntry;

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *) a, *(char *const *) b);
}

/* The number of a code; -1: none of the rows has it. */
int
find_code(const Work *w, const char *code)
{
	char	  **found = code == NULL ? NULL : bsearch(&code, w->codes, w->code_count, sizeof(char *), by_bytes);

	return found == NULL ? -1 : (int) (found - w->codes);
}

/* All codes that the rows name in some of their columns. */
void
gather_codes(Work *w, RowsIn *const rows[], const char *const columns[], int count)
{
	int			room = 1;
	int			unique = 0;
	HASHCTL		control = {.keysize = sizeof(MemberCodes), .entrysize = sizeof(MemberEntry), .hcxt = CurrentMemoryContext};

	for (int n = 0; n < count; n++)
		room += rows[n]->count;
	w->codes = palloc(sizeof(char *) * room);
	for (int n = 0; n < count; n++)
	{
		while (next_row(rows[n]))
		{
			char	   *code = row_text(rows[n], columns[n]);

			if (code != NULL)
				w->codes[w->code_count++] = code;
		}
		rows[n]->next = 0;
	}
	qsort(w->codes, w->code_count, sizeof(char *), by_bytes);
	for (int n = 0; n < w->code_count; n++)
		if (n == 0 || strcmp(w->codes[n], w->codes[n - 1]) != 0)
			w->codes[unique++] = w->codes[n];
	w->code_count = unique;
	for (int place = 0; place < N_SPLITS; place++)
	{
		w->names[place] = palloc0(sizeof(MemberName) * (unique + 1));
		w->is_counted[place] = palloc0(sizeof(bool) * (unique + 1));
		for (int n = 0; n < unique; n++)
			w->names[place][n].ordinal = PG_INT32_MAX;
	}
	w->members = hash_create("emgov members", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* The member that is named by these codes; it is made if it is a new one. */
int
member_of(Work *w, MemberCodes codes)
{
	bool		found = true;
	MemberEntry *entry;

	for (int place = 0; place < N_SPLITS; place++)
		found &= codes.code[place] < 0;
	if (found)
		return ANY_MEMBER;
	entry = hash_search(w->members, &codes, HASH_ENTER, &found);
	if (!found)
	{
		if (w->member_count == w->member_room)
		{
			w->member_room = w->member_room == 0 ? 64 : 2 * w->member_room;
			w->member_codes = w->member_codes == NULL ? palloc(sizeof(MemberCodes) * w->member_room) :
				repalloc_huge(w->member_codes, sizeof(MemberCodes) * w->member_room);
		}
		w->member_codes[w->member_count] = codes;
		entry->member = w->member_count++;
	}
	return entry->member;
}

MemberCodes
codes_of(const Work *w, int member)
{
	return member == ANY_MEMBER ? (MemberCodes) {{-1, -1, -1}} : w->member_codes[member];
}

/* A member with another code in one place; of all members, the one of that code. */
int
member_with(Work *w, int member, int place, int code)
{
	MemberCodes codes = codes_of(w, member);

	codes.code[place] = code;
	return member_of(w, codes);
}

/* The area that a member is of; -1: of all. */
int
area_of(const Work *w, int member)
{
	return codes_of(w, member).code[w->area_place];
}

/* The name of a code in a place; of a member that is no row of its table, the code itself. */
const char *
code_name(const Work *w, int place, int code, bool english)
{
	const MemberName *name = &w->names[place][code];

	if (english && name->name_en != NULL)
		return name->name_en;
	if (name->name_zh != NULL)
		return name->name_zh;
	if (w->codes[code][0] == '\0')
		return english ? "not stated" : "未注明";
	return w->codes[code];
}

/* The only place in which a member is named, or the first of them. */
static int
place_of(const Work *w, int member)
{
	MemberCodes codes = codes_of(w, member);
	int			place = 0;

	while (place < N_SPLITS - 1 && codes.code[place] < 0)
		place++;
	return place;
}

/* The code of a member that is named in one place. */
const char *
member_code(const Work *w, int member)
{
	return w->codes[codes_of(w, member).code[place_of(w, member)]];
}

/* Its name, in the language asked for. */
const char *
member_name(const Work *w, int member)
{
	int			place = place_of(w, member);

	return code_name(w, place, codes_of(w, member).code[place], w->language == WORDING_ENGLISH);
}

/*
 * The days of a window that a member is of: those of a month or quarter, for what is counted by the
 * day within the window.  Where it comes more than once in it, or never, the window is not told apart.
 */
Period
days_of_member(const Work *w, const Indicator *i, Period window, int member)
{
	MemberCodes codes = codes_of(w, member);
	Period		days = window;

	for (int place = 1; place < N_SPLITS && i->within; place++)
	{
		int			months = w->part_months[place];
		int			part;
		Period		found = {0, 0};
		int			count = 0;
		CivilDate	first = civil_from_day(window.start);
		Period		next;

		if (codes.code[place] < 0 || months == 0)
			continue;
		part = atoi(w->codes[codes.code[place]]);
		first.month = (first.month - 1) / months * months + 1;
		while (count < 2 && (next = period_of_months(first.year, first.month, months)).start < window.end)
		{
			if ((first.month - 1) / months + 1 == part)
			{
				found = (Period) {Max(next.start, window.start), Min(next.end, window.end)};
				count++;
			}
			first = civil_from_day(next.end);
		}
		if (count == 1)
			days = (Period) {Max(days.start, found.start), Min(days.end, found.end)};
	}
	return days.start < days.end ? days : window;
}

/* argument: the members of the dimensions that figures are split by. */
void
read_names(Work *w, RowsIn *r)
{
	while (next_row(r))
	{
		int			place = row_int(r, "place", -1);
		int			code = find_code(w, row_text(r, "member"));
		MemberName *name;

		if (place < 0 || place >= N_SPLITS || code < 0)
			continue;
		name = &w->names[place][code];
		name->name_zh = row_text(r, "name_zh");
		name->name_en = row_text(r, "name_en");
		name->ordinal = row_int(r, "ordinal", PG_INT32_MAX);
	}
}

/* argument: by what figures are split, and in which place. */
void
read_splits_asked(Work *w, RowsIn *r)
{
	while (next_row(r))
	{
		int			place = row_int(r, "place", -1);
		char	   *dimension = row_text(r, "dimension");
		char	   *part = row_text(r, "date_part");
		Datum		relation;

		if (place < 0 || place >= N_SPLITS || dimension == NULL)
			continue;
		w->split_by = Max(w->split_by, place);
		w->dimensions[place] = dimension;
		if (strcmp(dimension, "area") == 0)
			w->area_place = place;
		if (part == NULL)
			continue;
		/* by another date than the indicator's own, nothing follows for its days */
		if (row_field(r, "relation", &relation))
			w->part_months[place] = -1;
		else if (w->part_months[place] == 0)
			w->part_months[place] = strcmp(part, "month") == 0 ? 1 : 3;
	}
	for (int place = 0; place < N_SPLITS; place++)
		w->part_months[place] = Max(w->part_months[place], 0);
}
