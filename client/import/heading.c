/*
 * heading.c
 *		Headings as they are written, and what they are taken for.
 */
#include "heading.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "task.h"
#include "words.h"

/* Measure words and units that stand in brackets after a heading. */
static const char *const units[] = {
	"元", "万元", "亿元", "千元", "家", "家次", "家 次", "户", "户次", "项", "条", "起", "件", "宗", "人", "名", "位", "人次", "个", "次", "份", "处", "座", "台", "套",
	"台(套)", "台/套", "期", "场", "场次", "册", "部", "张", "页", "天", "日", "工作日", "个工作日", "小时", "年", "月", "吨", "公斤", "千克", "kg", "t", "m", "m2", "㎡",
	"平方米", "立方米", "m3", "亩", "公里", "km", "%", "‰", "±%", "百分比", "百分点", "yuan", "rmb", "cny", NULL
};

/* Words of an order rather than a name. */
static const char *const orders[] = {
	"必填", "选填", "非必填", "格式", "yyyy", "mm/dd", "示例", "例如", "例:", "如:", "下拉", "单选", "多选", "请选择", "请填写", "限填", "不可为空", "不能为空", "必须",
	"required", "mandatory", "optional", "format", NULL
};

static bool
is_unit_word(const char *word)
{
	for (const char *const *unit = units; *unit; unit++)
		if (strcmp(*unit, word) == 0)
			return true;
	return false;
}

static bool
is_order(const char *word)
{
	for (const char *const *order = orders; *order; order++)
		if (strstr(word, *order))
			return true;
	return false;
}

bool
is_unit(const char *text)
{
	Chars		word = {0};
	bool		unit;
	char	   *s;
	size_t		length;

	squeezed(&word, text);
	s = word.data;
	length = word.length;
	if (length >= 2 && (s[0] == '(' || s[0] == '[') && (s[length - 1] == ')' || s[length - 1] == ']'))
	{
		s[length - 1] = '\0';
		s++;
	}
	if (starts_with(s, "单位:"))
		s += strlen("单位:");
	unit = is_unit_word(s);
	chars_free(&word);
	return unit;
}

static void
take_unit(char **unit, const char *word)
{
	if (unit && !*unit)
		*unit = need_copy(strcmp(word, "百分比") == 0 ? "%" : word);
}

const char *
heading_name(Chars *into, const char *heading, char **unit)
{
	static const char *const long_units[] = {"万元", "亿元", "千元", "元", "%", NULL};
	static const char *const no_units[] = {"单元", "公元", "多元", "美元", "欧元", "港元", "日元", NULL};
	Chars		half = {0}, group = {0};
	const char *s;
	bool		last_ascii = false;
	bool		named = false;

	chars_reset(into);
	chars_reset(&group);
	s = plain(&half, heading);
	while (*s == '*' || starts_with(s, "★") || starts_with(s, "※") || starts_with(s, "☆"))
		s += *s == '*' ? 1 : 3;
	while (*s)
	{
		if (*s == '(' || *s == '[' || starts_with(s, "【") || starts_with(s, "〔"))
		{
			int			depth = 1;
			const char *from = s + (*s == '(' || *s == '[' ? 1 : 3), *to = from;

			/* brackets that do not match their kind close each other */
			while (*to && depth > 0)
			{
				if (*to == '(' || *to == '[')
					depth++;
				else if (*to == ')' || *to == ']' || starts_with(to, "】") || starts_with(to, "〕"))
					depth--;
				if (depth > 0)
					to++;
			}
			chars_reset(&group);
			for (const char *c = from; c < to; c++)
				if (*c != ' ')
					chars_char(&group, *c >= 'A' && *c <= 'Z' ? (char) (*c + 'a' - 'A') : *c);
			if (is_unit_word(group.data))
				take_unit(unit, group.data);
			else if (starts_with(group.data, "单位:") && is_unit_word(group.data + strlen("单位:")))
				take_unit(unit, group.data + strlen("单位:"));
			else if (!is_order(group.data))
			{
				chars_char(into, '(');
				for (const char *c = from; c < to; c++)
					if (*c != ' ')
						chars_char(into, *c);
				chars_char(into, ')');
			}
			s = *to ? to + (*to == ')' || *to == ']' ? 1 : 3) : to;
			last_ascii = false;
			continue;
		}
		/* blanks part words of letters, and nothing else */
		if (*s == ' ')
		{
			if (last_ascii && ((s[1] >= 'a' && s[1] <= 'z') || (s[1] >= 'A' && s[1] <= 'Z')))
				chars_char(into, ' ');
		}
		else
			chars_char(into, *s);
		last_ascii = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z');
		s++;
	}
	while (into->length > 0 && (into->data[into->length - 1] == '*' || into->data[into->length - 1] == ':' || ends_with(into->data, "★") || ends_with(into->data, "※")))
	{
		into->length -= into->data[into->length - 1] == '*' || into->data[into->length - 1] == ':' ? 1 : 3;
		into->data[into->length] = '\0';
	}
	/* 检查/家次: a measure, and what it is counted in; 年/月/日 is none */
	{
		char	   *slash = strrchr(into->data, '/');

		if (slash && slash > into->data && is_unit_word(slash + 1) && strcmp(slash + 1, "年") != 0 && strcmp(slash + 1, "月") != 0 && strcmp(slash + 1, "日") != 0 &&
			!is_unit_word(into->data))
		{
			take_unit(unit, slash + 1);
			into->length = (size_t) (slash - into->data);
			*slash = '\0';
		}
	}
	for (const char *const *u = no_units; *u; u++)
		named = named || ends_with(into->data, *u);
	for (const char *const *u = long_units; *u && !named; u++)
		if (into->length > strlen(*u) && ends_with(into->data, *u))
		{
			take_unit(unit, *u);
			into->length -= strlen(*u);
			while (into->length > 0 && strchr(",:/", into->data[into->length - 1]))
				into->length--;
			into->data[into->length] = '\0';
		}
	chars_free(&half);
	chars_free(&group);
	return into->data;
}

const char *
heading_key(Chars *into, const char *heading)
{
	Chars		name = {0};

	heading_name(&name, heading, NULL);
	squeezed(into, name.data);
	chars_free(&name);
	return into->data;
}

void
read_synonyms(const char *file, SynonymReader reader, void *context)
{
	char	   *path = share_file(file);
	FILE	   *stream = path ? fopen(path, "re") : NULL;
	char	   *line = NULL;
	size_t		size = 0;
	ssize_t		length;

	if (!stream)
		fail(EXIT_FAILED, TEXT("no file %s: %s", "没有文件 %s：%s"), path ? path : file, strerror(errno));
	while ((length = getline(&line, &size, stream)) > 0)
	{
		char	   *table, *column, *word, *rest = line;

		if (line[length - 1] == '\n')
			line[length - 1] = '\0';
		if (line[0] == '#')
			continue;
		table = strsep(&rest, "\t");
		column = rest ? strsep(&rest, "\t") : NULL;
		while (column && rest && (word = strsep(&rest, "\t")) != NULL)
			if (*word)
				reader(context, table, column, word);
	}
	free(line);
	fclose(stream);
	free(path);
}
