/* A report as Markdown: the text, its tables, the figures with their change and chance, the tables beside the text, the notes. */
#include "document/document.h"

#include "task.h"

#include <errno.h>
#include <string.h>

#define W(zh, en) WORD(document, zh, en)

static void
grid(Text *out, const Grid *grid)
{
	for (int j = 0; j < grid->columns; j++)
	{
		text_add(out, j ? " | " : "| ");
		text_markdown(out, grid->heading[j]);
	}
	text_add(out, " |\n");
	for (int j = 0; j < grid->columns; j++)
		text_add(out, grid->is_number[j] ? "| ---: " : "| --- ");
	text_add(out, "|\n");
	for (int i = 0; i < grid->rows; i++)
	{
		for (int j = 0; j < grid->columns; j++)
		{
			const char *text = cell_said(grid_cell(grid, i, j));

			text_add(out, j ? " | " : "| ");
			text_add(out, grid->is_total[i] && text && *text ? "**" : "");
			/* a minus before digits is no list */
			if (text && *text == '-' && strspn(text + 1, "0123456789.%") == strlen(text + 1))
				text_add(out, text);
			else
				text_markdown(out, text ? text : "—");
			text_add(out, grid->is_total[i] && text && *text ? "**" : "");
		}
		text_add(out, " |\n");
	}
	text_add(out, "\n");
	if (grid->note)
	{
		text_markdown(out, grid->note);
		text_add(out, "\n\n");
	}
}

static void
heading(Text *out, const char *level, const char *text)
{
	text_format(out, "%s ", level);
	text_markdown(out, text);
	text_add(out, "\n\n");
}

Text
markdown_text(Document *document)
{
	Text		out = {0};

	heading(&out, "#", document->title);
	text_markdown(&out, need_format("%s%s%s", document->issuer ? document->issuer : "", document->issuer ? W("，", ", ") : "", document->period));
	text_add(&out, "\n\n");
	text_markdown(&out, document->number);
	text_add(&out, document->number ? "\n\n> " : "> ");
	text_markdown(&out, document->standing_words);
	text_add(&out, "\n\n");
	if (document->addressee)
	{
		text_markdown(&out, document->addressee);
		text_add(&out, W("：\n\n", ":\n\n"));
	}
	for (int i = 0; i < document->sections; i++)
	{
		const Section *section = &document->section[i];

		if (section->heading)
			heading(&out, "##", section->heading);
		for (int j = 0; j < section->blocks; j++)
			if (section->block[j].table)
				grid(&out, section->block[j].table);
			else
				for (const char *line = section->block[j].text; *line;)
				{
					size_t		length = strcspn(line, "\n");
					const char *from = line + strspn(line, " ");

					text_markdown(&out, text_slice(from, from - line < (long) length ? length - (size_t) (from - line) : 0));
					text_add(&out, "\n\n");
					line += length;
					line += *line == '\n';
				}
	}
	text_markdown(&out, document->closing);
	text_add(&out, "\n\n");
	if (document->remark)
	{
		text_markdown(&out, need_format("%s%s", W("发布说明：", "Remark: "), document->remark));
		text_add(&out, "\n\n");
	}
	if (document->charts)
		heading(&out, "##", W("图中数据", "The data of the charts"));
	for (int i = 0; i < document->charts; i++)
	{
		heading(&out, "###", document->chart[i].title);
		text_markdown(&out, document->chart[i].measure);
		text_add(&out, "\n\n");
		text_markdown(&out, document->chart[i].alternative);
		text_add(&out, "\n\n");
		for (int p = 0; p < document->chart[i].panels; p++)
		{
			heading(&out, "####", document->chart[i].panel[p].table->title);
			grid(&out, document->chart[i].panel[p].table);
		}
	}
	if (document->tables)
		heading(&out, "##", W("表", "Tables"));
	for (int i = 0; i < document->tables; i++)
	{
		heading(&out, "###", document->table[i]->title);
		grid(&out, document->table[i]);
	}
	if (document->figures)
	{
		heading(&out, "##", W("指标一览", "All figures"));
		grid(&out, figures_table(document));
		heading(&out, "##", W("指标定义", "Definitions"));
		grid(&out, definitions_table(document));
	}
	heading(&out, "##", W("说明", "Notes"));
	for (int i = 0; i < document->legends; i++)
	{
		text_add(&out, "* ");
		text_markdown(&out, need_format("%s%s%s", document->legend[i].name, W("：", ": "), document->legend[i].text));
		text_add(&out, "\n");
	}
	if (document->hash)
	{
		text_add(&out, "* ");
		text_markdown(&out, need_format(W("发布号：%s；校验值：%s", "Publication %s, hash %s"), document->publication, document->hash));
		text_add(&out, "\n");
	}
	return out;
}

bool
write_markdown(Document *document, const char *path, char **problem)
{
	Text		out = markdown_text(document);

	if (text_save(&out, path))
		return true;
	*problem = need_format("%s: %s", path, strerror(errno));
	return false;
}
