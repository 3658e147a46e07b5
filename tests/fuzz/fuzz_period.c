/*
 * fuzz_period.c
 *		Any text as a period: it is read as days of the years 1 to 10000, or refused at a
 *		place within it.
 *
 * The first byte says when years begin.
 */
#include "core/period_text.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"a2024", "b2024Q4", "c2024-H1", "d2024-01..2024-07", "e2024年1—7月", "f2024年7月19日至8月1日", "g二〇二四年前三季度", "h2024/25",
	"i[2024-01-01,2025-01-01)", "jJanuary to July 2024", "k the first half of 2024", "l1 January – 19 December 2024", "m20241219", "n２０２４．１．２", NULL
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	YearStart	start;
	Period		p;
	PeriodError error;

	if (size < 1)
		return 0;
	start.month = data[0] % 12 + 1;
	start.day = data[0] / 12 + 1;
	if (period_read((const char *) data + 1, size - 1, start, &p, &error))
	{
		HOLDS(p.start < p.end);
		HOLDS(p.start >= DAY_FIRST && civil_from_day(p.end).year <= 10001);
	}
	else
	{
		HOLDS(error.problem != PERIOD_GOOD);
		HOLDS(error.position >= 1 && error.position <= PERIOD_TEXT_LENGTH + 1 && (size_t) error.position <= size);
		HOLDS((error.problem == PERIOD_NO_SUCH) == (error.what != NULL));
	}
	return 0;
}
