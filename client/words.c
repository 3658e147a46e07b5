/* words.c: the two languages of the command */
#include "words.h"

#include <stdlib.h>
#include <string.h>

bool		words_chinese = false;
static bool asked = false;

const char *
words(Words both)
{
	return TEXT(both.en, both.zh);
}

void
words_by_environment(void)
{
	static const char *const variable[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof variable / sizeof *variable; i++)
	{
		const char *value = getenv(variable[i]);

		if (value && *value)
		{
			words_chinese = strncmp(value, "zh", 2) == 0;
			return;
		}
	}
}

bool
words_take(const char *code)
{
	if (strcmp(code, "zh") != 0 && strcmp(code, "en") != 0)
		return false;
	words_chinese = *code == 'z';
	asked = true;
	return true;
}

const char *
words_code(void)
{
	return words_chinese ? "zh" : "en";
}

const char *
words_asked(void)
{
	return asked ? words_code() : NULL;
}
