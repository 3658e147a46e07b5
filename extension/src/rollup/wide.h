/*
 * wide.h
 *		Sums of summaries beyond 64 bits: what a rollup stores of them.
 *
 * A summary holds 64 bits a counter, and more is an error.  A rollup must go on where
 * its query is an error: what overflows today may be taken back tomorrow.  So it keeps
 * 128 bits, adds them in any order, and only whoever reads a group finds that its sum
 * is no summary.
 *
 * The words of a comparison come by part (core/comparison.h), in ascending order of their
 * numbers of base periods.
 */
#ifndef EMGOV_ROLLUP_WIDE_H
#define EMGOV_ROLLUP_WIDE_H

/* In memory, to be added up; {0} is the zero. */
typedef struct WideSum
{
	int			words;			/* 0: the zero of every type */
	bool		parts;			/* of a comparison: five words a part */
	int			space;			/* how many words are allocated */
	int128	   *word;
} WideSum;

extern void wide_sum_add(WideSum *sum, Datum summary, bool parts, int sign);
extern bool wide_sum_is_zero(const WideSum *sum);
extern Datum wide_sum_datum(WideSum *sum);
extern bool wide_has_parts(Oid type);

#endif							/* EMGOV_ROLLUP_WIDE_H */
