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

/* A sum as it is stored; in memory NULL is the zero too. */
typedef struct Wide Wide;

extern Wide *wide_add_summary(Wide *sum, Datum summary, bool parts, int sign);
extern Wide *wide_add(Wide *sum, Datum other);
extern bool wide_is_zero(const Wide *sum);
extern Datum wide_datum(Wide *sum);
extern bool wide_has_parts(Oid type);

#endif							/* EMGOV_ROLLUP_WIDE_H */
