/*
 * template_clause.c
 *		Clauses of a paragraph in which nothing is said are left out, with their marks.
 *
 * A choice may have no text, 其中：[F036?较大{F036}]。, and a list no names: 死亡为零的有{names F030 zero by area}。
 * What would be left is ，，, or 其中：。, or 死亡为零的有无。  So a mark goes that has nothing before it, and what
 * leads to nothing; but no figure ever does: only words of the template.
 */
#include "postgres.h"
#include "compat.h"

#include "mb/pg_wchar.h"

#include "ledger/template.h"

/* Marks between clauses, from the weakest. */
typedef enum Mark
{
	MARK_NONE,
	MARK_ITEM,					/* 、 */
	MARK_CLAUSE,				/* ， */
	MARK_PART,					/* ； */
	MARK_COLON,
	MARK_SENTENCE,				/* 。 or the end of a line */
	MARK_OPENS,
	MARK_CLOSES
} Mark;

static const struct
{
	const char *text;
	Mark		mark;
}			marks[] = {
	{"、", MARK_ITEM}, {"，", MARK_CLAUSE}, {",", MARK_CLAUSE}, {"；", MARK_PART}, {";", MARK_PART}, {"：", MARK_COLON}, {":", MARK_COLON}, {"。", MARK_SENTENCE}, {".", MARK_SENTENCE},
	{"！", MARK_SENTENCE}, {"？", MARK_SENTENCE}, {"\n", MARK_SENTENCE}, {"（", MARK_OPENS}, {"(", MARK_OPENS}, {"）", MARK_CLOSES}, {")", MARK_CLOSES}
};

/* The mark that a text begins with, and its bytes. One of ASCII is none within a number. */
static Mark
mark_at(const char *text, size_t length, size_t *bytes)
{
	for (int i = 0; i < (int) lengthof(marks); i++)
	{
		*bytes = strlen(marks[i].text);
		if (*bytes <= length && memcmp(text, marks[i].text, *bytes) == 0 && !(*bytes == 1 && length > 1 && text[1] >= '0' && text[1] <= '9'))
			return marks[i].mark;
	}
	*bytes = 0;
	return MARK_NONE;
}

/* The mark that the text ends with, but for spaces, and where it begins. The beginning is the end of a sentence. */
static Mark
mark_before(const Paragraph *p, int *at)
{
	int			end = p->text.len;

	while (end > 0 && p->text.data[end - 1] == ' ')
		end--;
	*at = end;
	if (end == 0 || p->behind_table)
		return MARK_SENTENCE;
	for (int i = 0; i < (int) lengthof(marks); i++)
	{
		int			bytes = (int) strlen(marks[i].text);

		if (bytes <= end && memcmp(p->text.data + end - bytes, marks[i].text, bytes) == 0)
		{
			*at = end - bytes;
			return marks[i].mark;
		}
	}
	return MARK_NONE;
}

static void
cut_text(Paragraph *p, int length)
{
	p->text.len = length;
	p->text.data[length] = '\0';
	p->said = Min(p->said, length);
}

/* Where the clause begins that ends at a place: behind the last mark before it, but for 、, and spaces. */
static int
clause_start(const Paragraph *p, int end)
{
	int			start = 0;

	for (int at = 0; at < end; at += pg_mblen(p->text.data + at))
	{
		size_t		bytes;

		if (mark_at(p->text.data + at, end - at, &bytes) > MARK_ITEM)
			start = at + (int) bytes;
	}
	while (start < end && p->text.data[start] == ' ')
		start++;
	return start;
}

/*
 * Nothing stands between the mark that the text ends with and the one that comes, of so many bytes; at
 * the end of the paragraph it has none. Gives how many bytes of what comes are left out.
 */
static size_t
close_gap(Paragraph *p, Mark next, size_t bytes)
{
	for (;;)
	{
		int			at;
		Mark		before = mark_before(p, &at);

		if (before == MARK_NONE || next == MARK_NONE || next == MARK_OPENS || next == MARK_COLON)
			return 0;
		if (before == MARK_OPENS && next == MARK_CLOSES)
		{
			cut_text(p, at);
			return bytes;
		}
		if (before == MARK_SENTENCE || before == MARK_OPENS)
			return next == MARK_CLOSES ? 0 : bytes;
		if (before == MARK_COLON && next < MARK_PART)
			return bytes;
		if (before == MARK_COLON)
		{
			int			start = clause_start(p, at);

			/* words that lead to it, as 其中, go with it; figures do not */
			cut_text(p, p->said <= start && next != MARK_CLOSES ? start : at);
			if (p->said > start || next == MARK_CLOSES)
				return 0;
			continue;
		}
		if (before >= next)
			return bytes;
		cut_text(p, at);
		return 0;
	}
}

/* Text of the template itself. */
void
add_literal(TemplateFilling *filling, const char *text, size_t length)
{
	Paragraph  *p = (Paragraph *) filling;
	Mark		mark = MARK_NONE;
	size_t		bytes = 0;
	size_t		at = 0;

	if (length == strlen(TEMPLATE_GAP) && memcmp(text, TEMPLATE_GAP, length) == 0)
	{
		clause_goes_on(p);
		add_text(filling, text, length);
		p->said = p->text.len;
		return;
	}
	if (p->held.len > 0)
	{
		int			before_at;

		while (at < length && (mark = mark_at(text + at, length - at, &bytes)) <= MARK_ITEM)
			at += pg_mblen(text + at);
		if (at == length || mark == MARK_OPENS)
		{
			appendBinaryStringInfo(&p->held, text, (int) length);
			return;
		}
		/* alone behind a mark it may stand, as 有关地区：无, but not between brackets */
		if (at == 0 && strcmp(p->held.data, "无") == 0 && !(mark == MARK_CLOSES && mark_before(p, &before_at) == MARK_OPENS))
			clause_goes_on(p);
		else
		{
			resetStringInfo(&p->held);
			p->silent = true;
		}
		text += at;
		length -= at;
	}
	if (p->silent && length > 0)
	{
		size_t		gone;

		mark = mark_at(text, length, &bytes);
		gone = mark == MARK_SENTENCE && text[0] == '\n' ? close_gap(p, mark, 0) : close_gap(p, mark, bytes);
		text += gone;
		length -= gone;
		if (gone > 0 && length > 0 && text[0] == ' ' && (p->text.len == 0 || p->text.data[p->text.len - 1] == ' '))
		{
			text++;
			length--;
		}
		p->silent = false;
	}
	add_text(filling, text, length);
}

/* A choice has no text. */
void
clause_of_nothing(TemplateFilling *filling)
{
	Paragraph  *p = (Paragraph *) filling;
	int			at;

	if (p->held.len == 0 && mark_before(p, &at) != MARK_NONE)
		p->silent = true;
}

/* There are no names. The clause is held back until it is known what else it says. */
void
clause_of_none(Paragraph *p, const char *none)
{
	int			start = clause_start(p, p->text.len);

	if (p->said > start || p->behind_table)
	{
		add_string(p, none);
		return;
	}
	appendStringInfo(&p->held, "%s%s", p->text.data + start, none);
	cut_text(p, start);
}

/* The clause says something else: what was held back of it stands. */
void
clause_goes_on(Paragraph *p)
{
	if (p->held.len > 0)
	{
		add_text(&p->filling, p->held.data, p->held.len);
		resetStringInfo(&p->held);
	}
	p->silent = false;
}

/* The end of a paragraph is that of a sentence. */
void
end_clauses(Paragraph *p)
{
	if (strcmp(p->held.data, "无") == 0)
		clause_goes_on(p);
	else if (p->held.len > 0)
		p->silent = true;
	if (p->silent)
		close_gap(p, MARK_SENTENCE, 0);
}
