/*
 * Charts by gnuplot, one SVG a panel, with real text. No text of the ledger is part of what gnuplot
 * runs but as a quoted string without the characters that mean something in one.
 */
#include "document/document.h"

#include "say.h"
#include "task.h"
#include "words.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define FONTS "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, SimHei, sans-serif"

/* A text as a string of gnuplot. */
static void
quoted(Text *script, const char *text)
{
	text_add(script, "'");
	for (; text && *text; text++)
		if (*text == '\'')
			text_add(script, "''");
		else if (*text == '`' || *text == '\\' || (unsigned char) *text < 0x20)
			text_add(script, " ");
		else
			text_bytes(script, text, 1);
	text_add(script, "'");
}

/* A cell of the data: apart by tabs, so none inside. */
static void
field(Text *data, const char *text)
{
	for (; text && *text; text++)
		text_bytes(data, *text == '"' ? "'" : (unsigned char) *text < 0x20 ? " " : text, 1);
}

static int
column_of(const Panel *panel, Drawn drawn)
{
	for (int j = 0; j < panel->table->columns; j++)
		if (panel->drawn[j] == drawn)
			return j + 1;
	return 0;
}

static void
draw_months(const Document *document, const Panel *panel, bool narrow, Text *script)
{
	const char *comma = "";
	int			now = column_of(panel, DRAWN_NOW);

	text_add(script, "set grid ytics lt 1 lc rgb '#d9dde3' lw 0.6\nset border 1 lc rgb '#5b6470'\nset xtics scale 0 nomirror offset 0,0.2\nset ytics scale 0 nomirror\n"
			 "set lmargin 6\nset rmargin 2\nset bmargin 2.2\nset tmargin 2.4\nset key at graph 0,1.02 left bottom horizontal maxrows 1 samplen 1.6 width 0 font ',12'\n");
	text_add(script, "set xtics (");
	for (int i = 0; i < panel->table->rows; i++)
	{
		const char *label = grid_cell(panel->table, i, 0)->text;
		const char *part = label ? strstr(label, "（") : NULL;

		if (part == NULL && label)
			part = strstr(label, " (");
		size_t		letters = label ? (size_t) (part ? part - label : (ptrdiff_t) strlen(label)) : 0;

		/* where it is narrow, 月 stands behind the first alone */
		if (narrow && i > 0 && letters > strlen("月") && strncmp(label + letters - strlen("月"), "月", strlen("月")) == 0)
			letters -= strlen("月");
		text_add(script, i ? ", " : "");
		quoted(script, need_format("%.*s%s", (int) letters, label ? label : "", part ? "*" : ""));
		text_format(script, " %d", i);
	}
	text_add(script, ")\n");
	text_format(script, "set xrange [-0.6:%d.6]\nset boxwidth 0.36\nset style circle radius graph 0.007 noclip\nset style fill solid 1.0 noborder\n", panel->table->rows - 1);
	text_add(script, "plot ");
	if (now)
	{
		text_format(script, "data using 0:%d:%d with filledcurves fill solid 0.35 noborder lc rgb '#c3c7cd' notitle", column_of(panel, DRAWN_BASE_LOW), column_of(panel, DRAWN_BASE_HIGH));
		text_format(script, ", data using 0:%d:%d with filledcurves fill transparent solid 0.22 noborder lc rgb '#1f5fa8' title ", column_of(panel, DRAWN_NOW_LOW), column_of(panel, DRAWN_NOW_HIGH));
		quoted(script, WORD(document, "偶然范围", "band of chance"));
		text_format(script, ", data using 0:%d with lines lc rgb '#6a717b' dt 2 lw 1.5 title ", column_of(panel, DRAWN_BASE));
		quoted(script, panel->table->heading[column_of(panel, DRAWN_BASE) - 1]);
		text_format(script, ", data using 0:%d with lines lc rgb '#12447f' lw 2.4 title ", now);
		quoted(script, panel->table->heading[now - 1]);
		text_format(script, ", data using 0:%d with circles fill solid 1.0 noborder lc rgb '#12447f' notitle\n", now);
		return;
	}
	for (int k = 0; k < 3; k++)
	{
		int			column = column_of(panel, (Drawn[]) {DRAWN_BAR, DRAWN_BAR2, DRAWN_STOCK}[k]);

		if (column == 0)
			continue;
		if (k < 2)
			text_format(script, "%sdata using ($0%s):%d with boxes lc rgb '%s' title ", comma, k ? "+0.19" : "-0.19", column, k ? "#a9c4e4" : "#2d6cb5");
		else
			text_format(script, "%sdata using 0:%d with lines lc rgb '#b3541e' lw 2.2 title ", comma, column);
		quoted(script, panel->table->heading[column - 1]);
		comma = ", ";
		if (k == 2)
			text_format(script, ", data using 0:%d with circles fill solid 1.0 noborder lc rgb '#b3541e' notitle", column);
	}
	text_add(script, "\n");
}

static void
draw_members(const Panel *panel, double top, Text *script)
{
	int			widest = 0;

	for (int i = 0; i < panel->table->rows; i++)
	{
		int			width = width_of(grid_cell(panel->table, i, 0)->text);

		widest = width > widest ? width : widest;
	}
	widest = widest > 24 ? 24 : widest;
	text_format(script, "set lmargin %d\nset rmargin 8\nset tmargin 0.6\nset bmargin 1.6\nset border 2 lc rgb '#5b6470'\nset xtics scale 0 nomirror\nset grid xtics lt 1 lc rgb '#d9dde3' lw 0.6\n"
				"set ytics scale 0 nomirror\nset yrange [%d.6:-0.6]\nset xrange [0:%g]\nset xtics %g\nset style fill solid 1.0 noborder\nunset key\n",
				widest + 2, panel->table->rows - 1, top, top / 2);
	text_add(script, "plot data using ($2/2.0):0:($2/2.0):(0.32):ytic(1) with boxxyerror lc rgb '#2d6cb5', data using 2:0:2 with labels left offset 0.6,0 tc rgb '#1d2733'\n");
}

/* What the nth thing is called that draw_months() and draw_members() draw. */
static const char *
drawn_name(const Document *document, const Panel *panel, int number)
{
	static const Drawn by_month[] = {DRAWN_BASE, DRAWN_NOW, DRAWN_BASE, DRAWN_NOW, DRAWN_NOW}, flow[] = {DRAWN_BAR, DRAWN_BAR2, DRAWN_STOCK, DRAWN_STOCK};
	bool		months = column_of(panel, DRAWN_NOW) > 0;
	int			most = months ? 5 : 4, at = number < 1 ? 0 : number > most ? most - 1 : number - 1;
	int			column = column_of(panel, months ? by_month[at] : flow[at]);
	const char *heading = panel->table->heading[column > 0 ? column - 1 : panel->table->columns - 1];

	return months && number <= 2 ? need_format(WORD(document, "%s：偶然范围", "%s: band of chance"), heading) : heading;
}

/* What gnuplot wrote, as a part of an HTML page: from <svg on, with a name for who does not see it, and ids that no other chart has. */
static char *
as_part(const Document *document, const char *svg, const Panel *panel, int number)
{
	Text		out = {0};
	const char *body = strstr(svg, "<svg");
	const char *rest = body ? strstr(body, "<title>") : NULL;
	const char *head = body ? strstr(body, "viewBox") : NULL;

	if (body == NULL || rest == NULL || head == NULL)
		return text_copy(svg);
	text_add(&out, "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" role=\"img\" ");
	text_bytes(&out, head, strcspn(head, ">\n"));
	text_add(&out, " aria-label=\"");
	text_xml(&out, panel->title);
	text_add(&out, "\">\n");
	rest = strstr(rest, "</title>") + strlen("</title>");
	if (strncmp(rest + strspn(rest, " \n"), "<desc>", 6) == 0)
		rest = strstr(rest, "</desc>") + strlen("</desc>");
	for (; *rest; rest++)
		if (strncmp(rest, "font-family=\"", 13) == 0)
		{
			text_add(&out, "font-family=\"" FONTS "\"");
			rest = strchr(rest + 13, '"');
		}
		else if (strncmp(rest, "<title>gnuplot_plot_", 20) == 0)
		{
			text_add(&out, "<title>");
			text_xml(&out, drawn_name(document, panel, atoi(rest + 20)));
			text_add(&out, "</title>");
			rest = strstr(rest, "</title>") + strlen("</title>") - 1;
		}
		else if (strncmp(rest, "id='", 4) == 0 || strncmp(rest, "id=\"", 4) == 0 || (strncmp(rest, "href='#", 7) == 0))
		{
			int			length = *rest == 'i' ? 4 : 7;

			text_format(&out, "%.*sc%d-", length, rest, number);
			rest += length - 1;
		}
		else
			text_bytes(&out, rest, 1);
	return out.data;
}

/* How many bytes of a title stand in its first line: to a mark, if one is not too far before its end, so that no number is broken. */
static size_t
first_line(const char *title, int width)
{
	size_t		most = bytes_in(title, width);
	size_t		mark = 0;

	if (title[most] == '\0')
		return most;
	for (size_t i = 0; i < most; i++)
		if (strncmp(title + i, "，", 3) == 0 || strncmp(title + i, "：", 3) == 0)
			mark = i + 3 <= most ? i + 3 : mark;
		else if (strncmp(title + i, "（", 3) == 0)
			mark = i;
		else if (title[i] == ' ')
			mark = i + 1;
	return mark > most / 2 ? mark : most;
}

/* The same with its title above it, in two lines at most, for where no text can stand over a picture. */
static char *
with_title(const char *svg, const char *title)
{
	Text		out = {0};
	const char *box = strstr(svg, "viewBox=\"0 0 ");
	const char *end = strstr(svg, "</svg>");
	int			width = box ? atoi(box + 13) : 0;
	int			height = box && strchr(box + 13, ' ') ? atoi(strchr(box + 13, ' ')) : 0;
	size_t		first;

	if (box == NULL || end == NULL || height == 0)
		return text_copy(svg);
	first = bytes_in(title, 2 * (width - 16) / 14);
	text_bytes(&out, svg, (size_t) (box - svg));
	text_format(&out, "viewBox=\"0 -44 %d %d\" width=\"%d\" height=\"%d\"", width, height + 44, width, height + 44);
	box = strchr(box + 9, '"') + 1;
	text_bytes(&out, box, (size_t) (end - box));
	text_format(&out, "<rect x=\"0\" y=\"-44\" width=\"%d\" height=\"44\" fill=\"#ffffff\"/>\n", width);
	for (int i = 0; i < 2 && *title; i++)
	{
		size_t		length = first_line(title, 2 * (width - 16) / 14);

		text_format(&out, "<text x=\"8\" y=\"%d\" font-family=\"" FONTS "\" font-size=\"14\" font-weight=\"bold\" fill=\"#1d2733\">", strlen(title) <= first && i == 0 ? -14 : -26 + 19 * i);
		text_xml(&out, text_slice(title, length));
		text_add(&out, "</text>\n");
		title += length;
	}
	text_add(&out, end);
	return out.data;
}

static bool
draw(const Document *document, const Chart *chart, Panel *panel, int number, char **problem)
{
	Text		data = {0};
	Text		script = {0};
	Text		svg = {0};
	char	   *data_file = task_file(need_format("chart-%d.tsv", number));
	char	   *script_file = task_file(need_format("chart-%d.gp", number));
	char	   *svg_file = task_file(need_format("chart-%d.svg", number));
	char	   *titled;
	bool		something = false;

	for (int i = 0; i < panel->table->rows; i++)
	{
		field(&data, grid_cell(panel->table, i, 0)->text);
		for (int j = 1; j < panel->table->columns; j++)
		{
			const char *value = grid_cell(panel->table, i, j)->number;

			something = something || (value && panel->drawn[j] != DRAWN_NOT);
			text_add(&data, "\t");
			text_add(&data, value ? value : "?");
		}
		text_add(&data, "\n");
	}
	if (!something)				/* no chart of nothing */
		return true;
	text_format(&script, "set encoding utf8\nset terminal svg noenhanced size %d,%d font 'Noto Sans CJK SC,13' background rgb 'white'\nset output '%s'\ndata = '%s'\n",
				chart->panels == 1 ? 600 : 360, chart->across ? 44 + 25 * panel->table->rows : chart->panels == 1 ? 280 : 260, svg_file, data_file);
	text_add(&script, "set datafile separator '\\t'\nset datafile missing '?'\nset datafile commentschars ''\nset tics font ',12' textcolor rgb '#1d2733'\nset format x '%.0f'\n");
	if (!chart->across)
		text_format(&script, "set format y '%%.0f'\nset yrange [0:%g]\n", chart->top);
	if (chart->across)
		draw_members(panel, chart->top, &script);
	else
		draw_months(document, panel, chart->panels > 1, &script);
	if (!text_save(&data, data_file) || !text_save(&script, script_file))
	{
		*problem = need_format("%s: %s", script_file, strerror(errno));
		return false;
	}
	if (task_run((const char *const[]) {"gnuplot", script_file, NULL}, NULL) != 0 || !text_read(&svg, svg_file) || strstr(svg.data, "</svg>") == NULL)
	{
		*problem = need_format(TEXT("gnuplot did not draw \"%s\": %s", "gnuplot未能画出“%s”：%s"), panel->table->title, task_said());
		return false;
	}
	panel->svg = as_part(document, svg.data, panel, number);
	titled = with_title(panel->svg, panel->title);
	panel->file = task_file(need_format("panel-%d.svg", number));
	svg.length = 0;
	text_add(&svg, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
	text_add(&svg, chart->panels > 1 ? titled : panel->svg);
	if (text_save(&svg, panel->file))
		return true;
	*problem = need_format("%s: %s", panel->file, strerror(errno));
	return false;
}

bool
document_draw(Document *document, char **problem)
{
	int			number = 0;

	if (document->charts == 0)
		return true;
	if (task_find("gnuplot") == NULL)
	{
		*problem = text_copy(TEXT("charts need gnuplot, which is not installed (Debian: gnuplot-nox); their tables stand in place of them",
			"图形需要gnuplot，未安装（Debian：gnuplot-nox）；以数据表代替"));
		return false;
	}
	for (int i = 0; i < document->charts; i++)
		for (int p = 0; p < document->chart[i].panels; p++)
			if (!draw(document, &document->chart[i], &document->chart[i].panel[p], number++, problem))
				return false;
	return true;
}
