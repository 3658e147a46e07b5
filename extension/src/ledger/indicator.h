/*
 * indicator.h
 *		What an indicator is, as a scan sees it: the units of its version, and how its
 *		kind puts its two parts together from them.
 */
#ifndef EMGOV_INDICATOR_H
#define EMGOV_INDICATOR_H

#include "nodes/pg_list.h"

/* The units of an indicator. */
typedef enum UnitPart
{
	UNIT_DATE, UNIT_UNTIL, UNIT_FILTER, UNIT_BASE_FILTER, UNIT_MEASURE, UNIT_VALUES, N_UNIT_PARTS
} UnitPart;

/* A unit, as a session keeps it. */
typedef struct Unit
{
	Oid			oid;
	Oid			relid;			/* the relation that it is over */
	Node	   *expression;		/* over Vars with varno 1 */
	List	   *columns;		/* that it looks at, by number */
	bool		cannot_fail;	/* a column as it is, or an integer one as numeric */
	char	   *call;			/* SQL: the unit of emgov_record */
} Unit;

/* What is made of the records that count. */
typedef enum Aggregate
{
	AGGREGATE_COUNT, AGGREGATE_DISTINCT, AGGREGATE_SUM, AGGREGATE_LARGEST, AGGREGATE_STREAK,
	AGGREGATE_DEFINED			/* the definition says which */
} Aggregate;

/* Which records' days the cut-off takes. */
typedef enum Cutoff
{
	CUTOFF_PERIOD,				/* within the window */
	CUTOFF_TO_DATE,				/* before its end */
	CUTOFF_AT_DATE				/* before its end, or without a day */
} Cutoff;

/* Numerator or denominator: an aggregate over the records that meet a condition. */
typedef struct IndicatorPart
{
	Aggregate	aggregate;
	bool		filter;			/* that meet the filter */
	bool		base_filter;
	bool		measured;		/* of which the measure is not NULL */
	bool		done;			/* whose until is before the end of the window */
} IndicatorPart;

typedef struct Indicator
{
	char	   *code;
	char	   *source;			/* NULL: it is derived from others */
	const char *problem;		/* why it cannot be computed, or NULL; then nothing below is set */
	Oid			relid;			/* the relation that its units are over */
	const Unit *units[N_UNIT_PARTS];	/* NULL: it has none of that kind */
	Cutoff		cutoff;
	bool		open;			/* counts only what is not at its end of validity by the end of the window */
	int			nparts;
	IndicatorPart parts[2];		/* numerator, denominator */
	int			counted;		/* the part whose records are behind the figure */
} Indicator;

extern List *indicators_read(Oid ledger, Datum array);

/* A condition of a part, as SQL. */
extern char *indicator_condition(const Indicator *indicator, const IndicatorPart *part);

/* What records are read from, as FROM text, live or as known at a moment; NULL when the past is not kept. */
extern char *source_text(Oid relid, bool past, const char *moment);

#endif							/* EMGOV_INDICATOR_H */
