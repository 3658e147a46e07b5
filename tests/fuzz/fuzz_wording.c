/*
 * fuzz_wording.c
 *		Numbers in words: any text as the number and the grain, every way of writing it.
 *
 * Bytes 1 to 3 choose how; then the number, the grain and the unit, with line feeds
 * between them.
 */
#include "core/wording.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"aaa534\n100\n家", "bab3551234\n10000\n次", "cac967\n\n人次", "dbd99999999.99\n\n元", "ecb-0.05\n0.1\n%",
	"aba9999.995\n1\n", "hoj130999200\n\n元", "iaa0000\n10\n起", "jjj1.0\n1e3\n％", NULL
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text;
	char	   *value;
	char	   *grain;
	char	   *unit;
	char		small[8];
	Words		first = {small, sizeof(small), 0};
	Words		whole;
	NumberWording how;
	WordingStatus status;

	if (size < 3)
		return 0;
	text = fuzz_string(data + 3, size - 3);
	value = text;
	grain = value + strcspn(value, "\n");
	if (*grain)
		*grain++ = '\0';
	unit = grain + strcspn(grain, "\n");
	if (*unit)
		*unit++ = '\0';
	how = (NumberWording) {
		.style = data[0] % 6u,
		.language = data[1] % 2u,
		.keep_zero = data[1] % 4u > 1,
		.decimals = (int) (data[1] / 4u % 21u) - 1,
		.scale = data[2] % 8u,
		.rounding = data[2] / 4u % 3u,
		.grain = *grain ? grain : NULL,
	};

	/* into a buffer that is too short, then into one that is just long enough */
	small[0] = '\0';
	status = words_number(&first, value, unit, &how);
	HOLDS(status == WORDING_OK || first.length == 0);
	HOLDS(strlen(small) == (first.length < sizeof(small) ? first.length : sizeof(small) - 1));
	whole = (Words) {malloc(first.length + 1), first.length + 1, 0};
	whole.text[0] = '\0';
	HOLDS(words_number(&whole, value, unit, &how) == status);
	HOLDS(whole.length == first.length && strlen(whole.text) == whole.length);
	if (status == WORDING_OK)
	{
		size_t		end = whole.length - strlen(unit);

		/* an English one may be in the singular */
		if (how.language == WORDING_CHINESE)
		{
			HOLDS(whole.length > strlen(unit) && strcmp(whole.text + end, unit) == 0);
			HOLDS(fuzz_is_utf8(whole.text, end));
		}
		/* never two approximate words, and no sign of nothing */
		HOLDS((strstr(whole.text, "近") != NULL) + (strstr(whole.text, "超") != NULL) + (strstr(whole.text, "约") != NULL) +
			  (strstr(whole.text, "余") != NULL) <= 1 || strpbrk(unit, "\xE4\xE5\xE8\xE7") != NULL);
		HOLDS(strncmp(whole.text, "-0", 2) != 0 || strncmp(whole.text, "-0.", 3) == 0);
	}
	free(whole.text);
	free(text);
	return 0;
}
