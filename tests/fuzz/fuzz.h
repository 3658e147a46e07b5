/*
 * fuzz.h
 *		What the fuzz targets have in common.
 *
 * A target is a file with LLVMFuzzerTestOneInput(), which feeds bytes to one part of
 * extension/src/core and holds what comes out against the rules of that part, and
 * with some inputs to start from.  tests/fuzz/run builds it with libFuzzer, or with
 * driver.c, which mutates the inputs itself.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Inputs to start from, ended by NULL. */
extern const char *const fuzz_seeds[];

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stop, so that the fuzzer keeps the input, unless the condition holds. */
#define HOLDS(condition) \
	do { \
		if (!(condition)) \
		{ \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

/* The input as a C string: up to its first zero byte.  To be freed. */
static inline char *
fuzz_string(const uint8_t *data, size_t size)
{
	char	   *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* Is this UTF-8 that PostgreSQL would take? */
static inline bool
fuzz_is_utf8(const char *text, size_t length)
{
	const unsigned char *s = (const unsigned char *) text;

	for (size_t i = 0; i < length;)
	{
		size_t		n = s[i] < 0x80 ? 1 : s[i] >= 0xC2 && s[i] <= 0xDF ? 2 :
			(s[i] & 0xF0) == 0xE0 ? 3 : s[i] >= 0xF0 && s[i] <= 0xF4 ? 4 : 0;

		if (n == 0 || s[i] == 0 || i + n > length)
			return false;
		for (size_t j = 1; j < n; j++)
			if ((s[i + j] & 0xC0) != 0x80)
				return false;
		if ((s[i] == 0xE0 && s[i + 1] < 0xA0) || (s[i] == 0xED && s[i + 1] > 0x9F) ||
			(s[i] == 0xF0 && s[i + 1] < 0x90) || (s[i] == 0xF4 && s[i + 1] > 0x8F))
			return false;
		i += n;
	}
	return true;
}

#endif							/* FUZZ_H */
