/*
 * choice.c
 *		Words for values: what a list has to choose from.
 */
#include "value.h"

#include <stdlib.h>
#include <string.h>

#include "task.h"
#include "words.h"

#define NEAREST 5

static bool
has_chinese(const char *word)
{
	for (; *word; word++)
		if ((unsigned char) *word >= 0xE3)
			return true;
	return false;
}

/*
 * Whether a term says its value better than another: of a list that is no names, in English, the value itself; else a word of the language of the
 * run, in English also a value of letters, then any word before a code, and what came first.
 */
static bool
says_better(const Term *one, const Term *other, bool named)
{
	const Term *term[] = {one, other};
	int			rank[2];

	for (int i = 0; i < 2; i++)
	{
		bool		value = strcmp(term[i]->shown, term[i]->value) == 0, ours = has_chinese(term[i]->shown) == words_chinese;
		bool		letters = strspn(term[i]->shown, "abcdefghijklmnopqrstuvwxyz_") == strlen(term[i]->shown);

		rank[i] = !value ? (ours ? 2 : 1) : words_chinese ? 0 : !named ? 3 : letters ? 2 : 0;
	}
	return rank[0] != rank[1] ? rank[0] > rank[1] : rank[0] == 2 && !words_chinese ? one->place > other->place : one->place < other->place;
}

static bool values_named;		/* of the terms that are being sorted */

const char *
choice_word(const ValueType *type, const char *value)
{
	for (int i = 0; i < type->choice_count; i++)
		if (strcmp(type->choices[i].value, value) == 0)
			return type->choices[i].shown;
	return value;
}

static int
by_value(const void *a, const void *b)
{
	const Term *one = *(const Term *const *) a, *other = *(const Term *const *) b;
	int			order = strcmp(one->value, other->value);

	return order != 0 ? order : says_better(one, other, values_named) ? -1 : 1;
}

static int
by_place(const void *a, const void *b)
{
	return (*(const Term *const *) a)->place - (*(const Term *const *) b)->place;
}

void
list_choices(ValueType *type)
{
	const Term **terms = need((size_t) (type->term_count + 1) * sizeof *terms);
	int			n = 0;

	for (int i = 0; i < type->term_count; i++)
		if (type->terms[i].value[0])
			terms[n++] = &type->terms[i];
	values_named = type->named;
	qsort(terms, (size_t) n, sizeof *terms, by_value);
	type->choice_count = 0;
	for (int i = 0; i < n; i++)
		if (i == 0 || strcmp(terms[i]->value, terms[i - 1]->value) != 0)
			terms[type->choice_count++] = terms[i];
	qsort(terms, (size_t) type->choice_count, sizeof *terms, by_place);
	type->choices = need_more(type->choices, (size_t) (type->choice_count + 1) * sizeof *type->choices);
	for (int i = 0; i < type->choice_count; i++)
		type->choices[i] = *terms[i];
	free(terms);
}

/* The characters of a text, at most MOST_COMPARED. */
static int
characters_in(const char *text, unsigned *character)
{
	int			n = 0;

	for (const unsigned char *c = (const unsigned char *) text; *c && n < MOST_COMPARED; n++)
		for (character[n] = *c++; (*c & 0xC0) == 0x80; c++)
			character[n] = character[n] << 8 | *c;
	return n;
}

int
distance(const char *one, const char *other)
{
	unsigned	a[MOST_COMPARED], b[MOST_COMPARED];
	int			m = characters_in(one, a), n = characters_in(other, b);
	int			cost[MOST_COMPARED + 1];

	for (int j = 0; j <= n; j++)
		cost[j] = j;
	for (int i = 1; i <= m; i++)
	{
		int			before = cost[0];	/* of one character less of both */

		cost[0] = i;
		for (int j = 1; j <= n; j++)
		{
			int			changed = before + (a[i - 1] != b[j - 1]);

			before = cost[j];
			cost[j] = cost[j] < cost[j - 1] ? cost[j] + 1 : cost[j - 1] + 1;
			cost[j] = changed < cost[j] ? changed : cost[j];
		}
	}
	return cost[n];
}

/* The longer, the further; one that contains the other is near. */
static int
far(const char *one, const char *other)
{
	return strstr(one, other) || strstr(other, one) ? 1 : distance(one, other) * 2;
}

void
say_choices(Chars *reason, const ValueType *type, const char *word)
{
	const char *nearest[NEAREST];
	int			away[NEAREST], n = 0;

	if (type->choice_count == 0)
		return;
	if (type->choice_count <= MOST_SHOWN)
	{
		for (int i = 0; i < type->choice_count; i++)
			chars_format(reason, "%s%s", i ? TEXT(", ", "、") : TEXT("; there are ", "；可填："), type->choices[i].shown);
		return;
	}
	for (int i = 0; i < type->term_count; i++)
	{
		int			one = far(word, type->terms[i].word), at = 0;

		while (at < n && strcmp(nearest[at], type->terms[i].value) != 0)
			at++;
		if (type->terms[i].value[0] == '\0' || (at < n ? one >= away[at] : n == NEAREST && one >= away[n - 1]))
			continue;
		if (at == n)
			at = n < NEAREST ? n++ : n - 1;
		for (; at > 0 && away[at - 1] > one; at--)
			away[at] = away[at - 1], nearest[at] = nearest[at - 1];
		away[at] = one;
		nearest[at] = type->terms[i].value;
	}
	chars_format(reason, TEXT("; of %d the nearest are ", "；共%d个可选值，相近的有"), type->choice_count);
	for (int i = 0; i < n; i++)
		chars_format(reason, "%s%s%s%s", i ? TEXT(", ", "、") : "", TEXT("\"", "“"), choice_word(type, nearest[i]), TEXT("\"", "”"));
}
