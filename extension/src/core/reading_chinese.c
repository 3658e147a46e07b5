/*
 * reading_chinese.c
 *		The reader of Chinese texts.
 *
 * What a change is compared with holds until the sentence or its part ends (。；), a word
 * for up or down until its number, or, behind 分别, through the list (、 and 和).  What no
 * measure word follows that is known here or to the caller has up to four characters
 * behind it as its unit.
 */
#include "core/reading_scan.h"

#include <string.h>

#define BYTES 3					/* of a Chinese character */
#define COMPARATOR_MOST (20 * BYTES)

static const char *const measure_words[] = {
	"%", "％", "‰", "个百分点", "起", "家次", "家", "人次", "人", "名", "次", "场次", "场", "项次", "项", "条", "份", "件", "宗", "台(套)", "台（套）",
	"台", "套", "期", "册", "部", "批次", "批", "个月", "个工作日", "工作日", "个", "元", "美元", "天", "小时", "分钟", "吨", "公里", "千米", "米", "千克",
	"公斤", "亩", "平方米", "平方公里", "辆", "艘", "架", "座", "处", "所", "间", "户", "只", "支", "张", "篇", "本", "页", "字", "岁", "倍", "万吨", "门",
	"例", "列", "队", "组", "位", "枚", "箱", "包", "袋", "瓶", "罐", "点", NULL
};

/* What follows the number of a date, and of anything else that is counted off. */
static const char *const date_words[] = {"年度", "年份", "年", "月份", "月", "日", "号", "季度", "时", NULL};
static const char *const date_dashes[] = {"—", "–", "-", "~", "～", "/", "至", NULL};

static const char *const verbs[] = {"上升", "增加", "增长", "提高", "下降", "减少", "降低", NULL};
#define FIRST_DOWN 4

static const char *const closers[] = {"。", "；", ";", "！", "？", "\n", NULL};
static const char *const delimiters[] = {
	"。", "；", ";", "！", "？", "\n", "，", ",", "、", "：", ":", "（", "）", "(", ")", "《", "》", "“", "”", "—",
	" ", "．", ".", "〔", "〕", "【", "】", "其中", "同比", "环比",
	"分别", "均", "和", NULL
};

typedef struct Reader
{
	ReadingScan	   *scan;
	Span		comparator;
	bool		respectively;
	size_t		alike;			/* where something said of all would begin */
	size_t		continues;		/* where a list of changes would go on */
	size_t		brackets;		/* where a rate in brackets would begin */
	int			direction;		/* of the change read last */
} Reader;

static size_t
character(const ReadingScan *scan, size_t at)
{
	unsigned char c = scan->text[at];
	size_t		length = c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;

	return length < scan->length - at ? length : scan->length - at;
}

/* ------------------------------------------------------------------ numbers in words */

static const char *const numerals[] = {
	"零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "两", "十", "百", "千", "万", "亿", NULL
};
#define TEN 11
#define WAN 14
#define YI 15
#define NUMERAL_MOST (64 * BYTES)	/* more than NUMERAL_MOST_DIGITS with their places take */

/* The length of the numeral here; 0 for none, and for one that is longer than any that is read. */
size_t
numeral_length(const ReadingScan *scan, size_t at)
{
	size_t		p = at;
	int			which = -1;
	size_t		length = scan_any(scan, at, numerals, &which);

	if (length == 0 || which > TEN)
		return 0;
	while (length > 0)
	{
		p += length;
		if (p - at > NUMERAL_MOST)
			return 0;
		length = scan_any(scan, p, numerals, &which);
	}
	return p - at;
}

/* What a numeral says.  False if it is not written as one is, or too large. */
bool
read_numeral(const char *text, size_t length, unsigned __int128 *number)
{
	ReadingScan		scan = {.text = text, .length = length};
	unsigned __int128 total = 0;	/* of whole 亿 */
	unsigned __int128 section = 0;
	unsigned	group = 0;
	int			digit = -1;
	int			zeros = 0;
	size_t		at = 0;

	while (at < length)
	{
		int			which = -1;
		size_t		step = scan_any(&scan, at, numerals, &which);

		if (step == 0)
			return false;
		at += step;
		if (which < TEN)
		{
			if (digit > 0)
				return false;	/* 一二 */
			digit = which == 10 ? 2 : which;
			zeros += which == 0;
		}
		else if (which < WAN)
		{
			static const unsigned tens[] = {10, 100, 1000};

			if (group % (tens[which - TEN] * 10) != 0)
				return false;	/* 十百 */
			if (digit <= 0 && which != TEN)
				return false;
			group += (digit <= 0 ? 1 : digit) * tens[which - TEN];
			digit = -1;
		}
		else
		{
			group += digit < 0 ? 0 : digit;
			digit = -1;
			if (which == WAN)
			{
				if (group == 0 || section > 0)
					return false;
				section = (unsigned __int128) group * 10000;
			}
			else
			{
				unsigned __int128 scale = 100000000;

				section += group;
				if (section == 0)
					return false;
				while (scan_sees(&scan, at, numerals[YI]) && scale < (unsigned __int128) 100000000 * 100000000)
				{
					scale *= 100000000;
					at += BYTES;
				}
				total += section * scale;
				section = 0;
			}
			group = 0;
		}
	}
	*number = total + section + group + (digit < 0 ? 0 : digit);
	return *number > 0 || zeros == 1;
}

/* ------------------------------------------------------------------ numbers */

/* The length of the unit here. */
static size_t
unit_length(const ReadingScan *scan, size_t at)
{
	size_t		length = scan_unit(scan, at, WORDING_CHINESE);
	size_t		p = at;

	if (length > 0)
		return length;
	length = scan_any(scan, at, measure_words, NULL);
	if (length > 0)
		return length;
	for (int i = 0; i < 4 && p < scan->length; i++)
	{
		if (scan_digit(scan, p) || scan_any(scan, p, delimiters, NULL) > 0 || scan_any(scan, p, verbs, NULL) > 0)
			break;
		p += character(scan, p);
	}
	return p - at;
}

/* The length of the date here: 2024年7月15日, 1—7月, 2024/25年度; 0 for none. */
static size_t
date_length(const ReadingScan *scan, size_t at)
{
	size_t		end = at;

	for (;;)
	{
		size_t		p = end;
		size_t		step;

		for (;;)
		{
			size_t		digits = 0;

			while (scan_digit(scan, p + digits))
				digits++;
			if (digits == 0)
				return end - at;
			p += digits;
			step = scan_any(scan, p, date_dashes, NULL);
			if (step == 0)
				break;
			p += step;
		}
		step = scan_any(scan, p, date_words, NULL);
		if (step == 0)
			return end - at;
		end = p + step;
	}
}

/* Read the scale behind a number, with 余: where it ends. */
static size_t
read_scale(const ReadingScan *scan, size_t p, Reading *r)
{
	static const char *const scales[] = {"万亿", "万", "亿", "千", NULL};
	static const int powers[] = {12, 4, 8, 3};
	static const char *const not_scales[] = {"千米", "千克", "千瓦", "千伏", NULL};
	static const char *const over[] = {"余", "多", NULL};
	int			which = -1;
	size_t		step = scan_any(scan, p, over, NULL);

	if (step > 0 && r->style == WORDING_EXACT)
	{
		r->style = WORDING_OVER;
		p += step;
	}
	if (scan_any(scan, p, not_scales, NULL) > 0)
		return p;
	step = scan_any(scan, p, scales, &which);
	if (step == 0)
		return p;
	r->power = powers[which];
	p += step;
	step = scan_any(scan, p, over, NULL);
	if (step > 0 && r->style == WORDING_EXACT)
	{
		r->style = WORDING_OVER;
		r->behind = true;
		p += step;
	}
	return p;
}

/* Read a number with its unit; where it ends, or at if there is none. */
static size_t
read_number(const ReadingScan *scan, size_t at, Reading *r)
{
	static const char *const styles[] = {"近", "超", "约", "超过", "突破", NULL};
	static const WordingStyle style_of[] = {WORDING_NEAR, WORDING_ABOVE, WORDING_ABOUT, WORDING_ABOVE, WORDING_ABOVE};
	static const char *const idioms[] = {"百", "千", "万", NULL};
	int			which = -1;
	size_t		p = at;
	size_t		step = scan_any(scan, at, styles, &which);

	*r = (Reading) {.kind = READING_NUMBER};
	if (step > 0)
	{
		r->style = style_of[which];
		p += step;
	}
	step = r->style == WORDING_NEAR ? scan_any(scan, p, idioms, &which) : 0;
	if (step > 0)
	{
		r->power = which + 2;
		r->number = (Span) {p, 0};
		p += step;
	}
	else
	{
		if (scan_sees(scan, p, "-") && (p == 0 || (!scan_digit(scan, p - 1) && !scan_letter(scan, p - 1))))
		{
			r->negative = true;
			p++;
		}
		step = scan_number(scan, p, false);
		if (step > 0)
		{
			r->number = (Span) {p, step};
			p += step;
			if (scan_unit(scan, p, WORDING_CHINESE) == 0)
				p = read_scale(scan, p, r);
		}
		else if (r->style == WORDING_EXACT)
		{
			static const char *const minus[] = {"负", NULL};
			unsigned __int128 number;

			step = scan_any(scan, at, minus, NULL);
			r->negative = step > 0;
			p = at + step;
			step = numeral_length(scan, p);
			if (step == 0 || !read_numeral(scan->text + p, step, &number) ||
				(scan_unit(scan, p + step, WORDING_CHINESE) == 0 && scan_any(scan, p + step, measure_words, NULL) == 0))
				return at;
			if (at >= BYTES && (scan_sees(scan, at - BYTES, "第") || scan_sees(scan, at - BYTES, "每")))
				return at;
			r->style = WORDING_NUMERAL;
			r->number = (Span) {p, step};
			p += step;
		}
		else
			return at;
	}
	r->unit = (Span) {p, unit_length(scan, p)};
	r->percent = scan_sees(scan, p, "%") || scan_sees(scan, p, "％");
	p += r->unit.length;
	r->words = (Span) {at, p - at};
	return p;
}

/* ------------------------------------------------------------------ changes */

/* The word for up or down here, or 持平, behind 分别 or 均. */
static bool
begins_change(const ReadingScan *scan, size_t at)
{
	static const char *const before[] = {"分别", "均", NULL};

	at += scan_any(scan, at, before, NULL);
	return scan_any(scan, at, verbs, NULL) > 0 || scan_sees(scan, at, "持平");
}

/* The length of what a change is compared with: 同比, 比前年, 与前三年均值相比; 0 for none. */
static size_t
comparator_length(const ReadingScan *scan, size_t at)
{
	static const char *const known[] = {"同比", "环比", "均比", NULL};
	static const char *const open[] = {"比", "较", "与", "同", NULL};
	static const char *const not_open[] = {"较大", "比例", "比重", "同时", "与会", NULL};
	bool		with = scan_sees(scan, at, "与") || scan_sees(scan, at, "同");
	size_t		step = scan_any(scan, at, known, NULL);
	size_t		p;

	if (step > 0)
		return step;
	step = scan_any(scan, at, open, NULL);
	if (step == 0 || scan_any(scan, at, not_open, NULL) > 0)
		return 0;
	for (p = at + step; p < scan->length && p - at < COMPARATOR_MOST; p += character(scan, p))
	{
		static const char *const ends[] = {"。", "；", ";", "，", ",", "、", "（", "）", "\n", NULL};

		if (with && scan_sees(scan, p, "相比"))
			return p + strlen("相比") - at;
		if (!with && p > at + step && begins_change(scan, p))
			return p - at;
		if (scan_any(scan, p, ends, NULL) > 0)
			break;
	}
	return 0;
}

/* Add the number at a place as a change, which began at `began`; where it ends, or at if there is none. */
static size_t
add_change(Reader *reader, size_t began, size_t at)
{
	Reading		r;
	size_t		end = read_number(reader->scan, at, &r);

	if (end == at || r.negative || r.style == WORDING_NUMERAL)
		return at;
	r.kind = READING_CHANGE;
	r.direction = reader->direction;
	r.comparator = reader->comparator;
	r.alike = reader->alike == began;
	if (scan_sees(reader->scan, r.unit.at, "个百分点"))
	{
		r.measure = MEASURE_POINTS;
		r.percent = true;
	}
	else
		r.measure = r.percent ? MEASURE_RATE : MEASURE_AMOUNT;
	r.words = (Span) {began, end - began};
	scan_add(reader->scan, &r);
	reader->continues = reader->respectively ? end : SCAN_NOWHERE;
	reader->brackets = r.measure == MEASURE_AMOUNT && scan_sees(reader->scan, end, "（") ? end + BYTES : SCAN_NOWHERE;
	return end;
}

/* Read what stands at a place; where it ends, or at if nothing does that is read. */
static size_t
read_here(Reader *reader, size_t at)
{
	ReadingScan	   *scan = reader->scan;
	int			which = -1;
	size_t		step;
	size_t		end;
	Reading		r;

	if (scan_any(scan, at, closers, NULL) > 0)
	{
		reader->comparator = (Span) {0, 0};
		reader->respectively = false;
		return at;
	}
	if (scan_sees(scan, at, "，") || scan_sees(scan, at, ","))
	{
		reader->respectively = false;
		return at;
	}
	if (scan_sees(scan, at, "分别"))
	{
		reader->respectively = true;
		return at + strlen("分别");
	}
	if (scan_sees(scan, at, "均") && !scan_sees(scan, at, "均值") &&
		!(at >= BYTES && (scan_sees(scan, at - BYTES, "平") || scan_sees(scan, at - BYTES, "人"))))
	{
		reader->alike = at + BYTES + (scan_sees(scan, at + BYTES, "为") ? BYTES : 0);
		return reader->alike;
	}
	if (at == reader->continues && (scan_sees(scan, at, "、") || scan_sees(scan, at, "和")))
	{
		reader->continues = at + BYTES;
		return at + BYTES;
	}
	step = comparator_length(scan, at);
	if (step > 0)
	{
		reader->comparator = (Span) {at, step};
		return at + step;
	}
	if (scan_sees(scan, at, "持平"))
	{
		r = (Reading) {.kind = READING_CHANGE, .words = {at, strlen("持平")}, .number = {at, 0}, .unit = {at, 0},
			.comparator = reader->comparator, .alike = reader->alike == at};
		scan_add(scan, &r);
		reader->continues = reader->respectively ? at + strlen("持平") : SCAN_NOWHERE;
		return at + strlen("持平");
	}
	step = scan_any(scan, at, verbs, &which);
	if (step > 0)
	{
		reader->direction = which < FIRST_DOWN ? 1 : -1;
		if (scan_sees(scan, at + step, "了"))
			step += BYTES;
		end = add_change(reader, at, at + step);
		return end > at + step ? end : at + step;
	}
	if (at > 0 && scan_digit(scan, at) && (scan_letter(scan, at - 1) || scan_digit(scan, at - 1) || scan->text[at - 1] == '.'))
		return at;				/* of F028 */
	step = scan_unit(scan, at + scan_number(scan, at, false), WORDING_CHINESE) > 0 ? 0 : date_length(scan, at);
	if (step == 0 && at >= BYTES && scan_sees(scan, at - BYTES, "〔"))
		step = scan_number(scan, at, false);
	if (step > 0)
	{
		r = (Reading) {.kind = READING_DATE, .words = {at, step}, .number = {at, step}, .unit = {at + step, 0}};
		scan_add(scan, &r);
		return at + step;
	}
	if (at == reader->continues || at == reader->brackets)
	{
		bool		in_brackets = at == reader->brackets;
		size_t		digits = scan_number(scan, at, false);

		/* 5起（41.7%）; a bracket with anything else is not of the change */
		if (!in_brackets || (digits > 0 && scan_sees(scan, at + digits, "%）")))
		{
			end = add_change(reader, at, at);
			if (end > at && in_brackets)
			{
				end += BYTES;
				reader->continues = reader->respectively ? end : SCAN_NOWHERE;
			}
			if (end > at)
				return end;
		}
	}
	end = read_number(scan, at, &r);
	if (end > at)
	{
		r.alike = reader->alike == at;
		scan_add(scan, &r);
	}
	return end;
}

/* Read a Chinese text. */
void
scan_chinese(ReadingScan *scan)
{
	Reader		reader = {.scan = scan, .alike = SCAN_NOWHERE, .continues = SCAN_NOWHERE, .brackets = SCAN_NOWHERE};
	size_t		at = 0;

	while (at < scan->length)
	{
		size_t		end;

		scan_pause(scan);
		end = read_here(&reader, at);
		at = end > at ? end : at + character(scan, at);
	}
}
