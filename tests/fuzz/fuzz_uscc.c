/*
 * fuzz_uscc.c
 *		Any bytes as a credit code: what is accepted is right by the standards' own
 *		formulas, what is refused has a reason that can be shown.
 */
#include "core/uscc.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
	"91110000600037341L", " 9144030071526726xg", "91440300-71526726X-G", "９１４４０３００７１５２６７２６ＸＧ",
	"11532300MB19155603", "91440300187O826678", "320402199001011234", "1114058101245507XU354/2024-00218",
	"717526726", "", NULL
};

/* GB 32100-2015 and GB 11714, written once more. */
static bool
is_code(const char *code)
{
	static const char letters[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weights[] = {3, 7, 9, 10, 5, 8, 4, 2};
	int			power = 1;
	int			sum = 0;
	int			inner = 0;

	for (int i = 0; i < 18; i++)
	{
		const char *at = memchr(letters, code[i], 31);

		if (at == NULL)
			return false;
		sum += (int) (at - letters) * (i < 17 ? power : 1);
		power = power * 3 % 31;
	}
	for (int i = 0; i < 8; i++)
		inner += weights[i] * (code[8 + i] <= '9' ? code[8 + i] - '0' : code[8 + i] - 'A' + 10);
	inner += code[16] == 'X' ? 10 : code[16] - '0';
	return sum % 31 == 0 && inner % 11 == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* of exactly this length, so that a byte too many is seen */
	char	   *text = malloc(size ? size : 1);
	char		reason[USCC_MESSAGE_SIZE];
	char		hint[USCC_MESSAGE_SIZE];
	char		quote[USCC_MESSAGE_SIZE];
	UsccVerdict verdict;
	UsccVerdict again;
	bool		accepted;
	bool		hinted;

	memcpy(text, data, size);
	accepted = uscc_parse(text, size, &verdict);
	uscc_reason(&verdict, reason);
	hinted = uscc_hint(&verdict, hint);
	uscc_quote(text, size, quote);
	HOLDS(fuzz_is_utf8(reason, strlen(reason)));
	HOLDS(fuzz_is_utf8(hint, strlen(hint)));
	HOLDS(fuzz_is_utf8(quote, strlen(quote)) || memchr(data, 0, size) != NULL);
	HOLDS(accepted == (reason[0] == '\0'));
	HOLDS(hinted == (hint[0] != '\0'));
	if (accepted)
	{
		HOLDS(is_code(verdict.code) && !hinted);
		HOLDS(uscc_verify(verdict.code, &again));
		HOLDS(uscc_parse(verdict.code, USCC_LENGTH, &again) && !again.dropped);
		HOLDS(memcmp(verdict.code, again.code, USCC_LENGTH) == 0);
		HOLDS(uscc_department_label(verdict.code) != NULL);
	}
	if (size == USCC_LENGTH)
	{
		bool		verified = uscc_verify(text, &again);

		uscc_reason(&again, reason);
		HOLDS(fuzz_is_utf8(reason, strlen(reason)) && verified == (reason[0] == '\0'));
		HOLDS(!verified || (accepted && memcmp(text, verdict.code, USCC_LENGTH) == 0));
	}
	free(text);
	return 0;
}
