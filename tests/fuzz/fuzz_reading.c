/*
 * fuzz_reading.c
 *		Texts read back: any bytes in either language, with units that are known or not.
 *
 * The first byte chooses the language and the rounding; then the text, and behind a line
 * feed and a vertical bar a unit that is known.
 */
#include "core/reading.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"a发生事故59起，同比下降9.2%；死亡43人，持平。", "b同比分别下降9.2%、8.5%和上升3人", "c500余家次，355万余次，近千人次，约43万人",
	"d同比增加5起（41.7%）、减少4人（33.3%）", "a两部地方性法规，一千八百五十家，负三亿零两万人", "b2024年1月1日至12月19日，1—7月，〔2024〕33号",
	"i59 accidents, down 9.2% year on year; up by 5 (41.7%) on 1998.", "jdown 9.2%, 8.5% and unchanged respectively year on year",
	"kover 1.3 million visits, 1 to 20 March 2024, 2024/25, two laws\n|laws", "l1,234,567.89 yuan a year earlier, no change|\nyuan|yuans", NULL
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text;
	char	   *unit;
	const char *names[1];
	ReadingUnits units = {names, 1, NULL};
	Reading		readings[16];
	WordingLanguage language;
	WordingRounding rounding;
	size_t		length;
	size_t		count;
	size_t		before = 0;

	if (size < 1)
		return 0;
	language = data[0] / 8u % 2u;
	rounding = data[0] % 3u;
	text = fuzz_string(data + 1, size - 1);
	unit = strstr(text, "\n|");
	names[0] = unit == NULL ? "件" : unit + 2;
	length = unit == NULL ? strlen(text) : (size_t) (unit - text);

	count = read_words(text, length, language, &units, readings, 16);
	HOLDS(count <= length);
	HOLDS(read_words(text, length, language, &units, NULL, 0) == count);
	for (size_t i = 0; i < count && i < 16; i++)
	{
		const Reading *r = &readings[i];
		ReadingRange range;

		/* in the text, in their order, and made of what they have */
		HOLDS(r->words.at >= before && r->words.length > 0 && r->words.at + r->words.length <= length);
		HOLDS(r->number.at >= r->words.at && r->number.at + r->number.length <= r->words.at + r->words.length);
		HOLDS(r->unit.length == 0 || r->unit.at + r->unit.length <= r->words.at + r->words.length);
		HOLDS(r->comparator.at + r->comparator.length <= length);
		before = r->words.at + r->words.length;
		if (reading_range(text, r, rounding, &range))
		{
			HOLDS(strlen(range.value) < READING_TEXT_SIZE && strlen(range.low) < READING_TEXT_SIZE && strlen(range.high) < READING_TEXT_SIZE);
			HOLDS((range.low[0] != '\0') == !range.no_low && (range.high[0] != '\0') == !range.no_high);
			HOLDS(strspn(range.value, "-0123456789.") == strlen(range.value) && range.value[0] != '\0');
		}
	}
	free(text);
	return 0;
}
