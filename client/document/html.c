/*
 * A report as one HTML file: nothing is fetched, nothing is run. Reads on a wide screen, on a phone and
 * in print; client/share/report.css says how.
 */
#include "document/document.h"

#include "document/model.h"
#include "say.h"
#include "task.h"
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define W(zh, en) WORD(document, zh, en)

static void
element(Text *out, const char *tag, const char *class, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	text_format(out, *class ? "<%s class=\"%s\">" : "<%s>", tag, class);
	text_xml(out, text);
	text_format(out, "</%s>\n", tag);
}

static void
grid(const Document *document, Text *out, const Grid *grid, bool with_title)
{
	text_format(out, "<div class=\"table%s\" id=\"%s\">\n", grid->is_wide ? " wide" : "", grid->id);
	if (with_title)
		element(out, "h3", "", grid->title);
	text_format(out, "<div class=\"scroll\" tabindex=\"0\">\n<table%s>\n", grid->columns > 8 ? " class=\"many\"" : "");
	if (grid->title)
	{
		text_add(out, "<caption>");
		text_xml(out, grid->title);
		text_add(out, "</caption>\n");
	}
	text_add(out, "<thead><tr>");
	for (int j = 0; j < grid->columns; j++)
	{
		text_format(out, "<th scope=\"col\"%s>", grid->is_number[j] ? " class=\"n\"" : "");
		text_xml(out, grid->heading[j]);
		text_add(out, "</th>");
	}
	text_add(out, "</tr></thead>\n<tbody>\n");
	for (int i = 0; i < grid->rows; i++)
	{
		text_add(out, grid->is_total[i] ? "<tr class=\"total\">" : "<tr>");
		for (int j = 0; j < grid->columns; j++)
		{
			const char *text = grid_cell(grid, i, j)->text;
			const char *mark = grid_cell(grid, i, j)->mark;

			text_add(out, j == 0 ? "<th scope=\"row\">" : grid->is_number[j] ? "<td class=\"n\">" : "<td>");
			/* a minus is as wide as a plus */
			if (grid->is_number[j] && text && text[0] == '-' && strspn(text + 1, "0123456789.%") == strlen(text + 1))
			{
				text_add(out, "−");
				text++;
			}
			text_xml(out, text ? text : "—");
			if (text && mark)
				text_format(out, "<sup class=\"mark\">%s</sup>", mark);
			text_add(out, j == 0 ? "</th>" : "</td>");
		}
		text_add(out, "</tr>\n");
	}
	if (grid->rows == 0)
		text_format(out, "<tr><td colspan=\"%d\">—</td></tr>\n", grid->columns);
	text_add(out, "</tbody>\n</table>\n</div>\n");
	element(out, "p", "note", grid->note);
	text_add(out, "</div>\n");
	(void) document;
}

/* A text of lines, its figures linked to what stands behind them. */
static void
paragraph(Text *out, const Block *block)
{
	size_t		at = 0;
	size_t		length = strlen(block->text);

	text_add(out, "<p>");
	for (int i = 0; i <= block->links; i++)
	{
		size_t		end = i < block->links ? block->link[i].at : length;

		while (at < end)
		{
			size_t		line = strcspn(block->text + at, "\n");

			if (line > end - at)
				line = end - at;
			text_xml(out, text_slice(block->text + at, line));
			at += line;
			if (at < end && block->text[at] == '\n')
			{
				text_add(out, "</p>\n<p>");
				at++;
			}
		}
		if (i < block->links)
		{
			const Figure *f = block->link[i].figure;

			text_format(out, "<a class=\"figure\" href=\"#%s\">", f->id);
			text_xml(out, text_slice(block->text + at, block->link[i].length));
			text_add(out, "</a>");
			if (*f->marks)
				text_format(out, "<sup class=\"mark\">%s</sup>", f->marks);
			at += block->link[i].length;
		}
	}
	text_add(out, "</p>\n");
}

static void
term(Text *out, const char *name, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	element(out, "dt", "", name);
	element(out, "dd", "", text);
}

static char *
chance_words(const Document *document, const Figure *f)
{
	double		p;

	if (f->low == NULL)
		return NULL;
	if (f->p_value == NULL)
		return need_format(W("95%%范围 %s–%s", "95 %% band %s–%s"), f->low, f->high);
	p = strtod(f->p_value, NULL);
	return need_format(W("95%%范围 %s–%s；p=%.3f，%s%s", "95 %% band %s–%s; p = %.3f, %s%s"), f->low, f->high, p,
					   p <= 0.05 ? W("变化超出偶然范围", "more than chance would bring") : W("变化在偶然范围之内", "within chance"),
					   strcmp(f->significance, "caution") == 0 ? W("（按事故聚集，检验偏宽）", " (comes in clusters: the test is too generous)") : "");
}

static void
figure(const Document *document, Text *out, const Figure *f)
{
	text_format(out, "<details class=\"figure\"><summary><span class=\"code\">");
	text_xml(out, f->code);
	text_add(out, "</span> <span class=\"name\">");
	text_xml(out, f->name);
	if (f->member)
	{
		text_add(out, W("（", " ("));
		text_xml(out, f->member_name);
		text_add(out, W("）", ")"));
	}
	if (!f->is_own)
	{
		text_add(out, " <small>");
		text_xml(out, f->period);
		text_add(out, "</small>");
	}
	text_add(out, "</span> <span class=\"words\">");
	text_xml(out, f->words ? f->words : "—");
	if (*f->marks)
		text_format(out, "<sup class=\"mark\">%s</sup>", f->marks);
	text_add(out, "</span></summary>\n");
	text_format(out, "<div class=\"behind\" id=\"%s\"><dl>\n", f->id);
	term(out, W("定义", "Definition"), f->definition);
	term(out, W("统计期", "Period"), f->period);
	term(out, W("数值", "Value"), f->value ? need_format("%s %s", model_scaled(f, f->value), f->said_unit ? f->said_unit : "") : "—");
	if (f->numerator && f->denominator)
		term(out, W("构成", "Made of"), need_format("%s ÷ %s", f->numerator, f->denominator));
	if (f->base)
		term(out, f->base_name ? f->base_name : W("基数", "Base"), need_format("%s%s%s", f->base_words ? f->base_words : f->base, f->compares && f->change_words ? W("，", ", ") : "",
																			   f->compares && f->change_words ? f->change_words : ""));
	term(out, W("偶然范围", "Chance"), chance_words(document, f));
	if (f->state && strcmp(f->state, "comparable") != 0)
		term(out, W("状态", "State"), need_format("%s%s%s%s", f->state_words, f->missing && *f->missing ? W("：", ": ") : "", f->missing ? f->missing : "",
													 f->reason ? need_format("%s%s", W("；", "; "), f->reason) : ""));
	if (*f->mark == 'r')
		term(out, W("修订", "Revised"), need_format(W("上次发布为%s", "was %s"), f->was ? f->was : "—"));
	term(out, W("来源", "Source"), need_format(W("%s（%s），定义第%s版", "%s (%s), definition version %s"), f->source_words ? f->source_words : W("由其他指标推算", "derived from other figures"),
												   f->kind_words ? f->kind_words : "", f->version ? f->version : ""));
	term(out, W("记录", "Records"), need_format(W("%s条", "%s"), f->record_count ? f->record_count : "0"));
	text_add(out, "</dl>\n");
	if (f->records)
	{
		bool		numbered = false;
		bool		placed = false;

		for (int i = 0; i < f->records; i++)
		{
			numbered = numbered || f->record[i].number;
			placed = placed || f->record[i].area;
		}
		text_add(out, "<div class=\"scroll\"><table class=\"records\"><thead><tr><th>");
		text_xml(out, W("记录", "record"));
		text_format(out, "</th><th>%s</th>", W("日期", "date"));
		if (placed)
			text_format(out, "<th>%s</th>", W("区域", "area"));
		if (numbered)
			text_format(out, "<th>%s</th>", W("文号", "number"));
		text_format(out, "<th>%s</th><th class=\"n\">%s</th></tr></thead><tbody>\n", W("部分", "part"), W("计入", "amount"));
		for (int i = 0; i < f->records; i++)
		{
			const Record *r = &f->record[i];

			text_add(out, "<tr><td>");
			text_xml(out, r->key);
			text_add(out, "</td><td>");
			text_xml(out, r->day ? r->day : "—");
			if (placed)
			{
				text_add(out, "</td><td>");
				text_xml(out, r->area ? r->area : "—");
			}
			if (numbered)
			{
				text_add(out, "</td><td>");
				text_xml(out, r->number ? r->number : "—");
			}
			text_add(out, "</td><td>");
			text_xml(out, strcmp(r->part, "numerator") == 0 ? W("分子", "numerator") : strcmp(r->part, "denominator") == 0 ? W("分母", "denominator") : r->part);
			text_add(out, "</td><td class=\"n\">");
			text_xml(out, r->amount ? r->amount : "—");
			text_add(out, "</td></tr>\n");
		}
		text_add(out, "</tbody></table></div>\n");
		if (f->record_count && strtol(f->record_count, NULL, 10) > f->records)
			element(out, "p", "note", need_format(W("共%s条，此处列%d条；全部：figure_rows('%s', '[%s,%s]')", "%s in all, %d listed; all of them: figure_rows('%s', '[%s,%s]')"),
												  f->record_count, f->records, f->code, f->starts_on, f->last_day));
	}
	text_add(out, "</div></details>\n");
}

static void
charts(const Document *document, Text *out)
{
	for (int i = 0; i < document->charts; i++)
	{
		const Chart *chart = &document->chart[i];

		text_format(out, "<figure class=\"chart\" id=\"%s\">\n<figcaption><h3>", chart->id);
		text_xml(out, chart->title);
		text_add(out, "</h3><p class=\"measure\">");
		text_xml(out, chart->measure);
		text_add(out, "</p></figcaption>\n");
		text_format(out, "<div class=\"panels%s\">\n", chart->panels > 1 ? " several" : "");
		for (int p = 0; p < chart->panels; p++)
		{
			const Panel *panel = &chart->panel[p];

			text_add(out, "<div class=\"panel\">\n");
			if (chart->panels > 1)
				element(out, "p", "finding", panel->title);
			text_add(out, panel->svg);
			text_add(out, "\n</div>\n");
		}
		text_add(out, "</div>\n");
		element(out, "p", "alternative", chart->alternative);
		text_format(out, "<details class=\"data\"><summary>%s</summary>\n", W("图中数据", "The data of the chart"));
		for (int p = 0; p < chart->panels; p++)
			grid(document, out, chart->panel[p].table, false);
		text_add(out, "</details>\n</figure>\n");
	}
}

static void
contents(const Document *document, Text *out)
{
	text_format(out, "<nav><h2>%s</h2>\n<ol>\n", W("目录", "Contents"));
	for (int i = 0; i < document->sections; i++)
		if (document->section[i].heading)
		{
			text_format(out, "<li><a href=\"#%s\">", document->section[i].id);
			text_xml(out, document->section[i].heading);
			text_add(out, "</a></li>\n");
		}
	if (document->charts)
		text_format(out, "<li><a href=\"#charts\">%s</a></li>\n", W("图", "Charts"));
	if (document->tables)
	{
		text_format(out, "<li><a href=\"#tables\">%s</a><ol>\n", W("表", "Tables"));
		for (int i = 0; i < document->tables; i++)
		{
			text_format(out, "<li><a href=\"#%s\">", document->table[i]->id);
			text_xml(out, grid_short_title(document, document->table[i]->title));
			text_add(out, "</a></li>\n");
		}
		text_add(out, "</ol></li>\n");
	}
	if (document->figures)
		text_format(out, "<li><a href=\"#figures\">%s</a></li>\n", W("指标与依据", "Figures and what they rest on"));
	text_format(out, "<li><a href=\"#notes\">%s</a></li>\n</ol></nav>\n", W("说明", "Notes"));
}

bool
write_html(Document *document, const char *path, char **problem)
{
	Text		out = {0};
	Text		css = {0};
	char	   *css_file = share_file("report.css");

	if (!text_read(&css, css_file))
	{
		*problem = need_format(TEXT("%s: %s", "%s：%s"), css_file, strerror(errno));
		return false;
	}
	text_format(&out, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
				"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
				"<meta name=\"generator\" content=\"emgov\">\n<title>", document->english ? "en" : "zh-CN");
	text_xml(&out, need_format("%s %s", document->title, document->period));
	text_add(&out, "</title>\n<style>\n");
	text_add(&out, css.data);
	text_add(&out, "</style>\n</head>\n<body>\n<header>\n");
	element(&out, "p", "issuer", document->issuer);
	element(&out, "h1", "", document->title);
	element(&out, "p", "period", document->period);
	element(&out, "p", "number", document->number);
	text_format(&out, "<p class=\"standing %s\">", document->standing == STANDING_PUBLISHED ? "published" : "draft");
	text_xml(&out, document->standing_words);
	text_add(&out, "</p>\n</header>\n");
	contents(document, &out);
	text_add(&out, "<main>\n<article>\n");
	element(&out, "p", "addressee", document->addressee ? need_format("%s%s", document->addressee, W("：", ":")) : NULL);
	for (int i = 0; i < document->sections; i++)
	{
		const Section *section = &document->section[i];

		text_format(&out, "<section id=\"%s\">\n", section->id);
		element(&out, "h2", "", section->heading);
		for (int j = 0; j < section->blocks; j++)
			if (section->block[j].text)
				paragraph(&out, &section->block[j]);
			else
				grid(document, &out, section->block[j].table, false);
		text_add(&out, "</section>\n");
	}
	element(&out, "p", "closing", document->closing);
	element(&out, "p", "remark", document->remark ? need_format("%s%s", W("发布说明：", "Remark: "), document->remark) : NULL);
	text_add(&out, "</article>\n");
	if (document->charts)
	{
		text_format(&out, "<section id=\"charts\">\n<h2>%s</h2>\n", W("图", "Charts"));
		charts(document, &out);
		text_add(&out, "</section>\n");
	}
	if (document->tables)
	{
		text_format(&out, "<section id=\"tables\">\n<h2>%s</h2>\n", W("表", "Tables"));
		for (int i = 0; i < document->tables; i++)
			grid(document, &out, document->table[i], true);
		text_add(&out, "</section>\n");
	}
	if (document->figures)
	{
		text_format(&out, "<section id=\"figures\">\n<h2>%s</h2>\n<div class=\"screen\">\n", W("指标与依据", "Figures and what they rest on"));
		element(&out, "p", "note", W("点开一项，可见其定义、基数、偶然范围和所依据的记录（不含个人信息）。", "Open one for its definition, base, band of chance and records (without personal data)."));
		for (int i = 0; i < document->figures; i++)
			if (document->figure[i].member == NULL)
				figure(document, &out, &document->figure[i]);
		text_add(&out, "</div>\n<div class=\"print\">\n");
		grid(document, &out, figures_table(document), true);
		grid(document, &out, definitions_table(document), true);
		text_add(&out, "</div>\n</section>\n");
	}
	text_format(&out, "<section id=\"notes\">\n<h2>%s</h2>\n<dl class=\"legend\">\n", W("说明", "Notes"));
	for (int i = 0; i < document->legends; i++)
		term(&out, document->legend[i].name, document->legend[i].text);
	text_add(&out, "</dl>\n");
	element(&out, "p", "", W("图和“表”一节由同一时点的记录另行计算，不在发布的校验值之内。", "Charts and the tables beside the text are counted from the records of the same moment; "
		"the publication's hash does not cover them."));
	text_format(&out, "<table class=\"imprint\"><tbody>\n");
	{
		static const char *const zh[] = {"草稿", "已发布", "已被取代"};
		static const char *const en[] = {"draft", "published", "superseded"};
		char	   *standing = text_copy(W(zh, en)[document->standing]);
		const Pair	imprint[] = {{W("编制", "Issued by"), (char *) document->issuer}, {W("报告", "Report"), (char *) document->report}, {W("统计期", "Period"), document->period},
		{W("数据时点", "Data as known on"), document->as_of_words}, {W("状态", "Standing"), standing},
		{W("发布号", "Publication"), document->publication}, {W("校验值", "Hash"), document->hash}, {W("发布", "Published"), document->published_at}, {W("审定", "Approved by"), document->approved_by},
		{W("生成", "Made on"), document->today_words}};

		for (size_t i = 0; i < sizeof imprint / sizeof *imprint; i++)
			if (imprint[i].text)
			{
				text_add(&out, "<tr><th scope=\"row\">");
				text_xml(&out, imprint[i].name);
				text_add(&out, "</th><td>");
				text_xml(&out, imprint[i].text);
				text_add(&out, "</td></tr>\n");
			}
	}
	text_add(&out, "</tbody></table>\n</section>\n</main>\n</body>\n</html>\n");
	if (text_save(&out, path))
		return true;
	*problem = need_format("%s: %s", path, strerror(errno));
	return false;
}
