/*
 * uscc.c
 *		The unified social credit code (GB 32100-2015): reading and checking it.
 *
 * A code has 18 characters: the registering department (1), the category of the
 * organisation (2), the division code of the registering office (3 to 8), the
 * organisation code of GB 11714 with its own check character (9 to 17), and a
 * check character over all (18).
 *
 * No server headers: this is tested on its own.
 */
#include "core/uscc.h"

#include <stdio.h>
#include <string.h>

/* GB 32100-2015: the digits and the capital letters without I, O, S, V and Z. */
static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/* GB 32100-2015: the weight of position i is 3 to the power i - 1, modulo 31. */
static const int code_weights[USCC_LENGTH - 1] =
{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};

/* GB 11714: the weights of the eight characters of an organisation code. */
static const int organisation_weights[USCC_ORGANISATION_LENGTH - 1] =
{3, 7, 9, 10, 5, 8, 4, 2};

/* GB 11643: the weights and check characters of a citizen's identity number. */
static const int identity_weights[17] =
{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
static const char identity_checks[] = "10X98765432";

/* A byte that is not UTF-8 is carried as a number beyond every code point. */
#define STRAY_BYTE 0x110000

/* As many characters of an input are quoted in a message. */
#define QUOTED_CHARACTERS 40

/* ------------------------------------------------------------------ characters */

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/*
 * Read one character of UTF-8 (length > 0) and move on behind it.  Overlong forms,
 * surrogates and cut sequences yield their first byte, marked as stray.
 */
static uint32_t
next_character(const char **text, size_t *length)
{
	const unsigned char *s = (const unsigned char *) *text;
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t	c = s[0];
	size_t		n = 1;

	if (c >= 0xC2 && c <= 0xDF)
		n = 2;
	else if (c >= 0xE0 && c <= 0xEF)
		n = 3;
	else if (c >= 0xF0 && c <= 0xF4)
		n = 4;
	if (n > 1 && n <= *length)
	{
		c &= 0x7F >> n;
		for (size_t i = 1; i < n; i++)
		{
			if ((s[i] & 0xC0) != 0x80)
			{
				c = 0;			/* smaller than allowed below */
				break;
			}
			c = c << 6 | (s[i] & 0x3F);
		}
		if (c < smallest[n] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
			n = 1;
	}
	else
		n = 1;
	if (n == 1)
		c = s[0] < 0x80 ? s[0] : STRAY_BYTE + s[0];
	*text += n;
	*length -= n;
	return c;
}

/* Spaces and hyphens are no part of a code and may stand anywhere. */
static bool
is_dropped(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0x3000 ||
		c == '-' || c == 0x2010 || c == 0x2011;
}

/* Map a full-width character to its ASCII one and a small letter to its capital. */
static uint32_t
normalised(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFF01 - '!';
	if (c >= 'a' && c <= 'z')
		c -= 'a' - 'A';
	return c;
}

/* Would this character confuse a message: control, invisible, or turning its direction? */
static bool
is_invisible(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || c == 0x61C ||
		(c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
		(c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE0FFF) ||
		(c & 0xFFFE) == 0xFFFE;
}

/* Write a code point as UTF-8; return how many bytes that took (at most 4). */
static int
put_utf8(uint32_t c, char *buffer)
{
	if (c < 0x80)
	{
		buffer[0] = (char) c;
		return 1;
	}
	if (c < 0x800)
	{
		buffer[0] = (char) (0xC0 | c >> 6);
		buffer[1] = (char) (0x80 | (c & 0x3F));
		return 2;
	}
	if (c < 0x10000)
	{
		buffer[0] = (char) (0xE0 | c >> 12);
		buffer[1] = (char) (0x80 | (c >> 6 & 0x3F));
		buffer[2] = (char) (0x80 | (c & 0x3F));
		return 3;
	}
	buffer[0] = (char) (0xF0 | c >> 18);
	buffer[1] = (char) (0x80 | (c >> 12 & 0x3F));
	buffer[2] = (char) (0x80 | (c >> 6 & 0x3F));
	buffer[3] = (char) (0x80 | (c & 0x3F));
	return 4;
}

/*
 * Name a character in a message: "O", "汉" (U+6C49), U+200B, or byte 0xFF.
 * Takes at most 20 bytes with the closing zero.
 */
static void
name_character(uint32_t c, char *buffer)
{
	if (c >= STRAY_BYTE)
		sprintf(buffer, "byte 0x%02X", (unsigned) ((c - STRAY_BYTE) & 0xFF));
	else if (is_invisible(c))
		sprintf(buffer, "U+%04X", (unsigned) c);
	else
	{
		int			n;

		*buffer++ = '"';
		n = put_utf8(c, buffer);
		buffer += n;
		if (n == 1)
			strcpy(buffer, "\"");
		else
			sprintf(buffer, "\" (U+%04X)", (unsigned) c);
	}
}

/*
 * Quote an input for a message: at most 40 characters of it, cut between characters,
 * what cannot be seen written as \uXXXX, stray bytes as \xXX.  The buffer has
 * USCC_MESSAGE_SIZE bytes; the result is always valid UTF-8.
 */
void
uscc_quote(const char *text, size_t length, char *buffer)
{
	for (int i = 0; length > 0; i++)
	{
		uint32_t	c;

		if (i == QUOTED_CHARACTERS)
		{
			strcpy(buffer, "...");
			return;
		}
		c = next_character(&text, &length);
		if (c >= STRAY_BYTE)
			buffer += sprintf(buffer, "\\x%02X", (unsigned) ((c - STRAY_BYTE) & 0xFF));
		else if (is_invisible(c))
			buffer += sprintf(buffer, "\\u%04X", (unsigned) c);
		else
			buffer += put_utf8(c, buffer);
	}
	*buffer = '\0';
}

/* ------------------------------------------------------------------ check characters */

/* The value of a character in GB 32100-2015, 0 to 30, or -1. */
int
uscc_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(alphabet, c);

	return at == NULL ? -1 : (int) (at - alphabet);
}

/*
 * The check character for the first 17 of a code, which are of the alphabet:
 * 31 less the weighted sum modulo 31, where 31 stands for 0 (GB 32100-2015).
 */
char
uscc_check_character(const char *code)
{
	int			sum = 0;

	for (int i = 0; i < USCC_LENGTH - 1; i++)
		sum += uscc_value(code[i]) * code_weights[i];
	return alphabet[(31 - sum % 31) % 31];
}

/*
 * The check character for the first 8 of an organisation code, digits and capitals:
 * 11 less the weighted sum modulo 11; 10 is X and 11 is 0 (GB 11714).  Unlike in the
 * credit code, letters have the values 10 to 35 of the whole alphabet.
 */
char
uscc_organisation_check_character(const char *organisation)
{
	int			sum = 0;

	for (int i = 0; i < USCC_ORGANISATION_LENGTH - 1; i++)
	{
		char		c = organisation[i];

		sum += (is_digit(c) ? c - '0' : c - 'A' + 10) * organisation_weights[i];
	}
	return "0X987654321"[sum % 11];
}

/* Is this a citizen's identity number by its date and check character (GB 11643)? */
static bool
is_identity_number(const char *s)
{
	int			sum = 0;
	int			month;
	int			day;

	for (int i = 0; i < 17; i++)
	{
		if (!is_digit(s[i]))
			return false;
		sum += (s[i] - '0') * identity_weights[i];
	}
	month = (s[10] - '0') * 10 + s[11] - '0';
	day = (s[12] - '0') * 10 + s[13] - '0';
	return ((s[6] == '1' && (s[7] == '8' || s[7] == '9')) || (s[6] == '2' && s[7] == '0')) &&
		month >= 1 && month <= 12 && day >= 1 && day <= 31 &&
		s[17] == identity_checks[sum % 11];
}

/* ------------------------------------------------------------------ reading */

/* Note the first wrong character. */
static bool
wrong(UsccVerdict *verdict, UsccFault fault, int at)
{
	verdict->fault = fault;
	verdict->position = at + 1;
	verdict->found = (unsigned char) verdict->code[at];
	return false;
}

/* Judge verdict->code, 18 characters of the alphabet. */
static bool
judge(UsccVerdict *verdict)
{
	const char *code = verdict->code;
	bool		organisation_fits;
	bool		code_fits;

	/* 1 to 9, and since amendment 1 of 2016 A, N and Y. */
	if (strchr("123456789ANY", code[USCC_DEPARTMENT_AT]) == NULL)
		return wrong(verdict, USCC_WRONG_DEPARTMENT, USCC_DEPARTMENT_AT);
	if (!is_digit(code[USCC_CATEGORY_AT]))
		return wrong(verdict, USCC_WRONG_CATEGORY, USCC_CATEGORY_AT);
	for (int i = USCC_DIVISION_AT; i < USCC_DIVISION_AT + USCC_DIVISION_LENGTH; i++)
	{
		if (!is_digit(code[i]))
			return wrong(verdict, USCC_WRONG_DIVISION, i);
	}

	verdict->organisation_check = uscc_organisation_check_character(code + USCC_ORGANISATION_AT);
	verdict->check = uscc_check_character(code);
	organisation_fits = code[USCC_ORGANISATION_CHECK_AT] == verdict->organisation_check;
	code_fits = code[USCC_CHECK_AT] == verdict->check;
	if (!organisation_fits)
		return wrong(verdict, code_fits ? USCC_WRONG_ORGANISATION_CHECK : USCC_WRONG_BOTH_CHECKS,
					 USCC_ORGANISATION_CHECK_AT);
	if (!code_fits)
		return wrong(verdict, USCC_WRONG_CHECK, USCC_CHECK_AT);
	verdict->fault = USCC_VALID;
	return true;
}

/*
 * Read a code as people write it: spaces and hyphens are dropped, small letters and
 * full-width characters mapped; nothing is guessed.  True if it is valid; then
 * verdict->code is its canonical form.  Any bytes are fine as input.
 */
bool
uscc_parse(const char *text, size_t length, UsccVerdict *verdict)
{
	memset(verdict, 0, sizeof(*verdict));
	while (length > 0)
	{
		uint32_t	c = next_character(&text, &length);

		if (is_dropped(c) || is_dropped(normalised(c)))
		{
			verdict->dropped = true;
			continue;
		}
		c = normalised(c);
		if (verdict->length < USCC_LENGTH)
		{
			verdict->code[verdict->length] = c < 0x80 ? (char) c : '?';
			if (verdict->position == 0 && (c >= 0x80 || uscc_value((char) c) < 0))
			{
				verdict->position = (int) verdict->length + 1;
				verdict->found = c;
			}
		}
		verdict->length++;
	}
	if (verdict->length == 0)
		verdict->fault = USCC_EMPTY;
	else if (verdict->length != USCC_LENGTH)
		verdict->fault = USCC_WRONG_LENGTH;
	else if (verdict->position != 0)
		verdict->fault = USCC_WRONG_CHARACTER;
	else
		return judge(verdict);
	return false;
}

/*
 * Check 18 bytes that must be a code in its canonical form already: nothing is
 * mapped or dropped.  True if they are.
 */
bool
uscc_verify(const char *bytes, UsccVerdict *verdict)
{
	memset(verdict, 0, sizeof(*verdict));
	verdict->length = USCC_LENGTH;
	memcpy(verdict->code, bytes, USCC_LENGTH);
	for (int i = 0; i < USCC_LENGTH; i++)
	{
		if (uscc_value(bytes[i]) < 0)
		{
			wrong(verdict, USCC_WRONG_CHARACTER, i);
			if (verdict->found >= 0x80)
				verdict->found += STRAY_BYTE;
			return false;
		}
	}
	return judge(verdict);
}

/* ------------------------------------------------------------------ explaining */

/*
 * Say in one line what is wrong and what it should be.  The buffer has
 * USCC_MESSAGE_SIZE bytes; a valid code gives the empty string.
 */
void
uscc_reason(const UsccVerdict *verdict, char *buffer)
{
	char		found[24] = "";

	if (verdict->position != 0)
		name_character(verdict->found, found);

	switch (verdict->fault)
	{
		case USCC_VALID:
			buffer[0] = '\0';
			break;
		case USCC_EMPTY:
			strcpy(buffer, "it is empty");
			break;
		case USCC_WRONG_LENGTH:
			buffer += sprintf(buffer, "%lld character%s instead of 18",
							  (long long) verdict->length, verdict->length == 1 ? "" : "s");
			if (verdict->position != 0)
				sprintf(buffer, ", and position %d is %s, which no code contains",
						verdict->position, found);
			break;
		case USCC_WRONG_CHARACTER:
			sprintf(buffer, "position %d is %s, but a code consists of digits and of capital letters other than I, O, S, V and Z",
					verdict->position, found);
			break;
		case USCC_WRONG_DEPARTMENT:
			sprintf(buffer, "position 1 is %s, but the codes of the registering departments are 1 to 9, A, N and Y",
					found);
			break;
		case USCC_WRONG_CATEGORY:
			sprintf(buffer, "position 2 is %s, but the category of an organisation is a digit", found);
			break;
		case USCC_WRONG_DIVISION:
			sprintf(buffer, "position %d is %s, but positions 3 to 8, the division of the registering office, are digits",
					verdict->position, found);
			break;
		case USCC_WRONG_ORGANISATION_CHECK:
			sprintf(buffer, "position 17, the check character of the organisation code in positions 9 to 17, is %s and should be \"%c\"",
					found, verdict->organisation_check);
			break;
		case USCC_WRONG_CHECK:
			sprintf(buffer, "position 18, the check character of the whole code, is %s and should be \"%c\"",
					found, verdict->check);
			break;
		case USCC_WRONG_BOTH_CHECKS:
			sprintf(buffer, "both check characters are wrong: position 17, of the organisation code, is %s and should be \"%c\"; position 18, of the whole code, is \"%c\" and should be \"%c\"",
					found, verdict->organisation_check,
					verdict->code[USCC_CHECK_AT], verdict->check);
			break;
	}
}

/* The digit for which a letter that no code contains is often mistaken, or 0. */
static char
lookalike(char c)
{
	switch (c)
	{
		case 'I':
			return '1';
		case 'O':
			return '0';
		case 'S':
			return '5';
		case 'Z':
			return '2';
		default:
			return '\0';
	}
}

/*
 * Say what may have been meant, as a sentence; false if there is nothing to say.  The
 * buffer has USCC_MESSAGE_SIZE bytes.
 */
bool
uscc_hint(const UsccVerdict *verdict, char *buffer)
{
	const char *code = verdict->code;
	char		other[USCC_LENGTH];
	UsccVerdict second;

	buffer[0] = '\0';
	if (verdict->fault == USCC_VALID || verdict->fault == USCC_EMPTY)
		return false;

	if (verdict->fault == USCC_WRONG_LENGTH)
	{
		if (verdict->length > USCC_LENGTH && uscc_verify(code, &second))
			sprintf(buffer, "The first 18 characters, \"%.18s\", are a valid code; what follows may be the rest of an index number.",
					code);
		else if (verdict->length == USCC_ORGANISATION_LENGTH && verdict->position == 0 &&
				 code[8] == uscc_organisation_check_character(code))
			strcpy(buffer, "This is an organisation code (GB 11714) alone, which stands in positions 9 to 17 of a credit code.");
		return buffer[0] != '\0';
	}

	if (is_identity_number(code))
	{
		strcpy(buffer, "This is the identity number of a citizen (GB 11643); natural persons have no credit code.");
		return true;
	}

	if (verdict->fault == USCC_WRONG_CHARACTER)
	{
		for (int i = 0; i < USCC_LENGTH; i++)
			other[i] = lookalike(code[i]) != '\0' ? lookalike(code[i]) : code[i];
		if (uscc_verify(other, &second))
			sprintf(buffer, "Perhaps \"%.18s\" was meant, which is valid.", other);
		else if (verdict->found < 0x80 && lookalike((char) verdict->found) != '\0')
			sprintf(buffer, "Perhaps the digit %c was meant.", lookalike((char) verdict->found));
		return buffer[0] != '\0';
	}

	if (verdict->fault == USCC_WRONG_BOTH_CHECKS)
	{
		memcpy(other, code, USCC_LENGTH);
		other[USCC_ORGANISATION_CHECK_AT] = verdict->organisation_check;
		if (uscc_verify(other, &second))
		{
			sprintf(buffer, "With position 17 replaced by \"%c\", position 18 fits as it is.",
					verdict->organisation_check);
			return true;
		}
	}
	return false;
}

/* ------------------------------------------------------------------ labels */

typedef struct Label
{
	char		department;
	char		category;		/* 0 names the department itself */
	const char *chinese;
} Label;

/* GB 32100-2015 with amendment 1 of 2016, table of departments and categories. */
static const Label labels[] = {
	{'1', 0, "机构编制"},
	{'1', '1', "机关"},
	{'1', '2', "事业单位"},
	{'1', '3', "群众团体"},
	{'1', '9', "其他"},
	{'2', 0, "外交"},
	{'2', '1', "外国常驻新闻机构"},
	{'2', '9', "其他"},
	{'3', 0, "司法行政"},
	{'3', '1', "律师执业机构"},
	{'3', '2', "公证处"},
	{'3', '3', "基层法律服务所"},
	{'3', '4', "司法鉴定机构"},
	{'3', '5', "仲裁委员会"},
	{'3', '9', "其他"},
	{'4', 0, "文化"},
	{'4', '1', "外国在华文化中心"},
	{'4', '9', "其他"},
	{'5', 0, "民政"},
	{'5', '1', "社会团体"},
	{'5', '2', "民办非企业单位"},
	{'5', '3', "基金会"},
	{'5', '9', "其他"},
	{'6', 0, "旅游"},
	{'6', '1', "外国旅游部门常驻代表机构"},
	{'6', '2', "港澳台地区旅游部门常驻内地（大陆）代表机构"},
	{'6', '9', "其他"},
	{'7', 0, "宗教"},
	{'7', '1', "宗教活动场所"},
	{'7', '2', "宗教院校"},
	{'7', '9', "其他"},
	{'8', 0, "工会"},
	{'8', '1', "基层工会"},
	{'8', '9', "其他"},
	{'9', 0, "市场监管"},
	{'9', '1', "企业"},
	{'9', '2', "个体工商户"},
	{'9', '3', "农民专业合作社"},
	{'A', 0, "中央军委改革和编制办公室"},
	{'A', '1', "军队事业单位"},
	{'A', '9', "其他"},
	{'N', 0, "农业"},
	{'N', '1', "组级集体经济组织"},
	{'N', '2', "村级集体经济组织"},
	{'N', '3', "乡镇级集体经济组织"},
	{'N', '9', "其他"},
	{'Y', 0, "其他"},
	{'Y', '1', "其他"},
};

static const char *
find_label(char department, char category)
{
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++)
	{
		if (labels[i].department == department && labels[i].category == category)
			return labels[i].chinese;
	}
	return NULL;
}

/* The field of work of the registering department of a valid code. */
const char *
uscc_department_label(const char *code)
{
	return find_label(code[USCC_DEPARTMENT_AT], 0);
}

/* The kind of organisation of a valid code; NULL if the standard names none. */
const char *
uscc_category_label(const char *code)
{
	return find_label(code[USCC_DEPARTMENT_AT], code[USCC_CATEGORY_AT]);
}
