/*
 * Reads a report from its ledger: the text with its tables and the places of its figures, the
 * figures with what stands behind each, the publication.
 *
 * All is read in one transaction that sees one state of the database.
 */
#include "document/document.h"

#include "connect.h"
#include "document/model.h"
#include "ledger.h"
#include "task.h"
#include "say.h"
#include "words.h"

#include <stdlib.h>
#include <string.h>

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

char *
model_value(const PGresult *result, int row, const char *column)
{
	int			number = PQfnumber(result, column);

	if (number < 0 || PQgetisnull(result, row, number))
		return NULL;
	return text_copy(PQgetvalue(result, row, number));
}

/* Letters and digits of a text, for an anchor. */
char *
model_id(const char *prefix, const char *text)
{
	char	   *id = need_format("%s%s", prefix, text ? text : "");

	for (char *c = id; *c; c++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-", *c) == NULL)
			*c = '-';
	return id;
}

Grid *
grid_new(char *id, char *title, int columns, int rows)
{
	Grid	   *table = need(sizeof *table);

	table->id = id;
	table->title = title;
	table->columns = columns;
	table->rows = rows;
	table->heading = need(sizeof(char *) * (size_t) columns);
	table->is_number = need(sizeof(bool) * (size_t) columns);
	table->is_total = need(sizeof(bool) * (size_t) rows);
	table->cell = need(sizeof(Cell) * (size_t) columns * (size_t) rows);
	return table;
}

Cell *
grid_cell(const Grid *table, int row, int column)
{
	return &table->cell[row * table->columns + column];
}

void
cell_mark(Cell *cell, const char *mark)
{
	if (mark && cell->number)
		cell->mark = mark;
}

char *
cell_said(const Cell *cell)
{
	if (cell->mark == NULL || cell->text == NULL)
		return cell->text;
	return need_format("%s [%s]", cell->text, cell->mark);
}

/* ------------------------------------------------------------------ what it is */

static void
read_standing(Document *document)
{
	PGresult   *r;
	const char *zone_words = "to_char(%s AT TIME ZONE s.time_zone, CASE $1 WHEN 'en' THEN 'FMDD FMMonth YYYY HH24:MI' ELSE 'FMYYYY\"年\"FMMM\"月\"FMDD\"日\"HH24:MI' END)";
	const char *lang;

	if (document->asked_publication)
	{
		r = db_query("SELECT p.id, p.report, p.starts_on, p.ends_on, p.as_of, p.hash, p.published_by, p.published_at, p.approved_by, p.force_reason, c.publication_id IS NOT NULL AS current"
			"  FROM @ledger@.publication AS p LEFT JOIN @ledger@.publication_current AS c ON c.publication_id = p.id WHERE p.id = $1::int",
			1, document->asked_publication);
		if (PQntuples(r) == 0)
		{
			fail(EXIT_FAILED, TEXT("there is no publication %s", "没有第%s号发布"), document->asked_publication);
		}
	}
	else
	{
		PGresult   *p = db_query("SELECT lower(p) AS starts_on, upper(p) AS ends_on, $2::timestamptz AS as_of FROM @ledger@.ledger_setting AS s, emgov.period($1, s.year_start) AS p",
			2, document->asked_period, document->asked_as_of);

		document->starts_on = model_value(p, 0, "starts_on");
		document->ends_on = model_value(p, 0, "ends_on");
		document->as_of = model_value(p, 0, "as_of");
		/* what was published as of this very moment is printed as it was published */
		r = db_query("SELECT p.id, p.report, p.starts_on, p.ends_on, p.as_of, p.hash, p.published_by, p.published_at, p.approved_by, p.force_reason, c.publication_id IS NOT NULL AS current"
			"  FROM @ledger@.publication AS p LEFT JOIN @ledger@.publication_current AS c ON c.publication_id = p.id"
			" WHERE p.report = $1 AND p.starts_on = $2 AND p.ends_on = $3 AND p.as_of = $4::timestamptz ORDER BY p.id DESC LIMIT 1",
			4, document->report, document->starts_on, document->ends_on, document->as_of);
	}
	if (PQntuples(r) > 0)
	{
		document->publication = model_value(r, 0, "id");
		document->report = model_value(r, 0, "report");
		document->starts_on = model_value(r, 0, "starts_on");
		document->ends_on = model_value(r, 0, "ends_on");
		document->as_of = model_value(r, 0, "as_of");
		document->hash = model_value(r, 0, "hash");
		document->published_by = model_value(r, 0, "published_by");
		document->published_at = model_value(r, 0, "published_at");
		document->approved_by = model_value(r, 0, "approved_by");
		document->remark = model_value(r, 0, "force_reason");
		document->standing = *PQgetvalue(r, 0, PQfnumber(r, "current")) == 't' ? STANDING_PUBLISHED : STANDING_SUPERSEDED;
	}
	/* its language and title as they were; a report that there is not is refused by report_text, with a hint */
	r = db_query(document->as_of ?
				  "SELECT title_zh, title_en, lang FROM @ledger@.report_as_of($2) WHERE code = $1" :
				  "SELECT title_zh, title_en, lang FROM @ledger@.report WHERE code = $1",
				  document->as_of ? 2 : 1, document->report, document->as_of);
	if (PQntuples(r) == 0)
		document->title = text_copy(document->report);
	else
	{
		document->english = strcmp(PQgetvalue(r, 0, 2), "en") == 0;
		if (document->lang && document->publication == NULL)
			document->english = same(document->lang, "en");
		else if (document->lang && document->english != same(document->lang, "en"))
			say_warning(TEXT("publication %s was published in Chinese, and is printed so", "第%s号发布以英文发布，按原文输出"), document->publication);
		document->title = model_value(r, 0, document->english && !PQgetisnull(r, 0, 1) ? "title_en" : "title_zh");
	}
	lang = document->english ? "en" : "zh";
	r = db_query(need_format(
		"SELECT emgov.period_name(daterange($2::date, $3::date), $1, year_start => s.year_start) AS period, %s AS as_of, %s AS published, %s AS today,"
		"       c.name_zh AS city_zh, c.name_en AS city_en, o.name_zh, o.name_en, cp.publication_id AS current"
		"  FROM @ledger@.ledger_setting AS s LEFT JOIN LATERAL (SELECT a.name_zh, a.name_en FROM @ledger@.area AS a WHERE a.kind IN ('province', 'city') AND a.valid_to IS NULL"
		"      ORDER BY (a.kind = 'province') = (SELECT count(*) > 1 FROM @ledger@.area AS b WHERE b.kind = 'city' AND b.valid_to IS NULL) DESC, a.code LIMIT 1) AS c ON true"
		"  LEFT JOIN @ledger@.organisation AS o ON o.code = 'bureau'"
		"  LEFT JOIN LATERAL (SELECT max(x.publication_id) AS publication_id FROM @ledger@.publication_current AS x JOIN @ledger@.publication AS p ON p.id = x.publication_id"
		"                      WHERE p.report = $6 AND p.starts_on = $2::date AND p.ends_on = $3::date) AS cp ON true",
		need_format(zone_words, "coalesce($4::timestamptz, now())"), need_format(zone_words, "$5::timestamptz"), need_format(zone_words, "now()")),
		6, lang, document->starts_on, document->ends_on, document->as_of, document->published_at, document->report);
	document->period = model_value(r, 0, "period");
	document->as_of_words = model_value(r, 0, "as_of");
	document->today_words = model_value(r, 0, "today");
	if (document->published_at)
		document->published_at = model_value(r, 0, "published");
	if (document->issuer == NULL)
	{
		char	   *city = model_value(r, 0, document->english ? "city_en" : "city_zh");
		char	   *bureau = model_value(r, 0, document->english && !PQgetisnull(r, 0, PQfnumber(r, "name_en")) ? "name_en" : "name_zh");

		if (document->english)		/* a line of its own begins with a capital */
		{
			char	   *issued = bureau ? bureau : city;

			if (issued && strncmp(issued, "the ", 4) == 0 && city)
				issued = need_format("%s%s%s", city, " ", issued + 4);
			if (issued && *issued >= 'a' && *issued <= 'z')
				*issued = (char) (*issued - 'a' + 'A');
			document->issuer = issued;
		}
		else if (bureau == NULL)
			document->issuer = city;
		else
		{
			static const char *const levels[] = {"市", "省"};

			document->issuer = bureau;
			for (int i = 0; i < 2 && city; i++)		/* 九江市, 市局: 九江市局 */
			{
				size_t		length = strlen(levels[i]);

				if (strncmp(bureau, levels[i], length) == 0 && strlen(city) > length && strcmp(city + strlen(city) - length, levels[i]) == 0)
					document->issuer = need_format("%s%s", city, bureau + length);
			}
		}
	}
	switch (document->standing)
	{
		case STANDING_PUBLISHED:
			document->standing_words = need_format(WORD(document, "已发布：第%s号，%s，发布人%s，校验值%.12s…。", "Published: no. %s, %s, by %s, hash %.12s…."),
												  document->publication, document->published_at, document->published_by, document->hash);
			break;
		case STANDING_SUPERSEDED:
			document->standing_words = need_format(WORD(document, "曾发布：第%s号，%s，发布人%s，校验值%.12s…；现行的是第%s号。", "Was published: no. %s, %s, by %s, hash %.12s…; "
				"the current one is no. %s."),
												  document->publication, document->published_at, document->published_by, document->hash, model_value(r, 0, "current"));
			break;
		case STANDING_DRAFT:
			document->standing_words = PQgetisnull(r, 0, PQfnumber(r, "current")) ?
				text_copy(WORD(document, "草稿：尚未发布，数字可能变动。", "Draft: not published, figures may change.")) :
				need_format(WORD(document, "草稿：未发布；已发布的是第%s号，数字以其为准。", "Draft: not published; what is published is no. %s."), model_value(r, 0, "current"));
	}
	document->closing = document->publication ?
		need_format(WORD(document, "以上为截至%s的数据（第%s号发布，校验值%.12s）。", "Data as known on %s (publication %s, hash %.12s)."),
				   document->as_of_words, document->publication, document->hash) :
		need_format(WORD(document, "以上为截至%s的数据（草稿，未发布）。", "Data as known on %s (draft, not published)."), document->as_of_words);
	document->slug = model_id("", document->report);
}

/* ------------------------------------------------------------------ figures */

static char *
kind_words(const Document *document, const char *kind)
{
	static const char *const kinds[][3] = {
		{"count", "件数", "number of records"}, {"distinct", "去重个数", "each counted once"}, {"sum", "合计", "sum"}, {"mean", "平均", "mean"}, {"share", "占比", "share"},
		{"completion", "完成率", "share done"}, {"planned", "计划数", "planned"}, {"stock", "期末存量", "stock at the end"}, {"streak", "连续次数", "in a row"}, {"largest", "最大值", "largest"},
		{"change", "增减", "change"}, {"ratio", "比值", "ratio"}, {"reduction", "降幅", "reduction"}, {"rate", "率", "rate"}, {"total", "加总", "total"}, {"reported", "填报数", "as reported"}};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (same(kind, kinds[i][0]))
			return text_copy(WORD(document, kinds[i][1], kinds[i][2]));
	return text_copy(kind);
}

/* What a member is called; NULL: there is none. */
static char *
named(const Document *document, const char *member, char *name)
{
	if (member == NULL || (name && *name))
		return name;
	return text_copy(*member ? member : WORD(document, "未注明", "not stated"));
}

static void
read_figures(Document *document)
{
	const char *lang = document->english ? "en" : "zh";
	const char *common =
		"SELECT f.code, f.member, f.member_name, f.member2, f.member2_name, f.name, f.starts_on, f.ends_on - 1 AS last_day, f.ends_on,"
		"       emgov.period_name(daterange(f.starts_on, f.ends_on), $1, year_start => s.year_start) AS period,"
		"       trim_scale(f.value) AS value, trim_scale(f.numerator) AS numerator, trim_scale(f.denominator) AS denominator, trim_scale(f.base) AS base, f.rate, trim_scale(f.amount) AS amount,"
		"       f.unit, f.words, f.phrase, f.state, f.p_value, f.comparator, f.compared_with, f.change_words, f.base_name, f.base_words, f.definition_version,"
		"       f.record_count, f.reason, f.base_kind, f.kind, f.source, f.filter, f.definition, f.significance, f.scale, f.wording,"
		"       f.value_decimals, coalesce(f.rounding, 'half_up') AS rounding, coalesce(f.keep_zero, false) AS keep_zero,"
		"       f.own_comparator, f.compares OR f.comparator <> f.own_comparator AS compares, f.approved_by,"
		"       round(lower(c.band), 2) AS low, round(upper(c.band), 2) AS high,"
		"       coalesce((SELECT string_agg(coalesce(CASE $1 WHEN 'en' THEN a.name_en END, a.name_zh, m), CASE $1 WHEN 'en' THEN ', ' ELSE '、' END ORDER BY m)"
		"                   FROM unnest(f.missing) AS m LEFT JOIN @ledger@.area AS a ON a.code = m), '') AS missing,"
		"       CASE $1 WHEN 'en' THEN split_part(o.description, ' | ', 2) ELSE split_part(o.description, ' | ', 1) END AS source_words, said.section AS said_in,"
		"       f.member IS NULL AND f.starts_on = $4::date AND f.ends_on = $5::date AND f.comparator = f.own_comparator AS own,"
		"       was.words AS was_words, was.code IS NOT NULL AND was.value IS DISTINCT FROM f.value AS revised"
		"  FROM @ledger@.ledger_setting AS s CROSS JOIN (%s) AS f"
		"  LEFT JOIN LATERAL (SELECT w.code, w.words, w.value FROM @ledger@.publication_figure AS w"
		"              WHERE w.publication_id = (SELECT max(x.id) FROM @ledger@.publication AS x WHERE x.report = $2 AND x.starts_on = $4::date AND x.ends_on = $5::date AND "
			"($6::int IS NULL OR x.id < $6::int)"
		"                                       AND x.as_of <= coalesce($3::timestamptz, now()))"
		"                AND w.code = f.code AND w.starts_on = f.starts_on AND w.ends_on = f.ends_on AND w.comparator = f.comparator"
		"                AND CASE WHEN w.dimension <> '' THEN w.member END IS NOT DISTINCT FROM f.member AND CASE WHEN strpos(w.dimension, ',') > 0 THEN w.member2 END IS NOT DISTINCT FROM f.member2"
		"              LIMIT 1) AS was ON true"
		"  LEFT JOIN LATERAL (SELECT emgov.poisson_interval(f.value::bigint) AS band"
		"              WHERE f.significance <> 'none' AND f.value >= 0 AND f.value = trunc(f.value) AND f.value < 1e15) AS c ON true"
		"  LEFT JOIN LATERAL (SELECT obj_description(to_regclass(CASE WHEN strpos(f.source, '.') > 0 THEN f.source ELSE quote_ident(@name@) || '.' || quote_ident(f.source) END), 'pg_class')"
		"                     AS description WHERE f.source IS NOT NULL) AS o ON true"
		"  LEFT JOIN LATERAL (SELECT p.section FROM %s AS p WHERE p.report = $2 AND p.active AND EXISTS (SELECT FROM unnest(p.needs) AS n WHERE n ~ ('^' || f.code || '($|[@/ ])'))"
		"                      ORDER BY p.section LIMIT 1) AS said ON true"
		" ORDER BY f.section NULLS LAST, f.ordinal NULLS LAST, f.code COLLATE \"C\", f.starts_on DESC, f.ends_on, f.member NULLS FIRST, f.member2 NULLS FIRST, f.comparator";
	const char *rows = document->publication ?
		"SELECT p.code, coalesce(CASE $1 WHEN 'en' THEN p.definition->>'name_en' END, p.name_zh) AS name, "
				   "       CASE WHEN p.dimension <> '' THEN p.member END AS member, CASE WHEN strpos(p.dimension, ',') > 0 THEN p.member2 END AS member2, p.member_name, p.member2_name,"
				   "       p.starts_on, p.ends_on, p.value, p.numerator, p.denominator, p.base, p.rate, p.amount, p.unit, p.words, p.phrase, p.state, p.p_value, p.comparator, p.compared_with,"
				   "       p.change_words, p.base_name, p.base_words, p.definition_version, p.record_count, NULL::text AS reason,"
				   "       p.base_kind, p.definition->>'kind' AS kind, p.definition->>'source' AS source,"
				   "       p.definition->>'filter' AS filter, p.definition->>'scale' AS scale, p.definition->>'wording' AS wording,"
				   "       (p.definition->>'value_decimals')::int AS value_decimals, p.definition->>'rounding' AS rounding, (p.definition->>'keep_zero')::boolean AS keep_zero,"
				   "       coalesce(CASE $1 WHEN 'en' THEN p.definition->>'definition_en' END, p.definition->>'definition_zh') AS definition, "
					"coalesce(p.definition->>'significance', 'none') AS significance,"
				   "       coalesce(nullif(p.definition->>'comparator', 'none'), 'year_earlier') AS own_comparator, p.definition->>'comparator' <> 'none' AS compares, NULL::text AS "
					"approved_by, p.missing,"
				   "       (p.definition->>'section')::int AS section, (SELECT i.ordinal FROM @ledger@.indicator AS i WHERE i.code = p.code) AS ordinal"
				   "  FROM @ledger@.publication_figure AS p WHERE p.publication_id = $6::int AND $3::timestamptz IS NOT NULL" :
		/* a member of the second of two dimensions alone comes as member2: it is a member as any, and no total */
		need_format("SELECT r.code, r.name, coalesce(r.member, r.member2) AS member, CASE WHEN r.member IS NOT NULL THEN r.member2 END AS member2,"
				   "       CASE WHEN r.member IS NOT NULL THEN m.name ELSE m.name2 END AS member_name, CASE WHEN r.member IS NOT NULL THEN m.name2 END AS member2_name,"
				   "       r.starts_on, r.ends_on, r.value, r.numerator,"
				   "       r.denominator, r.base, r.rate, r.amount, r.unit, r.words, r.phrase, r.state, r.p_value, r.comparator, r.compared_with, r.change_words, r.base_name, r.base_words,"
				   "       r.definition_version, r.record_count, r.reason, r.base_kind, r.kind, r.source, i.filter, i.scale, i.wording, i.value_decimals, i.rounding, i.keep_zero,"
				   "       coalesce(CASE $1 WHEN 'en' THEN i.definition_en END, i.definition_zh) AS definition,"
				   "       i.significance,"
				   "       coalesce(nullif(i.comparator, 'none'), 'year_earlier') AS own_comparator, i.comparator <> 'none' AS compares, i.approved_by, r.missing, i.section, i.ordinal"
				   "  FROM @ledger@.report_figures($2, daterange($4::date, $5::date), $3::timestamptz, $1) AS r LEFT JOIN %s AS i ON i.code = r.code"
				   " CROSS JOIN LATERAL (SELECT coalesce(CASE $1 WHEN 'en' THEN r.member_name_en END, r.member_name) AS name,"
				   "                            coalesce(CASE $1 WHEN 'en' THEN r.member2_name_en END, r.member2_name) AS name2) AS m",
				   document->as_of ? "@ledger@.indicator_as_of($3::timestamptz)" : "@ledger@.indicator");
	PGresult   *r = db_query(need_format(common, rows, document->as_of ? "@ledger@.report_paragraph_as_of($3::timestamptz)" : "@ledger@.report_paragraph"),
							 6, lang, document->report, document->as_of, document->starts_on, document->ends_on, document->publication);

	document->figures = PQntuples(r);
	document->figure = need(sizeof(Figure) * (size_t) document->figures);
	for (int i = 0; i < document->figures; i++)
	{
		Figure	   *f = &document->figure[i];
		const char *ends_on = PQgetvalue(r, i, PQfnumber(r, "ends_on"));

		f->code = model_value(r, i, "code");
		f->name = model_value(r, i, "name");
		f->member = model_value(r, i, "member");
		f->member_name = named(document, f->member, model_value(r, i, "member_name"));
		f->member2 = model_value(r, i, "member2");
		f->member2_name = named(document, f->member2, model_value(r, i, "member2_name"));
		f->period = model_value(r, i, "period");
		f->starts_on = model_value(r, i, "starts_on");
		f->ends_on = model_value(r, i, "ends_on");
		f->last_day = model_value(r, i, "last_day");
		f->value = model_value(r, i, "value");
		f->numerator = model_value(r, i, "numerator");
		f->denominator = model_value(r, i, "denominator");
		f->base = model_value(r, i, "base");
		f->rate = model_value(r, i, "rate");
		f->amount = model_value(r, i, "amount");
		f->unit = model_value(r, i, "unit");
		model_set_scale(document, f, r, i);
		f->words = model_value(r, i, "words");
		f->phrase = model_value(r, i, "phrase");
		f->state = model_value(r, i, "state");
		f->state_words = f->state ? text_copy(WORD(document, ledger_state(f->state).zh, ledger_state(f->state).en)) : NULL;
		f->p_value = model_value(r, i, "p_value");
		f->comparator = model_value(r, i, "comparator");
		f->compared_with = model_value(r, i, "compared_with");
		f->change_words = model_value(r, i, "change_words");
		f->base_name = model_value(r, i, "base_name");
		f->base_words = model_value(r, i, "base_words");
		f->version = model_value(r, i, "definition_version");
		f->approved_by = model_value(r, i, "approved_by");
		f->record_count = model_value(r, i, "record_count");
		f->reason = model_value(r, i, "reason");
		if (f->reason && strstr(f->reason, "cannot be reached") && strncmp(f->reason, "base: ", 6) != 0 && (same(f->state, "no_data") || same(f->state, "part_members")))
			f->state_words = text_copy(same(f->state, "no_data") ? WORD(document, "所在服务器无法连接", "its server cannot be reached") :
									   WORD(document, "部分地区的服务器无法连接", "servers of some areas cannot be reached"));
		f->kind = model_value(r, i, "kind");
		f->kind_words = kind_words(document, f->kind);
		f->source = model_value(r, i, "source");
		f->source_words = model_value(r, i, "source_words");
		if (f->source_words == NULL || *f->source_words == '\0')
			f->source_words = f->source;
		f->subject = f->source ? need_format("%s %s", f->source, PQgetvalue(r, i, PQfnumber(r, "filter"))) : need_format("derived %d", i);
		f->section = model_value(r, i, "said_in");
		f->definition = model_value(r, i, "definition");
		f->significance = model_value(r, i, "significance");
		f->low = model_value(r, i, "low");
		f->high = model_value(r, i, "high");
		f->missing = model_value(r, i, "missing");
		f->is_own = *PQgetvalue(r, i, PQfnumber(r, "own")) == 't';
		f->compares = *PQgetvalue(r, i, PQfnumber(r, "compares")) == 't';
		f->mark = "";
		if (*PQgetvalue(r, i, PQfnumber(r, "revised")) == 't')
		{
			f->mark = "r";
			f->was = model_value(r, i, "was_words");
		}
		else if (f->state && (same(f->state, "part_period") || same(f->state, "part_members")))
			f->mark = "p";
		/* of what is not compared nobody asks how it compares */
		if (f->state && !f->compares && (same(f->state, "comparable") || same(f->state, "new") || same(f->state, "none") || same(f->state, "no_base") ||
										 same(f->state, "not_published") || same(f->state, "not_comparable")))
			f->state_words = text_copy(WORD(document, "不作比较", "not compared"));
		f->base_given = f->base && f->compares && same(model_value(r, i, "base_kind"), "published_total");
		f->marks = need_format("%s%s%s", f->mark, *f->mark && f->base_given ? " " : "", f->base_given ? "b" : "");
		if (f->base_given)
			f->state_words = need_format(WORD(document, "%s（基数为已公布数）", "%s (base as published)"), f->state_words);
		f->id = model_id("figure-", f->is_own ? f->code :
						 need_format("%s-%s-%s-%s-%s%s%s", f->code, f->starts_on, ends_on, f->comparator ? f->comparator : "", f->member ? f->member : "all",
									 f->member2 ? "-" : "", f->member2 ? f->member2 : ""));
		for (int j = 0; j < i; j++)
			if (strcmp(document->figure[j].id, f->id) == 0)
				f->id = need_format("figure-%d", i + 1);
	}
}

/* SQLSTATE of a server that a foreign table lies on, and that cannot be reached */
#define CANNOT_CONNECT "08001"

/* The first records behind each figure of the whole, without columns that may be personal. */
static void
read_records(Document *document)
{
	const char *sql = "SELECT r.part, r.record_key, coalesce(r.record->>i.date_column, r.record->>'starts_on') AS day,"
		"       coalesce(CASE WHEN $6 = 'en' THEN a.name_en END, a.name_zh, r.record->>'area_code') AS area, r.record->>'number' AS number, trim_scale(r.amount) AS amount"
		"  FROM @ledger@.figure_rows($1, daterange($2::date, $3::date + 1), $4::timestamptz) AS r LEFT JOIN @ledger@.indicator AS i ON i.code = $1"
		"  LEFT JOIN @ledger@.area AS a ON a.code = r.record->>'area_code' LIMIT $5::int";
	const char *limit = need_format("%d", document->listed_records);
	char	   *unreached = NULL;		/* figures whose records lie, some of them, on a server that cannot be reached */
	char	   *why = NULL;

	for (int i = 0; i < document->figures && document->listed_records > 0; i++)
	{
		Figure	   *f = &document->figure[i];
		PGresult   *r;

		if (f->member || f->record_count == NULL || strcmp(f->record_count, "0") == 0 || same(f->state, "failed") || f->value == NULL)
			continue;
		for (int j = 0; j < i; j++)		/* the same figure against something else */
			if (same(document->figure[j].code, f->code) && same(document->figure[j].starts_on, f->starts_on) && same(document->figure[j].last_day, f->last_day) && document->figure[j].member == NULL)
			{
				f->record = document->figure[j].record;
				f->records = document->figure[j].records;
			}
		if (f->records > 0)
			continue;
		/* of figures that lack a part none is asked again after one that could not be told */
		r = NULL;
		if (!unreached || !same(f->state, "part_members"))
		{
			db_do("SAVEPOINT records", 0);
			r = db_try(sql, 6, f->code, f->starts_on, f->last_day, document->as_of, limit, document->english ? "en" : "zh");
			if (!db_ok(r) && !db_state(r, CANNOT_CONNECT))
				db_failed(r);
		}
		if (!r || !db_ok(r))
		{
			if (r)
			{
				if (!why)
					why = need_copy(PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY));
				db_do("ROLLBACK TO SAVEPOINT records", 0);
				PQclear(r);
			}
			unreached = unreached ? need_format("%s%s%s", unreached, TEXT(", ", "、"), f->code) : need_copy(f->code);
			continue;
		}
		db_do("RELEASE SAVEPOINT records", 0);
		f->records = PQntuples(r);
		f->record = need(sizeof(Record) * (size_t) f->records);
		for (int j = 0; j < f->records; j++)
		{
			f->record[j].part = model_value(r, j, "part");
			f->record[j].key = model_value(r, j, "record_key");
			f->record[j].day = model_value(r, j, "day");
			f->record[j].area = model_value(r, j, "area");
			f->record[j].number = model_value(r, j, "number");
			f->record[j].amount = model_value(r, j, "amount");
		}
		PQclear(r);
	}
	if (unreached)
		say_warning(TEXT("the records behind %s are left out: %s", "%s 的相关记录未列出：%s"), unreached, why);
}

/* ------------------------------------------------------------------ text */

/*
 * Finds where a paragraph says its figures, to link them. The template names the places in their order;
 * a place is found where the words of its figure follow the few characters that stand before the place
 * in the template. What is not found so is not linked.
 */
static void
find_places(Document *document, Block *block, const char *template)
{
	const char *text = block->text;
	const char *from = text;
	const char *place = template;

	while (from && place && (place = strchr(place, '{')) != NULL)
	{
		size_t		code = strcspn(place + 1, " .@}<>=,(");
		const char *before = place;
		const char *kind = place + 1 + code;
		size_t		prefix;
		char	   *wanted = NULL;
		Figure	   *figure = NULL;

		/* back to the end of the place or choice before, four characters at most */
		while (before > template && place - before < 12 && strchr("}]|?[\\", before[-1]) == NULL)
			before--;
		while (before < place && ((unsigned char) *before & 0xC0) == 0x80)
			before++;
		prefix = (size_t) (place - before);
		for (int i = 0; i < document->figures && figure == NULL; i++)
		{
			Figure	   *f = &document->figure[i];

			if (f->member == NULL && strlen(f->code) == code && strncmp(f->code, place + 1, code) == 0 && f->words &&
				(*kind == '@' ? !f->is_own : f->is_own))
				figure = f;
		}
		if (figure && *kind == '@')		/* of several other periods: the one whose words stand there */
			for (int i = 0; i < document->figures; i++)
			{
				Figure	   *f = &document->figure[i];

				if (f->member == NULL && !f->is_own && strlen(f->code) == code && strncmp(f->code, place + 1, code) == 0 && f->words &&
					strstr(from, need_format("%.*s%s", (int) prefix, before, f->words)) != NULL)
				{
					figure = f;
					break;
				}
			}
		if (figure)
		{
			const char *words = strncmp(kind, ".phrase", 7) == 0 && figure->phrase ? figure->phrase : figure->words;
			const char *found;

			wanted = need_format("%.*s%s", (int) prefix, before, words);
			found = strstr(from, wanted);
			if (found && (prefix > 0 || found == from))
			{
				block->link[block->links].at = (size_t) (found - text) + prefix;
				block->link[block->links].length = strlen(words);
				block->link[block->links].figure = figure;
				block->links++;
				from = found + strlen(wanted);
			}
		}
		place++;
	}
}

/* The next line of a text; *line is advanced, NULL at the end. */
static char *
next_line(const char **line)
{
	const char *end;
	char	   *this;

	if (*line == NULL)
		return NULL;
	end = strchr(*line, '\n');
	this = end ? text_slice(*line, (size_t) (end - *line)) : text_copy(*line);
	*line = end ? end + 1 : NULL;
	return this;
}

/* Whether a line is the heading of this table: its columns' headings, apart by blanks; the first word then stands over the names. */
static bool
is_heading(const char *line, Grid *table)
{
	size_t		end = strlen(line);

	for (int i = table->columns - 1; i > 0; i--)
	{
		size_t		length = strlen(table->heading[i]);

		while (end > 0 && line[end - 1] == ' ')
			end--;
		if (end < length || strncmp(line + end - length, table->heading[i], length) != 0)
			return false;
		end -= length;
		if (end == 0 || line[end - 1] != ' ')
			return false;
	}
	while (end > 0 && line[end - 1] == ' ')
		end--;
	table->heading[0] = text_slice(line, end);
	return true;
}

/* One more block of a section. */
static Block *
add_block(Section *section)
{
	if ((section->blocks & (section->blocks - 1)) == 0)	/* room doubles at each power of two */
	{
		Block	   *larger = need(sizeof(Block) * (size_t) (section->blocks ? section->blocks * 2 : 1));

		if (section->blocks)
			memcpy(larger, section->block, sizeof(Block) * (size_t) section->blocks);
		section->block = larger;
	}
	return &section->block[section->blocks++];
}

static void
add_text(Document *document, Section *section, const Text *text, const char *template, int places)
{
	Block	   *block;

	if (text->length == 0)
		return;
	block = add_block(section);
	block->text = text_copy(text->data);
	block->link = need(sizeof block->link[0] * (size_t) (places + 1));
	if (template)
		find_places(document, block, template);
}

/* How a cell of a table in the text is marked, as the figure is that it says. */
static const char *
mark_in_text(const Document *document, const PGresult *cells, int row)
{
	const char *form = PQgetvalue(cells, row, PQfnumber(cells, "form"));
	char	   *first = model_value(cells, row, "member");
	char	   *second = model_value(cells, row, "member2");
	const char *member = first ? first : second;
	const char *member2 = first ? second : NULL;
	char	   *comparator = model_value(cells, row, "comparator");

	for (int i = 0; i < document->figures; i++)
	{
		const Figure *f = &document->figure[i];

		if (strcmp(f->code, PQgetvalue(cells, row, PQfnumber(cells, "code"))) != 0 || !same(f->member, member) || !same(f->member2, member2) ||
			!same(f->starts_on, document->starts_on) || !same(f->ends_on, document->ends_on))
			continue;
		if (strcmp(form, "value") == 0)
			return f->state && strncmp(f->state, "part_", 5) == 0 ? "p" : NULL;
		if (strcmp(form, "base") == 0 && (comparator == NULL || same(comparator, f->comparator)))
			return f->base_given ? "b" : NULL;
	}
	return NULL;
}

/* The number of a cell of a table in the text, in the scale that its heading has. */
static char *
number_in_text(const Document *document, const PGresult *cells, int row)
{
	char	   *number = model_value(cells, row, "value");
	const char *form = PQgetvalue(cells, row, PQfnumber(cells, "form"));

	for (int i = 0; i < document->figures && strcmp(form, "rate") != 0; i++)
		if (strcmp(document->figure[i].code, PQgetvalue(cells, row, PQfnumber(cells, "code"))) == 0)
			return model_scaled(&document->figure[i], number);
	return number;
}

static void
read_text(Document *document)
{
	const char *lang = document->english ? "en" : "zh";
	PGresult   *t;
	PGresult   *c;
	PGresult   *b;
	int			cell;
	int			cells;

	if (document->publication)
	{
		t = db_query("SELECT ordinal, section, heading, body FROM @ledger@.publication_text($1::int)", 1, document->publication);
		c = db_query("SELECT * FROM @ledger@.publication_tables($1::int) ORDER BY section, ordinal, \"table\", \"row\", \"column\"",
						  1, document->publication);
	}
	else
	{
		t = db_query("SELECT ordinal, section, heading, body FROM @ledger@.report_text($1, daterange($2::date, $3::date), $4::timestamptz, $5)", 5, document->report,
			document->starts_on, document->ends_on, document->as_of, lang);
		c = db_query("SELECT * FROM @ledger@.report_tables($1, daterange($2::date, $3::date), $4::timestamptz, $5) ORDER BY section, ordinal, \"table\", \"row\", \"column\"", 5,
			document->report, document->starts_on, document->ends_on, document->as_of, lang);
	}
	b = db_query(document->as_of ?
				 "SELECT p.section, p.ordinal, CASE $2 WHEN r.lang THEN p.body WHEN 'en' THEN p.body_en END AS body"
				 "  FROM @ledger@.report_paragraph_as_of($3::timestamptz) AS p JOIN @ledger@.report_as_of($3::timestamptz) AS r ON r.code = p.report WHERE p.report = $1" :
				 "SELECT p.section, p.ordinal, CASE $2 WHEN r.lang THEN p.body WHEN 'en' THEN p.body_en END AS body"
				 "  FROM @ledger@.report_paragraph AS p JOIN @ledger@.report AS r ON r.code = p.report WHERE p.report = $1",
				 document->as_of ? 3 : 2, document->report, lang, document->as_of);
	cells = PQntuples(c);
	document->section = need(sizeof(Section) * (size_t) (PQntuples(t) + 1));
	if (document->section == NULL)
		return;
	for (int i = 0; i < PQntuples(t); i++)
	{
		char	   *number = model_value(t, i, "section");
		char	   *ordinal = model_value(t, i, "ordinal");
		char	   *heading = model_value(t, i, "heading");
		const char *line = PQgetvalue(t, i, PQfnumber(t, "body"));
		const char *template = NULL;
		Section    *section = document->sections ? &document->section[document->sections - 1] : NULL;
		Text		text = {0};
		Grid	   *tables[64];
		int			count = 0;
		int			next = 0;
		int			places = 0;

		if (section == NULL || section->id == NULL || !same(section->heading, heading) || !same(section->id, need_format("section-%s", number ? number : "remark")))
		{
			section = &document->section[document->sections++];
			section->id = need_format("section-%s", number ? number : "remark");
			section->heading = heading;
		}
		for (int j = 0; j < PQntuples(b); j++)
			if (same(model_value(b, j, "section"), number) && same(model_value(b, j, "ordinal"), ordinal))
				template = model_value(b, j, "body");
		for (const char *p = template; p && (p = strchr(p, '{')) != NULL; p++)
			places++;

		/* the cells of this paragraph's tables */
		for (cell = 0; cell < cells; cell++)
			if (same(model_value(c, cell, "section"), number) && same(model_value(c, cell, "ordinal"), ordinal))
				break;
		while (cell < cells && count < 64)
		{
			int			first = cell;
			int			rows = 0;
			int			columns = 0;
			const char *which = PQgetvalue(c, cell, PQfnumber(c, "table"));
			Grid	   *table;

			if (!same(model_value(c, cell, "section"), number) || !same(model_value(c, cell, "ordinal"), ordinal))
				break;
			for (; cell < cells && same(model_value(c, cell, "section"), number) && same(model_value(c, cell, "ordinal"), ordinal) &&
				 strcmp(PQgetvalue(c, cell, PQfnumber(c, "table")), which) == 0; cell++)
			{
				int			row = atoi(PQgetvalue(c, cell, PQfnumber(c, "row")));
				int			column = atoi(PQgetvalue(c, cell, PQfnumber(c, "column")));

				rows = row > rows ? row : rows;
				columns = column > columns ? column : columns;
			}
			table = grid_new(need_format("table-%s-%s-%s", number, ordinal, which), NULL, columns + 1, rows);
			table->heading[0] = text_copy("");
			for (int j = 0; j < columns; j++)
			{
				table->heading[j + 1] = text_copy("");
				table->is_number[j + 1] = true;
			}
			for (int j = first; j < cell; j++)
			{
				int			row = atoi(PQgetvalue(c, j, PQfnumber(c, "row"))) - 1;
				int			column = atoi(PQgetvalue(c, j, PQfnumber(c, "column")));
				Cell	   *to = grid_cell(table, row, column);

				to->text = model_value(c, j, "text");
				to->number = number_in_text(document, c, j);
				cell_mark(to, mark_in_text(document, c, j));
				table->heading[column] = model_value(c, j, "heading");
				grid_cell(table, row, 0)->text = model_value(c, j, "name");
				table->is_total[row] = *PQgetvalue(c, j, PQfnumber(c, "is_total")) == 't';
				if (!PQgetisnull(c, j, PQfnumber(c, "member2")))	/* its columns are members: they do not say what it holds */
					for (int k = 0; k < document->figures && table->title == NULL; k++)
						if (same(document->figure[k].code, PQgetvalue(c, j, PQfnumber(c, "code"))))
							table->title = document->figure[k].name;
			}
			{
				Text		codes = {0};

				for (int j = first; j < cell; j++)
					if (*PQgetvalue(c, j, PQfnumber(c, "is_total")) == 't' && strcmp(PQgetvalue(c, j, PQfnumber(c, "form")), "value") == 0)
						text_format(&codes, " %s=%s ", PQgetvalue(c, j, PQfnumber(c, "code")), PQgetvalue(c, j, PQfnumber(c, "value")));
				table->codes = codes.data;
			}
			table->is_wide = columns > 7;
			tables[count++] = table;
		}
		/* the body line by line: what is text, and where the tables stand */
		while (line)
		{
			char	   *this = next_line(&line);

			if (next < count && is_heading(this, tables[next]))
			{
				add_text(document, section, &text, template, places);
				text = (Text) {0};
				for (int j = 0; j < tables[next]->rows; j++)
					next_line(&line);
				add_block(section)->table = tables[next++];
				continue;
			}
			if (text.length)
				text_add(&text, "\n");
			text_add(&text, this);
		}
		add_text(document, section, &text, template, places);
		for (; next < count; next++)
			add_block(section)->table = tables[next];
	}
	/* a table in the text is called by what it holds */
	for (int i = 0; i < document->sections; i++)
		for (int j = 0; j < document->section[i].blocks; j++)
		{
			Grid	   *table = document->section[i].block[j].table;

			if (table)
				table->title = need_format(WORD(document, "%s（按%s）", "%s by %s"),
										  table->title ? table->title : table->columns > 1 ? table->heading[1] : document->title,
										  *table->heading[0] ? table->heading[0] : WORD(document, "成员", "member"));
		}
}

/* ------------------------------------------------------------------ legend */

static void
make_legend(Document *document)
{
	int			revised = 0;
	int			partial = 0;
	int			given = 0;
	int			tested = 0;
	int			room = 12;

	for (int i = 0; i < document->figures; i++)
	{
		revised += *document->figure[i].mark == 'r';
		partial += *document->figure[i].mark == 'p';
		given += document->figure[i].base_given;
		tested += document->figure[i].low != NULL;
	}
	document->legend = need(sizeof(Pair) * (size_t) room);
#define LEGEND(a, b) document->legend[document->legends++] = (Pair) {text_copy(a), text_copy(b)}
	LEGEND("—", WORD(document, "无数据，或无法计算（如上期为零时的百分比）；不等于零", "no data, or undefined (such as a percentage of 0); it does not mean 0"));
	LEGEND("0", WORD(document, "已填报，数值为零", "reported, and none"));
	LEGEND("p", partial ? WORD(document, "初步数：统计期或地区的数据不全", "provisional: data of a part of the period or of the areas") :
		   WORD(document, "初步数（本报告中没有）", "provisional (none in this report)"));
	LEGEND("r", revised ? WORD(document, "修订数：与同一报告上一次发布的数字不同", "revised: differs from the publication before") :
		   WORD(document, "修订数（本报告中没有）", "revised (none in this report)"));
	if (given)
		LEGEND("b", WORD(document, "基数（如上年数）为已公布数，并非由记录统计", "the base, as that of last year, is a total as it was published, not counted from records"));
	if (tested)
	{
		LEGEND(WORD(document, "偶然范围", "band of chance"), WORD(document, "一个计数在95%置信水平下的泊松区间（Garwood）：同样的风险，偶然也会出现区间内的数",
			   "the 95 % interval of a count (Garwood): what the same risk may bring by chance"));
		LEGEND(WORD(document, "p值", "p-value"), WORD(document, "两期风险相同时，差别至少如此之大的概率（精确检验，双侧）；不超过0.05时认为可以区分。死亡人数按事故聚集，检验偏宽",
			   "how probable so large a difference is if nothing has changed (exact, two-sided); at most 0.05 counts as distinguishable. Deaths come in clusters: their test is too generous"));
	}
	LEGEND(WORD(document, "合计", "total"), WORD(document, "按未取舍的数计算，与分项之和可能因取舍略有出入，未作机械调整", "of unrounded numbers: it may differ from the sum of what "
		"is printed by rounding"));
#undef LEGEND
}

void
document_read(Document *document)
{
	/* the moment has been said by who asked for it: no notice with each statement that it is midnight */
	db_do("SET client_min_messages = warning", 0);
	db_do("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", 0);
	read_standing(document);
	read_figures(document);
	read_text(document);
	read_records(document);
	document_read_tables(document);
	document_read_charts(document);
	make_legend(document);
	db_do("COMMIT", 0);
}
