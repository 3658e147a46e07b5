/*
 * words.h: the two languages of the command.
 *
 * A text stands where it is used, in both languages, so that the compiler
 * holds the formats of both against the arguments:
 *
 *     say_error(TEXT("no file %s", "没有文件%s"), name);
 *
 * A static table keeps both as Words and asks words() for one of them.
 */
#ifndef EMGOV_WORDS_H
#define EMGOV_WORDS_H

#include <stdbool.h>

typedef struct Words
{
	const char *en;
	const char *zh;
} Words;

extern bool words_chinese;

#define TEXT(en, zh) (words_chinese ? (zh) : (en))

/* The text in the language in use; NULL where there is none. */
extern const char *words(Words both);

/* Take the language that LC_ALL, LC_MESSAGES or LANG name: Chinese, else English. */
extern void words_by_environment(void);

/* Take a language by its code; false, and nothing changed, if it is not zh or en. */
extern bool words_take(const char *code);

/* "zh" or "en": what the ledger's functions take as lang. */
extern const char *words_code(void);

/* The same if the command was told by --lang; NULL where the language is the environment's. */
extern const char *words_asked(void);

#endif
