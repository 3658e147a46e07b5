/*
 * The figures of a report as CSV, a row a figure: by RFC 4180, lines ending in CR LF. With a byte order mark
 * where the report is in Chinese, for spreadsheets take a file without one for GBK.
 */
#include "document/document.h"

#include "task.h"

#include <errno.h>
#include <string.h>

bool
write_csv(Document *document, const char *path, char **problem)
{
	const char *headings[][2] = {
		{"指标代码", "code"}, {"指标", "figure"}, {"成员", "member"}, {"起始日期", "starts_on"}, {"截止日期", "last_day"}, {"数值", "value"}, {"单位", "unit"}, {"表述", "words"},
		{"基数", "base"}, {"增减", "change"}, {"增减率", "rate_pct"}, {"p值", "p_value"}, {"偶然下限", "low"}, {"偶然上限", "high"}, {"状态", "state"}, {"标记", "mark"},
		{"记录数", "records"}, {"定义", "definition"}, {"版本", "version"}, {"数据时点", "as_of"}, {"发布号", "publication"}, {"校验值", "hash"}, {"第二成员", "member2"}};
	Text		out = {0};

	text_add(&out, document->english ? "" : "\xEF\xBB\xBF");
	for (size_t i = 0; i < sizeof headings / sizeof *headings; i++)
	{
		text_add(&out, i ? "," : "");
		text_csv(&out, headings[i][document->english]);
	}
	text_add(&out, "\r\n");
	for (int i = 0; i < document->figures; i++)
	{
		const Figure *f = &document->figure[i];
		const char *fields[] = {f->code, f->name, f->member_name, f->starts_on, f->last_day, f->value, f->unit, f->words,
			f->compares ? f->base : NULL, f->compares ? f->amount : NULL, f->compares ? f->rate : NULL, f->p_value, f->low, f->high, f->state_words, f->marks,
		f->record_count, f->definition, f->version, document->as_of ? document->as_of : document->as_of_words, document->publication, document->hash, f->member2_name};

		for (size_t j = 0; j < sizeof fields / sizeof *fields; j++)
		{
			text_add(&out, j ? "," : "");
			text_csv(&out, fields[j]);
		}
		text_add(&out, "\r\n");
	}
	if (text_save(&out, path))
		return true;
	*problem = need_format("%s: %s", path, strerror(errno));
	return false;
}
