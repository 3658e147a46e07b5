/*
 * Charts beside the text: what is compared by chance, clearance by area, cases and hazards month by month.
 */
#include "document/document.h"

#include "connect.h"
#include "document/model.h"
#include "task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static Chart *
add_chart(Document *document, char *id, int panels)
{
	Chart	   *chart = &document->chart[document->charts++];

	chart->id = id;
	chart->panels = panels;
	chart->panel = need(sizeof(Panel) * (size_t) panels);
	return chart;
}

/* A round number that is not below. */
static double
round_up(double value)
{
	double		unit;

	if (value <= 4)
		return 4;
	unit = pow(10, floor(log10(value)));
	for (int halves = 2; halves < 20; halves += halves < 6 ? 1 : 2)
		if (halves * unit / 2 >= value)
			return halves * unit / 2;
	return 10 * unit;
}

/* The scale that holds all that the panels draw. */
static void
set_scale(Chart *chart)
{
	for (int p = 0; p < chart->panels; p++)
		for (int i = 0; i < chart->panel[p].table->rows; i++)
			for (int j = 0; j < chart->panel[p].table->columns; j++)
			{
				const char *number = grid_cell(chart->panel[p].table, i, j)->number;

				if (number && chart->panel[p].drawn[j] != DRAWN_NOT && strtod(number, NULL) > chart->top)
					chart->top = strtod(number, NULL);
			}
	chart->top = round_up(chart->top);
}

/* Said of a chart whose last month is not a whole one. */
static const char *
part_month(const Document *document, const Grid *table)
{
	const char *label = table->rows ? grid_cell(table, table->rows - 1, 0)->text : NULL;

	return label && (strstr(label, "（") || strstr(label, " (")) ? WORD(document, "；*为不足一月的数", "; * of a part of the month") : "";
}

static char *
verdict(const Document *document, const Figure *figure)
{
	double		p;

	if (figure->p_value == NULL)
		return text_copy("");
	p = strtod(figure->p_value, NULL);
	if (p <= 0.05)
		return need_format(WORD(document, "，变化超出偶然范围（p=%.3f）", ", more than chance would bring (p = %.3f)"), p);
	return need_format(WORD(document, "，变化在偶然范围之内（p=%.3f）", ", within chance (p = %.3f)"), p);
}

static void
chart_by_month(Document *document)
{
	Figure	   *figures[4];
	char	   *codes[4];
	int			count = 0;
	PGresult   *r;
	Chart	   *chart;
	Text		alternative = {0};

	for (int i = 0; i < document->figures && count < 4; i++)
	{
		Figure	   *f = &document->figure[i];

		if (f->is_own && !model_same(f->significance, "none") && (model_same(f->kind, "count") || model_same(f->kind, "sum")))
		{
			codes[count] = f->code;
			figures[count++] = f;
		}
	}
	if (count == 0)
		return;
	r = model_by_month(document, model_array(codes, count));
	chart = add_chart(document, "chart-by-month", count);
	for (int p = 0; p < count; p++)
	{
		Panel	   *panel = &chart->panel[p];
		int			rows = 0;
		int			row = 0;
		bool		named;

		for (int i = 0; i < PQntuples(r); i++)
			rows += strcmp(PQgetvalue(r, i, 0), codes[p]) == 0;
		/* words for none name the figure themselves */
		named = !document->english && figures[p]->phrase && strstr(figures[p]->phrase, figures[p]->name);
		panel->title = need_format("%s%s%s%s", named ? "" : model_title(document, text_copy(figures[p]->name)), document->english ? ": " : "",
								   figures[p]->phrase ? need_format("%s%s", figures[p]->phrase, figures[p]->base_given ? " [b]" : "") : "—",
								   verdict(document, figures[p]));
		panel->table = grid_new(need_format("chart-%s", model_id("", codes[p])), model_title(document, need_format(WORD(document, "%s分月，本年与上年同月", "%s by month, this year and "
			"the year before"), figures[p]->name)), 7, rows);
		panel->drawn = need(sizeof(Drawn) * 7);
		for (int j = 1; j < 7; j++)
		{
			panel->drawn[j] = (Drawn[]) {DRAWN_NOT, DRAWN_NOW, DRAWN_NOW_LOW, DRAWN_NOW_HIGH, DRAWN_BASE, DRAWN_BASE_LOW, DRAWN_BASE_HIGH}[j];
			panel->table->is_number[j] = true;
		}
		panel->table->heading[0] = WORD(document, "月份", "month");
		panel->table->heading[1] = WORD(document, "本年", "this year");
		panel->table->heading[2] = WORD(document, "本年偶然下限", "this year, low");
		panel->table->heading[3] = WORD(document, "本年偶然上限", "this year, high");
		panel->table->heading[4] = WORD(document, "上年同月", "year before");
		panel->table->heading[5] = WORD(document, "上年偶然下限", "year before, low");
		panel->table->heading[6] = WORD(document, "上年偶然上限", "year before, high");
		for (int i = 0; i < PQntuples(r); i++)
		{
			static const char *const columns[] = {"value", "low", "high", "base", "base_low", "base_high"};

			if (strcmp(PQgetvalue(r, i, 0), codes[p]) != 0)
				continue;
			grid_cell(panel->table, row, 0)->text = model_value(r, i, "month");
			for (int j = 0; j < 6; j++)
			{
				char	   *number = model_value(r, i, columns[j]);

				cell_set_number(document, grid_cell(panel->table, row, j + 1), number && j % 3 ? need_format("%.1f", strtod(number, NULL)) : number);
				if (j % 3 == 0)
					cell_mark(grid_cell(panel->table, row, j + 1), j ? model_base_mark(r, i) : model_mark(r, i));
			}
			row++;
		}
		text_format(&alternative, "%s%s%s", p ? WORD(document, "；", "; ") : "", panel->title, p + 1 == count ? WORD(document, "。", ".") : "");
	}
	chart->title = text_copy(WORD(document, "逐月情况：变化是否超出偶然范围", "Month by month: is the change more than chance would bring?"));
	chart->measure = need_format(WORD(document, "%s，各月数与上年同月数，浅色带为95%%偶然范围；各图同一刻度%s", "%s, counts by month and a year earlier; pale bands: 95 %% of "
		"chance; one scale for all%s"),
								document->period, part_month(document, chart->panel[0].table));
	chart->alternative = alternative.data;
	set_scale(chart);
}

static void
chart_by_area(Document *document)
{
	Figure	   *figures[4];
	char	   *codes[4];
	int			count = 0;
	int			drawn = 0;
	PGresult   *r;
	char	   *by = model_dimension(document, "area");
	Chart	   *chart;
	Text		alternative = {0};

	if (by == NULL)
		return;
	for (int i = 0; i < document->figures && count < 4; i++)
	{
		Figure	   *f = &document->figure[i];

		if (model_is_counted(f) && model_same(f->source, "remediation_fact") && (count == 0 || model_same(f->said_unit, figures[0]->said_unit)))
		{
			codes[count] = f->code;
			figures[count++] = f;
		}
	}
	if (count == 0)
		return;
	r = model_split(document, "area", model_array(codes, count));
	chart = add_chart(document, "chart-by-area", count);
	for (int p = 0; p < count; p++)
	{
		Members    *members = model_members(r, &figures[p], 1);
		Panel	   *panel = &chart->panel[drawn];
		Grid	   *table;
		int			most = -1;

		if (members->count < 2 || members->count > 41)
			continue;
		table = grid_new(need_format("chart-%s", model_id("", codes[p])), model_title(document, need_format(WORD(document, "%s分%s", "%s by %s"), figures[p]->name, by)), 2, members->count - 1);
		table->heading[0] = by;
		table->heading[1] = model_with_unit(document, figures[p]);
		table->is_number[1] = true;
		for (int i = 1; i < members->count; i++)
		{
			int			at = model_row(r, codes[p], members->code[i]);

			grid_cell(table, i - 1, 0)->text = model_member_name(document, members, i);
			cell_set_figure(document, grid_cell(table, i - 1, 1), figures[p], model_value(r, at, "value"), model_value(r, at, "words"));
			cell_mark(grid_cell(table, i - 1, 1), model_mark(r, at));
			if (grid_cell(table, i - 1, 1)->number &&
				(most < 0 || strtod(grid_cell(table, i - 1, 1)->number, NULL) > strtod(grid_cell(table, most, 1)->number, NULL)))
				most = i - 1;
		}
		panel->table = table;
		panel->drawn = need(sizeof(Drawn) * 2);
		panel->drawn[1] = DRAWN_BAR;
		panel->title = most < 0 ? figures[p]->name :
			need_format(WORD(document, "%s：%s最多，%s%s", "%s: most in %s, %s"), figures[p]->name, grid_cell(table, most, 0)->text, grid_cell(table, most, 1)->text,
					   figures[p]->said_unit);
		text_format(&alternative, "%s%s", drawn ? WORD(document, "；", "; ") : "", panel->title);
		drawn++;
	}
	chart->panels = drawn;
	if (drawn == 0)
	{
		document->charts--;
		return;
	}
	text_add(&alternative, WORD(document, "。", "."));
	chart->across = true;
	chart->title = text_copy(WORD(document, "各地整治完成情况", "Clearance by area"));
	chart->measure = need_format(WORD(document, "%s，按%s，%s；各图同一刻度", "%s, by %s, %s; one scale for all"), document->period, by, figures[0]->said_unit);
	chart->alternative = alternative.data;
	set_scale(chart);
}

/* The first of the report's figures that is counted from one of these sources. */
static Figure *
figure_from(const Document *document, const char *const *sources)
{
	for (int i = 0; i < document->figures; i++)
		if (model_is_counted(&document->figure[i]))
			for (int j = 0; sources[j]; j++)
				if (model_same(document->figure[i].source, sources[j]))
					return &document->figure[i];
	return NULL;
}

/*
 * What comes in, goes out and is left, month by month: events is a query of (day, came, went, stock), of which
 * the months' sums are taken, of stock the sum of all so far. Months that the records do not cover have nothing.
 */
static void
chart_of_flow(Document *document, char *id, const Figure *known, const char *events, char *what, const char *unit,
			  const char *came, const char *went, const char *stock)
{
	char	   *span = model_months(document);
	PGresult   *s = model_by_month(document, model_array(&known->code, 1));
	PGresult   *before;
	bool		is_known_before;	/* what was left when the year began; only then a change since is said */
	PGresult   *r;
	Chart	   *chart;
	Panel	   *panel;
	Grid	   *table;
	char	   *last = NULL;
	char	   *first = NULL;

	r = db_query(need_format(
		"WITH span AS (SELECT $1::daterange AS d), event AS (%s),"
		" kept AS (SELECT greatest(emgov.month_of(e.day), lower(d) - 1) AS month, sum(e.came) AS came, sum(e.went) AS went, sum(e.stock) AS stock FROM event AS e, span WHERE e.day "
			"< upper(d) GROUP BY 1)"
		" SELECT m.month, coalesce(k.came, 0) AS came, coalesce(k.went, 0) AS went, coalesce(sum(k.stock) OVER (ORDER BY m.month), 0) AS stock"
		"   FROM (SELECT lower(d) - 1 AS month FROM span UNION ALL SELECT emgov.month_of(lower(x)) FROM span, emgov.months(d) AS x) AS m LEFT JOIN kept AS k ON k.month = m.month "
			"ORDER BY m.month", events),
		document->as_of ? 2 : 1, span, document->as_of);
	before = db_query("SELECT f.value IS NOT NULL AND f.state NOT IN ('part_members', 'part_period') FROM @ledger@.figures(daterange(lower($1::daterange) - 1, lower($1::daterange)), "
					  "$2::timestamptz, codes => ARRAY[$3]) AS f WHERE f.code = $3", 3, span, document->as_of, known->code);
	is_known_before = PQntuples(before) == 1 && *PQgetvalue(before, 0, 0) == 't';
	chart = add_chart(document, id, 1);
	panel = chart->panel;
	table = panel->table = grid_new(need_format("%s-data", id), what, 4, PQntuples(r) - 1);
	panel->drawn = need(sizeof(Drawn) * 4);
	for (int j = 1; j < 4; j++)
	{
		panel->drawn[j] = (Drawn[]) {DRAWN_NOT, DRAWN_BAR, DRAWN_BAR2, DRAWN_STOCK}[j];
		table->is_number[j] = true;
	}
	table->heading[0] = WORD(document, "月份", "month");
	table->heading[1] = text_copy(came);
	table->heading[2] = text_copy(went);
	table->heading[3] = text_copy(stock);
	for (int i = 1; i < PQntuples(r); i++)
	{
		bool		covered = i - 1 < PQntuples(s) && !PQgetisnull(s, i - 1, PQfnumber(s, "value"));
		bool		of_all = covered && strcmp(PQgetvalue(s, i - 1, PQfnumber(s, "state")), "part_members") != 0;

		grid_cell(table, i - 1, 0)->text = i - 1 < PQntuples(s) ? model_value(s, i - 1, "month") : model_value(r, i, "month");
		for (int j = 1; j < 4; j++)
		{
			/* what is left is known of all or not at all, as in the views */
			cell_set_number(document, grid_cell(table, i - 1, j), (j == 3 ? of_all : covered) ? PQgetvalue(r, i, j) : NULL);
			if (covered)
				cell_mark(grid_cell(table, i - 1, j), model_mark(s, i - 1));
		}
		if (covered)
			last = of_all ? text_copy(PQgetvalue(r, i, 3)) : NULL;
	}
	first = model_value(r, 0, "stock");
	if (last == NULL)
		panel->title = need_format("%s —", stock);
	else if (!is_known_before)
		panel->title = need_format(document->english ? "%s: %s" : "%s%s%s", stock, last, unit);
	else
	{
		long		change = strtol(last, NULL, 10) - strtol(first, NULL, 10);

		if (document->english)
			panel->title = need_format("%s: %s, %s", stock, last, change == 0 ? "as at the beginning of the year" :
									  need_format("%ld %s than at the beginning of the year", labs(change), change > 0 ? "more" : "fewer"));
		else
			panel->title = need_format("%s%s%s，%s", stock, last, unit, change == 0 ? "与年初持平" : need_format("比年初%s%ld%s", change > 0 ? "增加" : "减少", labs(change), unit));
	}
	chart->title = model_title(document, panel->title);
	chart->measure = need_format(WORD(document, "%s，分月，截至%s；单位：%s%s", "%s, by month, as known on %s; %s%s"), what, document->as_of_words, unit, part_month(document, table));
	chart->alternative = need_format("%s%s", panel->title, WORD(document, "。", "."));
	set_scale(chart);
}

void
document_read_charts(Document *document)
{
	Figure	   *known;
	const char *cases = document->as_of ? "@ledger@.enforcement_case_as_of($2::timestamptz)" : "@ledger@.enforcement_case";
	const char *hazards = document->as_of ? "@ledger@.hazard_as_of($2::timestamptz)" : "@ledger@.hazard";

	document->chart = need(sizeof(Chart) * 8);
	chart_by_month(document);
	chart_by_area(document);
	known = figure_from(document, (const char *const[]) {"enforcement_case", "case_fact", NULL});
	if (known)
		chart_of_flow(document, "chart-cases", known, need_format(
		"SELECT c.filed_on AS day, 1 AS came, 0 AS went, 1 AS stock FROM %s AS c WHERE c.status = 'valid' AND c.filed_on IS NOT NULL"
		" UNION ALL SELECT c.closed_on, 0, 1, -1 FROM %s AS c WHERE c.status = 'valid' AND c.filed_on IS NOT NULL AND c.closed_on IS NOT NULL", cases, cases),
		WORD(document, "行政处罚案件的立案、结案与未结", "Cases filed, closed and pending"), WORD(document, "起", "cases"),
		WORD(document, "立案", "filed"), WORD(document, "结案", "closed"), WORD(document, "期末未结", "pending at the end"));
	known = figure_from(document, (const char *const[]) {"hazard_of_area", "hazard", "hazard_fact", NULL});
	if (known)
		chart_of_flow(document, "chart-hazards", known, need_format(
		"SELECT h.found_on AS day, 1 AS came, 0 AS went, 0 AS stock FROM %s AS h WHERE h.status = 'valid'"
		" UNION ALL SELECT h.rectified_on, 0, 1, 0 FROM %s AS h WHERE h.status = 'valid' AND h.rectified_on IS NOT NULL"
		" UNION ALL SELECT h.deadline, 0, 0, 1 FROM %s AS h WHERE h.status = 'valid' AND h.deadline IS NOT NULL AND (h.rectified_on IS NULL OR h.rectified_on > h.deadline)"
		" UNION ALL SELECT h.rectified_on, 0, 0, -1 FROM %s AS h WHERE h.status = 'valid' AND h.rectified_on > h.deadline", hazards, hazards, hazards, hazards),
		WORD(document, "隐患的发现、整改与逾期", "Hazards found, rectified and overdue"), WORD(document, "条", "hazards"),
		WORD(document, "发现", "found"), WORD(document, "整改", "rectified"), WORD(document, "期末逾期未整改", "overdue at the end"));
}
