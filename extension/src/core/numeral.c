/*
 * numeral.c
 *		Whole numbers in words, and amounts of money in capital numerals (大写金额).
 *
 * A Chinese numeral is read in sections of eight digits, each so many 亿, and these in
 * groups of four, the upper one so many 万.  零 stands once for the zeros between two
 * digits, where the lower one does not begin its group.  二 is 两 as the number of a
 * thing that is counted: two alone, and before 千, 万 and 亿 where nothing comes before
 * it (两部, 两千家, 两万人; but 十二项, 二百人).
 *
 * Capital amounts follow the central bank's rules for bills: 整 behind 元 alone, and 零
 * where a zero 元 comes before 角, or a zero 角 before 分.
 */
#include "core/numeral.h"
#include "core/singular.h"

#include <string.h>

#define GROUP 4
#define SECTION 8

/* How digits are written. */
typedef struct Numerals
{
	const char *digits[10];
	const char *places[GROUP];	/* of 10^0 to 10^3 */
	bool		ten_alone;		/* 十二, not 一十二, where nothing comes before */
	bool		counts;			/* 两 for 二 of what is counted */
} Numerals;

static const Numerals plain = {
	{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}, {"", "十", "百", "千"}, true, false
};
static const Numerals counting = {
	{"零", "一", "二", "三", "四", "五", "六", "七", "八", "九"}, {"", "十", "百", "千"}, true, true
};
static const Numerals capital = {
	{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}, {"", "拾", "佰", "仟"}, false, false
};

/* A decimal text taken apart: sign, digits without zeros in front, decimals without zeros behind. */
typedef struct Parts
{
	bool		negative;
	const char *whole;
	size_t		wholes;
	const char *fraction;
	size_t		fractions;
} Parts;

static bool
read_parts(Parts *p, const char *value)
{
	const char *at = value;

	p->negative = *at == '-';
	at += p->negative;
	p->wholes = strspn(at, "0123456789");
	if (p->wholes == 0)
		return false;
	p->whole = at;
	at += p->wholes;
	if (*at == '.')
		at++;
	p->fraction = at;
	p->fractions = strspn(at, "0123456789");
	if (at[p->fractions] != '\0')
		return false;
	while (p->wholes > 0 && p->whole[0] == '0')
		p->whole++, p->wholes--;
	while (p->fractions > 0 && p->fraction[p->fractions - 1] == '0')
		p->fractions--;
	return true;
}

/* Is the digit at a place the only one but 0 in its group? */
static bool
alone_in_group(const Parts *p, size_t place)
{
	size_t		group = place / GROUP * GROUP;

	for (size_t i = group; i < group + GROUP && i < p->wholes; i++)
		if (i != place && p->whole[p->wholes - 1 - i] != '0')
			return false;
	return true;
}

/* Is this 2 said as 两? */
static bool
is_liang(const Parts *p, size_t place, bool first)
{
	if (place % GROUP == 3)
		return first;			/* 两千 */
	if (place % GROUP != 0 || !alone_in_group(p, place))
		return false;
	return place == 0 ? first : true;	/* 两部, 两万, 三亿零两万 */
}

/* Append the whole part of a number, which is not 0. */
static void
add_whole(Words *words, const Parts *p, const Numerals *numerals)
{
	bool		zeros = false;	/* since the last digit written */
	bool		first = true;
	bool		group_written = false;
	bool		section_written = false;

	for (size_t i = 0; i < p->wholes; i++)
	{
		size_t		place = p->wholes - 1 - i;
		int			digit = p->whole[i] - '0';

		if (digit == 0)
			zeros = true;
		else
		{
			if (zeros && !first)
				words_add(words, numerals->digits[0]);
			zeros = false;
			if (numerals->counts && digit == 2 && is_liang(p, place, first))
				words_add(words, "两");
			else if (!(numerals->ten_alone && first && digit == 1 && place % GROUP == 1))
				words_add(words, numerals->digits[digit]);
			words_add(words, numerals->places[place % GROUP]);
			first = false;
			group_written = section_written = true;
		}
		if (place % GROUP != 0)
			continue;
		if (place % SECTION != 0)
		{
			if (group_written)
				words_add(words, "万");
		}
		else if (section_written)
		{
			for (size_t section = place / SECTION; section > 0; section--)
				words_add(words, "亿");
			section_written = false;
		}
		/* 十万七千, 一万亿: no 零 for zeros at a group's own end */
		if (group_written)
			zeros = false;
		group_written = false;
	}
}

/*
 * Append a whole number in words, with the unit it counts ("" for none): 两部, 十二项,
 * two laws.  English has words up to ten, and digits beyond.  False, and nothing is
 * appended, if value is not whole or has too many digits, or is a percentage or money.
 */
bool
words_numeral(Words *words, const char *value, const char *unit, WordingLanguage language)
{
	static const char *const english[] = {
		"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"
	};
	Parts		p;
	int			number = 0;

	if (!read_parts(&p, value) || p.fractions > 0 || wording_is_percent(unit) || wording_is_currency(unit))
		return false;
	if (language == WORDING_ENGLISH)
	{
		if (p.wholes > 2 || p.negative)
			return false;
		for (size_t i = 0; i < p.wholes; i++)
			number = number * 10 + (p.whole[i] - '0');
		if (number > 10)
			return false;
		words_add(words, number == 0 && unit[0] == '\0' ? "zero" : english[number]);
		words_unit(words, unit, number == 1, language);
		return true;
	}
	if (p.wholes > NUMERAL_MOST_DIGITS)
		return false;
	if (p.wholes == 0)
		words_add(words, plain.digits[0]);
	else
	{
		if (p.negative)
			words_add(words, "负");
		add_whole(words, &p, unit[0] == '\0' ? &plain : &counting);
	}
	words_unit(words, unit, false, language);
	return true;
}

/*
 * Append an amount of yuan in capital numerals: 壹仟肆佰零玖元伍角, 壹仟元整.  False,
 * and nothing is appended, if it has parts of a fen, or too many digits.
 */
bool
words_capital_amount(Words *words, const char *value)
{
	Parts		p;
	int			jiao;
	int			fen;

	if (!read_parts(&p, value) || p.fractions > 2 || p.wholes > NUMERAL_MOST_DIGITS)
		return false;
	jiao = p.fractions > 0 ? p.fraction[0] - '0' : 0;
	fen = p.fractions > 1 ? p.fraction[1] - '0' : 0;
	if (p.negative && (p.wholes > 0 || jiao > 0 || fen > 0))
		words_add(words, "负");
	if (p.wholes > 0)
	{
		add_whole(words, &p, &capital);
		words_add(words, "元");
	}
	if (p.wholes == 0 && jiao == 0 && fen == 0)
		words_add(words, "零元");
	if (jiao == 0 && fen == 0)
	{
		words_add(words, "整");
		return true;
	}
	if (p.wholes > 0 && (jiao == 0 || p.whole[p.wholes - 1] == '0'))
		words_add(words, capital.digits[0]);
	if (jiao > 0)
	{
		words_add(words, capital.digits[jiao]);
		words_add(words, "角");
	}
	if (fen > 0)
	{
		words_add(words, capital.digits[fen]);
		words_add(words, "分");
	}
	return true;
}
