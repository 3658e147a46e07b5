/*
 * A report as an official document in Word: GB/T 9704, by pandoc with a reference document that is put together
 * from the parts in client/share/docx.
 *
 * pandoc makes the document from Markdown; what it has no words for stands in it as WordprocessingML: tables with
 * heads that repeat, and the ends of sections, for attachments across the page. What it leaves open is filled in
 * afterwards: footers of all sections, and bitmaps beside the charts' SVG for programs that do not draw it.
 */
#include "document/document.h"

#include "document/archive.h"
#include "say.h"
#include "task.h"
#include "words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define W(zh, en) WORD(document, zh, en)

enum						/* in twentieths of a point */
{
	PAPER_SHORT = 11906, PAPER_LONG = 16838,
	WIDTH = 11906 - 1588 - 1474,
	WIDTH_ACROSS = 16838 - 1984 - 2098,
	HEIGHT = 16838 - 2098 - 1984,
	HEIGHT_ACROSS = 11906 - 1588 - 1474
};

#define PORTRAIT "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>" \
	"<w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1588\" w:header=\"851\" w:footer=\"1304\" w:gutter=\"0\"/>"
#define ACROSS "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>" \
	"<w:pgMar w:top=\"1588\" w:right=\"2098\" w:bottom=\"1474\" w:left=\"1984\" w:header=\"851\" w:footer=\"800\" w:gutter=\"0\"/>"
#define GRID "<w:docGrid w:type=\"linesAndChars\" w:linePitch=\"579\" w:charSpace=\"0\"/>"

/* A text in pandoc's Markdown that means itself: every mark of punctuation may stand behind a backslash. */
static void
plain(Text *out, const char *text)
{
	for (const char *c = text ? text : ""; *c; c++)
		if (*c == '\n' || *c == '\r' || *c == '\t')
			text_add(out, " ");
		else if ((unsigned char) *c < 0x20 || (unsigned char) *c == 0x7F)
			continue;
		else if (strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", *c))
			text_format(out, "\\%c", *c);
		else
			text_bytes(out, c, 1);
}

static void
styled(Text *out, const char *style, const char *text)
{
	if (text == NULL || *text == '\0')
		return;
	text_format(out, "::: {custom-style=\"%s\"}\n", style);
	plain(out, text);
	text_add(out, "\n:::\n\n");
}

static void
lines(Text *out, const char *text)
{
	while (*text)
	{
		size_t		length = strcspn(text, "\n");

		/* a line of blanks would be none, one that begins with them code */
		plain(out, text_slice(text + strspn(text, " "), length >= strspn(text, " ") ? length - strspn(text, " ") : 0));
		text_add(out, "\n\n");
		text += length;
		text += *text == '\n';
	}
}

/* A paragraph in a style of the reference document, with more of its properties. */
static void
paragraph(Text *out, const char *style, const char *properties, const char *text)
{
	text_format(out, "```{=openxml}\n<w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr>", style, properties);
	if (text && *text)
	{
		text_add(out, "<w:r><w:t xml:space=\"preserve\">");
		for (const char *c = text; *c; c++)	/* a raw block of Markdown ends at a line of ``` */
			text_xml(out, (char[]) {*c == '\n' ? ' ' : *c, 0});
		text_add(out, "</w:t></w:r>");
	}
	text_add(out, "</w:p>\n```\n\n");
}

/* The end of a section: what came before has this page. */
static void
end_section(Text *out, bool across)
{
	paragraph(out, "SmallNote", need_format("<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/><w:sectPr>%s" GRID "</w:sectPr>", across ? ACROSS : PORTRAIT), NULL);
}

static void
cell(Text *out, const char *style, const char *text, int width, bool bold, bool shaded, bool keeps)
{
	text_format(out, "<w:tc><w:tcPr><w:tcW w:w=\"%d\" w:type=\"dxa\"/>%s<w:vAlign w:val=\"center\"/></w:tcPr><w:p><w:pPr><w:pStyle w:val=\"%s\"/>%s</w:pPr><w:r>%s"
				"<w:t xml:space=\"preserve\">",
				width, shaded ? "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F2F2F2\"/>" : "", style, keeps ? "<w:keepNext/>" : "", bold ? "<w:rPr><w:b/></w:rPr>" : "");
	for (const char *c = text ? text : "—"; *c; c++)
		text_xml(out, (char[]) {*c == '\n' ? ' ' : *c, 0});
	text_add(out, "</w:t></w:r></w:p></w:tc>");
}

/* How a table is laid out. */
typedef struct Layout
{
	int			room;			/* its width */
	int		   *width;			/* of each column */
	bool		tight;			/* in the smaller letters */
	int			height;			/* about, with its head */
} Layout;

/* As wide as what stands in it, the widest cut; where that is too much, what is narrow keeps its width. */
static Layout
lay_out(const Grid *grid, bool across)
{
	Layout		layout = {.room = across ? WIDTH_ACROSS : WIDTH, .width = need(sizeof(int) * (size_t) grid->columns)};
	int		   *width = layout.width;
	int			room = layout.room;
	int			wanted = 0;
	int			letter;

	for (int j = 0; j < grid->columns; j++)
	{
		int			most = width_of(grid->heading[j]) > 12 ? 12 : width_of(grid->heading[j]);

		for (int i = 0; i < grid->rows; i++)
		{
			const char *text = cell_said(grid_cell(grid, i, j));
			int			this = text ? width_of(text) : 1;

			most = this > most ? this : most;
		}
		width[j] = (most > 40 ? 40 : most < 4 ? 4 : most) + 2;
		wanted += width[j];
	}
	layout.tight = wanted * 105 > room;	/* half a character of 10.5 points */
	letter = layout.tight ? 88 : 105;
	if (wanted * letter > room)
	{
		int			narrow = 0;
		int			rest;

		for (int j = 0; j < grid->columns; j++)
			narrow += width[j] <= 11 ? width[j] * 88 : 0;
		rest = room - narrow;
		if (rest > room / 3)
		{
			int			wide = 0;

			for (int j = 0; j < grid->columns; j++)
				wide += width[j] <= 11 ? 0 : width[j];
			for (int j = 0; j < grid->columns; j++)
				width[j] = width[j] <= 11 ? width[j] * 88 : rest * width[j] / (wide ? wide : 1);
			wanted = 0;
		}
	}
	for (int j = 0; wanted && j < grid->columns; j++)
		width[j] = room * width[j] / wanted;
	for (int i = -1; i < grid->rows; i++)
	{
		int			most = 1;

		for (int j = 0; j < grid->columns; j++)
		{
			const char *text = i < 0 ? grid->heading[j] : cell_said(grid_cell(grid, i, j));
			int			fits = (width[j] - 150) / letter;
			int			lines = text ? (width_of(text) + (fits > 1 ? fits : 1) - 1) / (fits > 1 ? fits : 1) : 1;

			most = lines > most ? lines : most;
		}
		layout.height += most * (layout.tight ? 250 : 300) + 30;
	}
	return layout;
}

static void
grid(Text *out, const Grid *grid, bool across)
{
	Layout		layout = lay_out(grid, across);
	const char *head = layout.tight ? "TableHeadSmall" : "TableHead";
	const char *text = layout.tight ? "TableTextSmall" : "TableText";
	const char *number = layout.tight ? "TableNumberSmall" : "TableNumber";
	bool		whole = layout.height < HEIGHT / 2;	/* one that is not long is not broken over two pages */

	text_format(out, "```{=openxml}\n<w:tbl><w:tblPr><w:tblStyle w:val=\"Table\"/><w:tblW w:w=\"%d\" w:type=\"dxa\"/><w:jc w:val=\"center\"/><w:tblBorders>", layout.room);
	for (int k = 0; k < 6; k++)
		text_format(out, "<w:%s w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>", (const char *[]) {"top", "left", "bottom", "right", "insideH", "insideV"}[k]);
	text_add(out, "</w:tblBorders><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>");
	for (int j = 0; j < grid->columns; j++)
		text_format(out, "<w:gridCol w:w=\"%d\"/>", layout.width[j]);
	text_add(out, "</w:tblGrid>\n<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
	for (int j = 0; j < grid->columns; j++)
		cell(out, head, grid->heading[j], layout.width[j], false, true, true);
	text_add(out, "</w:tr>\n");
	for (int i = 0; i < grid->rows; i++)
	{
		text_add(out, "<w:tr><w:trPr><w:cantSplit/></w:trPr>");
		for (int j = 0; j < grid->columns; j++)
			cell(out, grid->is_number[j] ? number : text, cell_said(grid_cell(grid, i, j)), layout.width[j], grid->is_total[i], false, whole && i < grid->rows - 1);
		text_add(out, "</w:tr>\n");
	}
	text_add(out, "</w:tbl>\n```\n\n");
}

/* Attachments begin a page each, the first line says which. */
static int
attachment(const Document *document, Text *out, int number, bool new_page, const char *title)
{
	paragraph(out, "AttachmentMark", new_page ? "<w:pageBreakBefore/>" : "", need_format(W("附件%d", "Attachment %d"), number));
	paragraph(out, "AttachmentTitle", "", title);
	return 579 + 280 + 560 * (1 + width_of(title) / 48);
}

static void
picture(Text *out, const Panel *panel, double centimetres)
{
	text_add(out, "![");
	plain(out, panel->title);
	text_format(out, "](%s){width=%.1fcm} ", panel->file, centimetres);
}

/* A table's title below that of its attachment, which says the same period at its end. */
static char *
title_below(const Document *document, const char *title, const char *group)
{
	const char *tail = NULL;
	size_t		length = strlen(title);

	for (const char *at = group; (at = strstr(at, W("（", ", "))) != NULL; at++)
		tail = at;
	return tail && length > strlen(tail) && strcmp(title + length - strlen(tail), tail) == 0 ? text_slice(title, length - strlen(tail)) : text_copy(title);
}

/* What stands in the attachments, in its order: charts, tables, notes. Those of one group are an attachment. */
typedef struct Part
{
	const char *group;
	const Grid *table;			/* NULL: the charts, or the notes */
	bool		is_charts;
} Part;

static Part *
parts_of(const Document *document, int *count)
{
	Part	   *part = need(sizeof *part * (size_t) (document->tables + 4));
	const Grid *others[2] = {figures_table(document), definitions_table(document)};
	const char *last = W("指标、定义与说明", "Figures, definitions and notes");

	*count = 0;
	if (document->charts)
		part[(*count)++] = (Part) {W("图", "Charts"), NULL, true};
	for (int i = 0; i < document->tables; i++)
		if (i == 0 || strcmp(document->table[i]->group, document->table[i - 1]->group) != 0)
			for (int wide = 0; wide < 2; wide++)	/* the page is turned once */
				for (int j = i; j < document->tables && strcmp(document->table[j]->group, document->table[i]->group) == 0; j++)
					if (document->table[j]->rows && document->table[j]->is_wide == wide)
						part[(*count)++] = (Part) {document->table[i]->group, document->table[j], false};
	for (int i = 0; i < 2; i++)
		if (others[i]->rows)
			part[(*count)++] = (Part) {last, others[i], false};
	part[(*count)++] = (Part) {last, NULL, false};
	return part;
}

static void
charts(const Document *document, Text *out)
{
	for (int i = 0; i < document->charts; i++)
	{
		const Chart *chart = &document->chart[i];

		styled(out, "Chart Title", chart->title);
		styled(out, "Chart Measure", chart->measure);
		text_add(out, "::: {custom-style=\"Picture\"}\n");
		for (int p = 0; p < chart->panels; p++)
			if (chart->panel[p].file)
				picture(out, &chart->panel[p], chart->panels == 1 ? 14.6 : 7.0);
		text_add(out, "\n:::\n\n");
		styled(out, "Small Note", chart->alternative);
	}
}

static char *
markdown_of(const Document *document)
{
	Text		out = {0};
	int			attachments = 0;
	int			left = 0;
	bool		across = false;
	int			parts;
	Part	   *part = parts_of(document, &parts);
	char	   *day = text_copy(document->standing == STANDING_DRAFT ? document->today_words : document->published_at);
	char	   *end = day ? strstr(day, "日") : NULL;

	if (document->number)
	{
		styled(&out, "Masthead", need_format(W("%s文件", "%s"), document->issuer ? document->issuer : ""));
		styled(&out, "Document Number", document->number);
	}
	styled(&out, "Title", document->title);
	styled(&out, "Subtitle", need_format(W("（%s）", "(%s)"), document->period));
	if (document->standing != STANDING_PUBLISHED)
		styled(&out, "Standing", document->standing_words);
	styled(&out, "Addressee", document->addressee ? need_format("%s%s", document->addressee, W("：", ":")) : NULL);
	for (int i = 0; i < document->sections; i++)
	{
		const Section *section = &document->section[i];

		if (section->heading)
		{
			text_add(&out, "# ");
			plain(&out, section->heading);
			text_add(&out, "\n\n");
		}
		for (int j = 0; j < section->blocks; j++)
			if (section->block[j].text)
				lines(&out, section->block[j].text);
			else
			{
				Grid		narrow = *section->block[j].table;

				narrow.is_wide = false;		/* within the text the page is not turned */
				grid(&out, &narrow, false);
				/* tables without a paragraph between them would be one */
				paragraph(&out, "SmallNote", "", NULL);
			}
	}
	styled(&out, "Closing", document->closing);
	if (document->remark)
		styled(&out, "Closing", need_format("%s%s", W("发布说明：", "Remark: "), document->remark));

	/* the note of attachments, the signature, which stands on no page without a line of that note; 附件： stands before the first, which the others stand under */
	if (document->english)
		paragraph(&out, "AttachmentList", "", "Attachments:");
	for (int i = 0; i < parts; i++)
		if (i == 0 || strcmp(part[i].group, part[i - 1].group) != 0)
		{
			bool		last = true;

			for (int j = i + 1; j < parts; j++)
				last = last && strcmp(part[j].group, part[i].group) == 0;
			attachments++;
			paragraph(&out, attachments == 1 && !document->english ? "AttachmentList" : "AttachmentListMore", last ? "<w:keepNext/>" : "",
					  need_format("%s%d. %s", attachments == 1 ? W("附件：", "") : "", attachments, part[i].group));
		}
	styled(&out, "Signature Line", document->issuer);
	if (end)
		end[strlen("日")] = '\0';
	else if (day && strrchr(day, ' '))	/* without the time */
		*strrchr(day, ' ') = '\0';
	styled(&out, "Signature Line", day);
	end_section(&out, false);

	attachments = 0;
	for (int i = 0; i < parts; i++)
	{
		const Grid *table = part[i].table;
		bool		begins = i == 0 || strcmp(part[i].group, part[i - 1].group) != 0;
		bool		wide = table && table->is_wide;
		int			page = wide ? HEIGHT_ACROSS : HEIGHT;
		bool		new_page = begins && i > 0;

		if (wide != across)
		{
			if (i > 0)
				end_section(&out, across);
			across = wide;
			left = page;
			new_page = false;
		}
		if (begins)
			left = page - attachment(document, &out, ++attachments, new_page, part[i].group);
		if (table == NULL && part[i].is_charts)
			charts(document, &out);
		else if (table == NULL)
		{
			paragraph(&out, "ChartTitle", "", W("符号与说明", "Symbols and notes"));
			for (int k = 0; k < document->legends; k++)
				styled(&out, "Small Note", need_format("%s%s%s", document->legend[k].name, W("：", ": "), document->legend[k].text));
			styled(&out, "Small Note", W("图和正文以外的表由同一时点的记录另行计算，不在发布的校验值之内。",
										 "Charts and the tables beside the text are counted from the records of the same moment; the publication's hash does not cover them."));
		}
		else
		{
			char	   *title = title_below(document, table->title, part[i].group);
			bool		titled = strcmp(table->title, part[i].group) != 0;
			int			height = lay_out(table, wide).height + (titled ? 560 : 0) + (table->note ? 460 : 0);

			/* what fits on a page is not broken over two */
			if (titled)
				paragraph(&out, "ChartTitle", height > left && height <= page && left < page ? "<w:pageBreakBefore/>" : "", title);
			if (height > left)
				left = height <= page ? page : page + height - left - (height - left) / page * page;
			left -= height;
			grid(&out, table, wide);
			paragraph(&out, "SmallNote", "", table->note);
			left -= table->note ? 0 : 460;
		}
	}
	if (across)
		end_section(&out, true);
	if (document->hash)
		styled(&out, "Small Note", need_format(W("发布号：%s；校验值：%s", "Publication %s, hash %s"), document->publication, document->hash));
	return out.data;
}

/* The reference document, from its parts. */
static char *
reference(char **problem)
{
	static const char *const parts[] = {"[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels", "word/styles.xml", "word/settings.xml",
	"word/fontTable.xml", "word/footer-odd.xml", "word/footer-even.xml"};
	char	   *path = task_file("reference.docx");
	zip_t	   *archive = archive_open(path, true, problem);

	if (archive == NULL)
		return NULL;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
	{
		char	   *part = share_file(need_format("docx/%s", parts[i]));
		Text	   *content = need(sizeof *content);

		if (!text_read(content, part) || !archive_write(archive, parts[i], content))
		{
			*problem = need_format("%s: %s", part, strerror(errno));
			zip_discard(archive);
			return NULL;
		}
	}
	return archive_close(archive, path, problem) ? path : NULL;
}

/* Put one text in place of another wherever it stands. */
static void
replace(Text *text, const char *old, const char *new)
{
	Text		made = {0};
	const char *at = text->data;
	const char *found;

	while ((found = strstr(at, old)) != NULL)
	{
		text_bytes(&made, at, (size_t) (found - at));
		text_add(&made, new);
		at = found + strlen(old);
	}
	text_add(&made, at);
	*text = made;
}

/* Where lines may not end, which pandoc does not take over from the reference document. */
static bool
keep_numbers_whole(zip_t *archive)
{
	Text	   *settings = need(sizeof *settings);	/* until the archive is closed */
	Text		own = {0};
	const char *rules;
	const char *end;

	if (!archive_read(archive, "word/settings.xml", settings) || !text_read(&own, share_file("docx/word/settings.xml")))
		return false;
	rules = strstr(own.data, "<w:noLineBreaksAfter");
	end = rules ? strstr(rules, "<w:compat>") : NULL;
	if (end && !strstr(settings->data, "<w:noLineBreaksAfter"))
		replace(settings, "<w:compat>", text_slice(rules, (size_t) (end - rules) + strlen("<w:compat>")));
	return archive_write(archive, "word/settings.xml", settings);
}

/* What pandoc leaves open: the footers of each section, a bitmap beside each SVG, where lines may not end. */
static bool
finish(const char *path, char **problem)
{
	zip_t	   *archive = archive_open(path, false, problem);
	Text		body = {0};
	Text		relations = {0};
	Text		types = {0};
	bool		draws = task_find("rsvg-convert") != NULL;
	const char *last = NULL;

	if (archive == NULL)
		return false;
	if (!archive_read(archive, "word/document.xml", &body) || !archive_read(archive, "word/_rels/document.xml.rels", &relations) || !archive_read(archive, "[Content_Types].xml", &types) ||
		!keep_numbers_whole(archive))
	{
		*problem = need_format(TEXT("%s is not as pandoc writes it", "%s不是pandoc所写的样子"), path);
		zip_discard(archive);
		return false;
	}
	for (const char *at = body.data; (at = strstr(at, "<w:sectPr")) != NULL; at++)
		last = at;
	if (last)
	{
		const char *from = strstr(last, "<w:footerReference");
		const char *to = last;

		for (const char *at = from; at && (at = strstr(at, "<w:footerReference")) != NULL; at++)
			to = strstr(at, ">") + 1;
		if (from)
			replace(&body, "<w:sectPr>" PORTRAIT, need_format("<w:sectPr>%s" PORTRAIT, text_slice(from, (size_t) (to - from))));
		replace(&body, "<w:sectPr>" ACROSS, "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rIdAcrossOdd\"/><w:footerReference w:type=\"even\" r:id=\"rIdAcrossEven\"/>" ACROSS);
	}
	for (int even = 0; even < 2; even++)
	{
		const char *name = even ? "footer-across-even.xml" : "footer-across-odd.xml";
		char	   *file = share_file(need_format("docx/word/%s", name));
		Text	   *footer = need(sizeof *footer);

		if (!text_read(footer, file) || !archive_write(archive, need_format("word/%s", name), footer))
		{
			*problem = need_format("%s: %s", file, strerror(errno));
			zip_discard(archive);
			return false;
		}
		replace(&relations, "</Relationships>",
				need_format("<Relationship Id=\"rIdAcross%s\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"%s\"/></Relationships>",
							even ? "Even" : "Odd", name));
		replace(&types, "</Types>", need_format("<Override PartName=\"/word/%s\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/></Types>", name));
	}
	for (int number = 0; draws && number < 4096; number++)
	{
		char	   *vector = need_format("word/media/rId%d.svg", number);
		char	   *bitmap = need_format("word/media/rId%d.png", number);
		char	   *vector_file = task_file(need_format("rId%d.svg", number));
		char	   *bitmap_file = task_file(need_format("rId%d.png", number));
		Text		svg = {0};
		Text	   *png = need(sizeof *png);

		if (zip_name_locate(archive, vector, 0) < 0)
			continue;
		if (!archive_read(archive, vector, &svg) || !text_save(&svg, vector_file) ||
			task_run((const char *const[]) {"rsvg-convert", "-z", "2.5", "-o", bitmap_file, vector_file, NULL}, NULL) != 0 || !text_read(png, bitmap_file) ||
			!archive_write(archive, bitmap, png))
			continue;
		/* the blip of this SVG gets the bitmap as its picture */
		{
			char	   *embeds = need_format("r:embed=\"rId%d\"", number);
			char	   *svg_blip = strstr(body.data, embeds);
			char	   *blip = NULL;

			for (char *at = body.data; svg_blip && (at = strstr(at, "<a:blip>")) != NULL && at < svg_blip; at++)
				blip = at;
			if (blip == NULL)
				continue;
			{
				Text		made = {0};

				text_bytes(&made, body.data, (size_t) (blip - body.data));
				text_format(&made, "<a:blip r:embed=\"rIdPng%d\">", number);
				text_add(&made, blip + strlen("<a:blip>"));
				body = made;
			}
		}
		replace(&relations, "</Relationships>",
				need_format("<Relationship Id=\"rIdPng%d\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image\" "
					"Target=\"media/rId%d.png\"/></Relationships>", number, number));
		replace(&types, "</Types>", need_format("<Override PartName=\"/%s\" ContentType=\"image/png\"/></Types>", bitmap));
	}
	if (!archive_write(archive, "word/document.xml", &body) || !archive_write(archive, "word/_rels/document.xml.rels", &relations) || !archive_write(archive, "[Content_Types].xml", &types))
	{
		*problem = need_format("%s: %s", path, zip_strerror(archive));
		zip_discard(archive);
		return false;
	}
	return archive_close(archive, path, problem);
}

/* Which of the official fonts this machine has not, in one line: what is opened here looks different. */
static void
tell_fonts(void)
{
	static bool told = false;
	static const char *const fonts[] = {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"};
	Text		missing = {0};
	char	   *list = task_file("fonts");
	Text		installed = {0};

	if (told || task_find("fc-list") == NULL || task_run((const char *const[]) {"fc-list", ":", "family", NULL}, list) != 0 || !text_read(&installed, list))
		return;
	told = true;
	for (size_t i = 0; i < sizeof fonts / sizeof *fonts; i++)
		if (strstr(installed.data, fonts[i]) == NULL)
			text_format(&missing, "%s%s", missing.length ? "、" : "", fonts[i]);
	if (missing.length)
		say(TEXT("the document names the official fonts, which this machine has not: %s; where they are missing, others take their place",
				 "Word文件写明公文字体，本机没有：%s；在没有这些字体的机器上以其他字体代替"), missing.data);
}

bool
write_docx(Document *document, const char *path, char **problem)
{
	Text		markdown = {0};
	char	   *source = task_file("report.md");
	char	   *made = task_file("report.docx");
	char	   *form;
	Text		content = {0};

	if (task_find("pandoc") == NULL)
	{
		*problem = need_format(TEXT("%s needs pandoc, which is not installed (Debian: pandoc)", "%s需要pandoc，未安装（Debian：pandoc）"), path);
		return false;
	}
	form = reference(problem);
	if (form == NULL)
		return false;
	text_add(&markdown, markdown_of(document));
	if (!text_save(&markdown, source))
	{
		*problem = need_format("%s: %s", source, strerror(errno));
		return false;
	}
	if (task_run((const char *const[]) {"pandoc", "--from=markdown-smart-yaml_metadata_block-auto_identifiers-implicit_figures", "--to=docx", need_format("--reference-doc=%s", form), "--metadata",
				 need_format("lang=%s", document->english ? "en" : "zh-CN"), "-o", made, source, NULL}, NULL) != 0)
	{
		*problem = need_format(TEXT("pandoc did not make %s: %s", "pandoc未能生成%s：%s"), path, task_said());
		return false;
	}
	if (!finish(made, problem))
		return false;
	if (!text_read(&content, made) || !text_save(&content, path))
	{
		*problem = need_format("%s: %s", path, strerror(errno));
		return false;
	}
	if (!document->english)
		tell_fonts();
	return true;
}
