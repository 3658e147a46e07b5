/*
 * reading_scan.h
 *		What the readers of both languages share; private to them.
 */
#ifndef EMGOV_CORE_READING_SCAN_H
#define EMGOV_CORE_READING_SCAN_H

#include "core/reading.h"

typedef struct ReadingScan
{
	const char *text;
	size_t		length;
	const ReadingUnits *units;
	Reading    *readings;
	size_t		size;
	size_t		count;			/* of readings, even beyond size */
} ReadingScan;

#define SCAN_NOWHERE ((size_t) -1)

extern bool scan_sees(const ReadingScan *scan, size_t at, const char *word);
extern size_t scan_any(const ReadingScan *scan, size_t at, const char *const *words, int *which);
extern bool scan_digit(const ReadingScan *scan, size_t at);
extern bool scan_letter(const ReadingScan *scan, size_t at);
extern size_t scan_number(const ReadingScan *scan, size_t at, bool commas);
extern size_t scan_unit(const ReadingScan *scan, size_t at, WordingLanguage language);
extern void scan_pause(const ReadingScan *scan);
extern void scan_add(ReadingScan *scan, const Reading *reading);

extern void scan_chinese(ReadingScan *scan);
extern void scan_english(ReadingScan *scan);

extern size_t numeral_length(const ReadingScan *scan, size_t at);
extern bool read_numeral(const char *text, size_t length, unsigned __int128 *number);

#endif							/* EMGOV_CORE_READING_SCAN_H */
