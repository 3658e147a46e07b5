/*
 * uscc.h
 *		The unified social credit code (GB 32100-2015): reading and checking it.
 *
 * No server headers: this is tested on its own.
 */
#ifndef EMGOV_CORE_USCC_H
#define EMGOV_CORE_USCC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USCC_LENGTH 18

/* Where the parts stand, counted from 0, and how long they are. */
#define USCC_DEPARTMENT_AT 0
#define USCC_CATEGORY_AT 1
#define USCC_DIVISION_AT 2
#define USCC_DIVISION_LENGTH 6
#define USCC_ORGANISATION_AT 8
#define USCC_ORGANISATION_LENGTH 9
#define USCC_ORGANISATION_CHECK_AT 16
#define USCC_CHECK_AT 17

/* Large enough for every reason, every hint and every quoted input. */
#define USCC_MESSAGE_SIZE 384

typedef enum UsccFault
{
	USCC_VALID = 0,
	USCC_EMPTY,
	USCC_WRONG_LENGTH,
	USCC_WRONG_CHARACTER,
	USCC_WRONG_DEPARTMENT,
	USCC_WRONG_CATEGORY,
	USCC_WRONG_DIVISION,
	USCC_WRONG_ORGANISATION_CHECK,	/* position 17 */
	USCC_WRONG_CHECK,				/* position 18 */
	USCC_WRONG_BOTH_CHECKS
} UsccFault;

/* What was read, and what is wrong with it. */
typedef struct UsccVerdict
{
	UsccFault	fault;
	int64_t		length;			/* characters, without spaces and hyphens */
	bool		dropped;		/* were there spaces or hyphens? */
	char		code[USCC_LENGTH];	/* the first 18 of them, normalised; '?' for
									 * what is not ASCII */
	int			position;		/* of the first wrong character, from 1; 0 if none */
	uint32_t	found;			/* that character, a code point, or beyond them a stray byte */
	char		organisation_check; /* what position 17 should be */
	char		check;			/* what position 18 should be after the 17
								 * characters as they stand */
} UsccVerdict;

extern bool uscc_parse(const char *text, size_t length, UsccVerdict *verdict);
extern bool uscc_verify(const char *bytes, UsccVerdict *verdict);

extern void uscc_reason(const UsccVerdict *verdict, char *buffer);
extern bool uscc_hint(const UsccVerdict *verdict, char *buffer);
extern void uscc_quote(const char *text, size_t length, char *buffer);

extern int	uscc_value(char c);
extern char uscc_check_character(const char *code);
extern char uscc_organisation_check_character(const char *organisation);

extern const char *uscc_department_label(const char *code);
extern const char *uscc_category_label(const char *code);

#endif							/* EMGOV_CORE_USCC_H */
