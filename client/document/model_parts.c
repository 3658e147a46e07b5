/*
 * What tables and charts beside the text are made of: the report's figures by a dimension and by month.
 *
 * They are counted from the same records as the report, as known at the same moment.
 */
#include "document/document.h"

#include "connect.h"
#include "document/model.h"
#include "task.h"

#include <stdlib.h>
#include <string.h>

bool
model_same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/* An array of codes for SQL; codes are words, so nothing in them is special. */
char *
model_array(char *const *codes, int count)
{
	Text		text = {0};

	text_add(&text, "{");
	for (int i = 0; i < count; i++)
		text_format(&text, "%s%s", i ? "," : "", codes[i]);
	text_add(&text, "}");
	return text.data;
}

bool
model_is_counted(const Figure *figure)
{
	static const char *const kinds[] = {"count", "sum", "planned", "stock", "distinct", "reported"};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if (model_same(figure->kind, kinds[i]))
			return figure->is_own;
	return false;
}

/* A title begins with a capital, whatever the name is that it begins with. */
char *
model_title(const Document *document, char *text)
{
	if (document->english && *text >= 'a' && *text <= 'z')
		*text = (char) (*text - 'a' + 'A');
	return text;
}

/* The scale that all numbers of a figure have in tables, where there is one, as the tables of the text have it: of one that only the other language has, the nearest. */
void
model_set_scale(const Document *document, Figure *figure, const PGresult *r, int row)
{
	const char *scale = PQgetvalue(r, row, PQfnumber(r, "scale"));
	const char *wording = PQgetvalue(r, row, PQfnumber(r, "wording"));
	const char *value_decimals = model_value(r, row, "value_decimals");
	static const struct
	{
		const char *scale;
		const char *said[2];	/* in Chinese, in English */
		int			places[2];	/* so many more then show as much */
	}			scales[] = {
		{"wan", {"wan", "million"}, {0, 2}}, {"yi", {"yi", "billion"}, {0, 1}}, {"wan_yi", {"wan_yi", "trillion"}, {0, 0}},
		{"million", {"wan", "million"}, {-2, 0}}, {"billion", {"yi", "billion"}, {-1, 0}}, {"trillion", {"wan_yi", "trillion"}, {0, 0}}};
	static const struct
	{
		const char *scale;
		int			power;
		const char *word;
	}			words[] = {{"wan", 4, "万"}, {"yi", 8, "亿"}, {"wan_yi", 12, "万亿"}, {"million", 6, "million "}, {"billion", 9, "billion "}, {"trillion", 12, "trillion "}};

	figure->said_unit = figure->unit;
	figure->scale = "none";
	figure->places = value_decimals ? atoi(value_decimals) : -1;
	figure->rounding = model_value(r, row, "rounding");
	figure->keep_zero = model_value(r, row, "keep_zero");
	if (figure->unit == NULL || model_same(figure->unit, "%") || (*wording && strcmp(wording, "exact") != 0) || (document->english && strpbrk(figure->unit, "$€£¥")))
		return;
	for (size_t i = 0; i < sizeof scales / sizeof *scales; i++)
		if (strcmp(scale, scales[i].scale) == 0)
		{
			figure->scale = scales[i].said[document->english];
			figure->rescaled = strcmp(figure->scale, scale) != 0;
			if (figure->places >= 0)
				figure->places += scales[i].places[document->english];
			if (value_decimals && figure->places < 0)
				figure->places = 0;
		}
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(figure->scale, words[i].scale) == 0)
		{
			figure->power = words[i].power;
			figure->said_unit = need_format("%s%s", words[i].word, figure->unit);
		}
}

/* The point moved: 179136000 in 万 is 17913.6. */
char *
model_scaled(const Figure *figure, const char *number)
{
	size_t		power = (size_t) figure->power;
	size_t		sign = number && *number == '-';
	size_t		whole;
	Text		digits = {0};
	Text		out = {0};

	if (number == NULL || power == 0 || strspn(number + sign, "0123456789.") != strlen(number + sign))
		return text_copy(number);
	whole = strspn(number + sign, "0123456789");
	for (size_t i = whole; i <= power; i++)
		text_add(&digits, "0");
	text_bytes(&digits, number + sign, whole);
	whole = digits.length - power;
	text_add(&digits, number[sign + strcspn(number + sign, ".")] ? strchr(number, '.') + 1 : "");
	while (digits.length > whole && digits.data[digits.length - 1] == '0')
		digits.data[--digits.length] = '\0';
	text_bytes(&out, number, sign);
	text_bytes(&out, digits.data, whole);
	text_add(&out, digits.length > whole ? "." : "");
	text_add(&out, digits.data + whole);
	return out.data;
}

/* The name of a figure for a heading, with its unit; in English only where the numbers have a scale. */
char *
model_with_unit(const Document *document, const Figure *figure)
{
	if (figure->unit == NULL || *figure->unit == '\0' || (document->english && figure->power == 0))
		return text_copy(figure->name);
	return need_format(WORD(document, "%s（%s）", "%s (%s)"), figure->name, figure->said_unit);
}

/* A number as it is printed: in English with commas between thousands, as the server prints it. */
static char *
printed(const Document *document, const char *number)
{
	size_t		sign = *number == '-';
	size_t		whole = strspn(number + sign, "0123456789");
	Text		out = {0};

	if (!document->english || whole < 4)
		return text_copy(number);
	text_bytes(&out, number, sign);
	for (size_t i = 0; i < whole; i++)
	{
		if (i > 0 && (whole - i) % 3 == 0)
			text_add(&out, ",");
		text_bytes(&out, number + sign + i, 1);
	}
	text_add(&out, number + sign + whole);
	return out.data;
}

void
cell_set_number(const Document *document, Cell *cell, const char *number)
{
	cell->number = text_copy(number);
	cell->text = number ? printed(document, number) : text_copy("—");
}

/* A number as the figure's words would say it, without unit and scale. */
static char *
rounded(const Document *document, const Figure *figure, const char *number)
{
	PGresult   *r = db_query("SELECT emgov.phrase($1::numeric, '', scale => $2, decimals => $3::int, rounding => $4, keep_zero => $5::boolean, lang => $6)", 6,
							 number, figure->scale, need_format("%d", figure->places), figure->rounding, figure->keep_zero, document->english ? "en" : "zh");
	const char *said = PQgetvalue(r, 0, 0);

	return text_slice(said, strspn(said, "-0123456789.,"));
}

/* Is what words say behind the digits a unit, perhaps with brackets about what is missing? */
static bool
is_unit(const char *said, const char *unit)
{
	const char *behind;

	said += strspn(said, " ");
	if (strncmp(said, unit, strlen(unit)) != 0)
		return false;
	behind = said + strlen(unit);
	return *behind == '\0' || strncmp(behind, "（", strlen("（")) == 0 || strncmp(behind, " (", 2) == 0;
}

void
cell_set_figure(const Document *document, Cell *cell, const Figure *figure, const char *number, const char *words)
{
	size_t		digits = words ? strspn(words, "-0123456789.,") : 0;

	cell_set_number(document, cell, model_scaled(figure, number));
	if (number && figure->said_unit && !figure->rescaled && digits > 0 && is_unit(words + digits, figure->said_unit))
		cell->text = text_slice(words, digits);
	else if (number && figure->places >= 0)
		cell->text = rounded(document, figure, number);
}

/* ------------------------------------------------------------------ figures in rows, as the server splits them */

/* The report's counted figures by a dimension. */
PGresult *
model_split(Document *document, const char *by, const char *codes)
{
	return db_query("SELECT f.code, f.member, coalesce(CASE $5 WHEN 'en' THEN f.member_name_en END, f.member_name) AS member_name, trim_scale(f.value) AS value, trim_scale(f.base) AS base,"
		"       f.rate, f.state, f.compared_with, f.base_kind, f.words, f.base_words"
		"  FROM @ledger@.figures(daterange($1::date, $2::date), $3::timestamptz, codes => $4::text[], by => $6, report => $7, lang => $5) WITH ORDINALITY AS f"
		" WHERE f.code = ANY ($4::text[]) ORDER BY f.ordinality",
		7, document->starts_on, document->ends_on, document->as_of, codes, document->english ? "en" : "zh", by, document->report);
}

char *
model_dimension(Document *document, const char *code)
{
	PGresult   *r = db_query("SELECT coalesce(CASE $2 WHEN 'en' THEN name_en END, name_zh) FROM @ledger@.dimension WHERE code = $1 AND active",
							  2, code, document->english ? "en" : "zh");

	return r && PQntuples(r) ? text_copy(PQgetvalue(r, 0, 0)) : NULL;
}

/* The year's months so far, of what is counted by the days of its period. */
char *
model_months(Document *document)
{
	PGresult   *r = db_query("SELECT emgov.ytd($1::date - 1, s.year_start) FROM @ledger@.ledger_setting AS s", 1, document->ends_on);

	return r ? text_copy(PQgetvalue(r, 0, 0)) : NULL;
}

PGresult *
model_by_month(Document *document, const char *codes)
{
	char	   *span = model_months(document);

	return span == NULL ? NULL : db_query("SELECT f.code, f.starts_on, f.ends_on - 1 AS last_day, trim_scale(f.value) AS value, trim_scale(f.base) AS base, f.state, f.base_kind, f.p_value, f.words,"
		"       CASE $4 WHEN 'en' THEN to_char(f.starts_on, 'Mon') ELSE to_char(f.starts_on, 'FMMM月') END"
		"       || CASE WHEN f.ends_on < emgov.month_of(f.starts_on) + interval '1 month' THEN CASE $4 WHEN 'en' THEN to_char(f.ends_on - 1, '\" (to \"FMDD\")\"') ELSE "
			"to_char(f.ends_on - 1, '（至FMDD日）') END ELSE '' END AS month,"
		"       lower(v.band) AS low, upper(v.band) AS high, lower(b.band) AS base_low, upper(b.band) AS base_high"
		"  FROM @ledger@.figure_series($1::text[], $2::daterange, 'month', $3::timestamptz, lang => $4) WITH ORDINALITY AS f"
		"  LEFT JOIN LATERAL (SELECT emgov.poisson_interval(f.value::bigint) AS band WHERE f.value >= 0 AND f.value = trunc(f.value) AND f.value < 1e15) AS v ON true"
		"  LEFT JOIN LATERAL (SELECT emgov.poisson_interval(f.base::bigint) AS band WHERE f.base >= 0 AND f.base = trunc(f.base) AND f.base < 1e15) AS b ON true"
		" WHERE f.code = ANY ($1::text[]) ORDER BY f.code, f.starts_on",
		4, codes, span, document->as_of, document->english ? "en" : "zh");
}

int
model_row(const PGresult *r, const char *code, const char *member)
{
	for (int i = 0; i < PQntuples(r); i++)
		if (strcmp(PQgetvalue(r, i, 0), code) == 0 &&
			(PQgetisnull(r, i, 1) ? member == NULL : member && strcmp(PQgetvalue(r, i, 1), member) == 0))
			return i;
	return -1;
}

/* How a value in a row of figures is marked: p, where it is of a part; NULL: not. */
const char *
model_mark(const PGresult *r, int row)
{
	const char *state = row < 0 ? "" : PQgetvalue(r, row, PQfnumber(r, "state"));

	return strncmp(state, "part_", 5) == 0 ? "p" : NULL;
}

/* How its base is: b, where it is a total as it was published. */
const char *
model_base_mark(const PGresult *r, int row)
{
	return row >= 0 && strcmp(PQgetvalue(r, row, PQfnumber(r, "base_kind")), "published_total") == 0 ? "b" : NULL;
}

/* ------------------------------------------------------------------ members */

static void
add_members(Members *members, const PGresult *r, const char *code)
{
	for (int i = 0; i < PQntuples(r) && members->count < 4096; i++)
	{
		bool		there = false;

		if (strcmp(PQgetvalue(r, i, 0), code) != 0)
			continue;
		for (int k = 0; k < members->count; k++)
			there = there || (PQgetisnull(r, i, 1) ? members->code[k] == NULL : model_same(members->code[k], PQgetvalue(r, i, 1)));
		if (there)
			continue;
		members->code[members->count] = model_value(r, i, "member");
		members->name[members->count] = model_value(r, i, "member_name");
		members->count++;
	}
}

/* The members that the rows of any of these figures have: the total first, as the server gives it, records of none last. */
Members *
model_members(const PGresult *r, Figure *const *figures, int count)
{
	Members    *members = need(sizeof *members);

	for (int i = 0; i < count; i++)
		add_members(members, r, figures[i]->code);
	for (int i = 0; i < members->count - 1; i++)
		if (members->code[i] && *members->code[i] == '\0')
		{
			char	   *code = members->code[i];
			char	   *name = members->name[i];
			size_t		behind = sizeof(char *) * (size_t) (members->count - 1 - i);

			memmove(members->code + i, members->code + i + 1, behind);
			memmove(members->name + i, members->name + i + 1, behind);
			members->code[members->count - 1] = code;
			members->name[members->count - 1] = name;
			break;
		}
	return members;
}

char *
model_member_name(const Document *document, const Members *members, int i)
{
	if (members->code[i] == NULL)
		return text_copy(WORD(document, "合计", "Total"));
	if (*members->code[i] == '\0')
		return text_copy(WORD(document, "未注明", "not stated"));
	return members->name[i] ? members->name[i] : members->code[i];
}
