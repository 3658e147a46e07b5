/*
 * figure.h
 *		What figures are made of: indicators, windows, members, and points.
 *
 * A window is a period, or the base of one.  What an indicator comes to there, for all
 * members of a dimension or for one, is a point: a quotient that is kept as two whole
 * numbers, so that nothing is rounded before it is printed, and what is known of it.
 *
 *		figure_input.c	what the caller gives, read into a Work
 *		figure_cover.c	the days and members that are known of a window
 *		figure_point.c	points: counted, sent, or derived from other points; bases
 *		figure_words.c	a point in words
 *		figure.c		figures: a point and its base, as rows
 */
#ifndef EMGOV_FIGURE_H
#define EMGOV_FIGURE_H

#include "core/wording.h"
#include "kernel/periods.h"
#include "ledger/exact.h"
#include "ledger/rows.h"
#include "utils/hsearch.h"

#define VALUE_PLACES	6		/* decimals of a value that is printed */
#define ANY_MEMBER		(-1)	/* all members together */

typedef enum Kind
{
	COUNT, DISTINCT, SUM, MEAN, SHARE, COMPLETION, PLANNED, STOCK, STREAK, LARGEST,
	REPORTED,
	CHANGE, RATIO, REDUCTION, RATE, TOTAL,
	UNKNOWN_KIND
} Kind;

/* One of those that an indicator is derived from. */
typedef struct Operand
{
	char	   *code;
	int			indicator;		/* its place; -1: there is none of that code in force */
	bool		minus;
} Operand;

typedef struct Indicator
{
	char	   *code;
	char	   *name_zh;
	char	   *kind_name;
	Kind		kind;
	char	   *source;
	Operand    *operands;
	int			operand_count;
	Numeric		per;
	char	   *scope;
	bool		last_day_only;	/* of its window: a stock */
	bool		adds_up;		/* what it comes to for some members is the sum of what it comes to for each */
	char	   *unit;
	int			section;		/* or -1 */
	int			version;
	int			decimals;
	Rounding	rounding;
	bool		keep_zero;
	int			style;			/* WordingStyle, -1: none of that name */
	int			scale;			/* WordingScale, likewise */
	char	   *grain;
	char	   *zero_zh;
	bool		compared;		/* its change is printed */
	bool		tested;			/* its p-value is given */
	bool		is_quotient;	/* its exact value may have no end */
	bool		looked_at;		/* for that */
	int			search;			/* the last one that came by: see has_member() */
	int			coverage;		/* its first row in Work.coverage */
	int			coverage_count;
	bool		visiting;		/* it is being computed: to meet it again is a cycle */
} Indicator;

/* The days that its source covers: of one area, or of all. */
typedef struct Coverage
{
	int			indicator;
	int			area;			/* or ANY_MEMBER */
	int32		first;
	int32		after;
	bool		declared;
} Coverage;

/* Whose data are needed in a window: of one indicator, or (-1) of all. */
typedef struct Member
{
	int			indicator;
	Period		window;
	int			member;
	bool		is_asked_for;	/* of the dimension that figures are split by */
	int			open_days;		/* that it must send, and nobody has */
	int			open_alone;		/* that it has not sent itself */
} Member;

typedef struct Key
{
	int32		indicator;
	int32		start;
	int32		end;
	int32		member;
	int32		is_base;
} Key;

/* What was counted, or sent. */
typedef struct Counted
{
	Key			key;
	Numeric		numerator;
	Numeric		denominator;
	int64		records;
	bool		has_records;
	Numeric		checksum;
	char	   *answered_by;
	char	   *reason;
} Counted;

/* A base that is not counted. */
typedef struct Given
{
	Key			key;
	Numeric		value;
} Given;

/* How much is known, from all to nothing: what is derived is as bad as its worst operand. */
typedef enum Status
{
	KNOWN,
	NO_BASE,
	NOT_PUBLISHED,
	NOT_COMPARABLE,
	PART_PERIOD,
	PART_MEMBERS,
	UNVERSIONED,
	NO_DATA,
	UNDEFINED,
	FAILED,
} Status;

extern const char *const status_names[];	/* by Status */

/* How much of a window is covered. */
typedef struct Cover
{
	int			days;
	Period		span;			/* the days, if they are one after another; else empty */
	bool		any_declared;
	bool		any_undeclared;
	List	   *missing;		/* members, as integers */
} Cover;

/* What an indicator comes to in a window. */
typedef struct Point
{
	Key			key;
	Status		status;
	char	   *reason;
	Exact		exact;
	Numeric		numerator;		/* as shown */
	Numeric		denominator;
	Cover		cover;
	const Counted *counted;		/* or NULL */
	int64		records;		/* behind what was counted, and the sum of their hashes */
	Numeric		checksum;
	Period		days;			/* those that were counted, if any were */
	bool		is_published;	/* a published total, not what was counted */
} Point;

/* Why a window is not compared with its base. */
typedef struct Break
{
	Key			key;
	char	   *reason;
} Break;

/* All that one call works with. */
typedef struct Work
{
	Indicator  *indicators;
	int			indicator_count;
	char	  **members;		/* in the order of their bytes, each once */
	char	  **member_names;	/* NULL: not known */
	int			member_count;
	Coverage   *coverage;
	Member	   *needed;
	int			needed_count;
	HTAB	   *counted;
	HTAB	   *given;
	HTAB	   *breaks;
	HTAB	   *points;
	bool		first_published;
	int			searches;		/* for members */
	char	   *by;				/* the dimension that figures are split by, or NULL */
} Work;

/* figure_input.c */
extern bool period_field(const RowsIn *r, const char *name, Period *window);
extern char *clipped(const char *name);
extern int find_indicator(const Work *w, Indicator **sorted, const char *code);
extern Indicator **read_indicators(Work *w, FunctionCallInfo fcinfo, int argno);
extern int find_member(const Work *w, const char *member);
extern void gather_members(Work *w, RowsIn *const rows[], const char *const columns[], int count);
extern const char *member_name(const Work *w, int member);
extern void read_counted(Work *w, RowsIn *r, Indicator **sorted);
extern void read_sent(Work *w, RowsIn *r, Indicator **sorted);
extern void read_coverage(Work *w, RowsIn *r, Indicator **sorted);
extern void read_needed(Work *w, RowsIn *r, Indicator **sorted);
extern void read_given(Work *w, RowsIn *r, Indicator **sorted);
extern void read_breaks(Work *w, RowsIn *r, Indicator **sorted);

/* figure_cover.c */
extern bool says_of_area(const Work *w, const Indicator *i, int area);
extern Cover cover_of_area(const Work *w, const Indicator *i, Period window, int area);
extern void add_cover(Cover *all, const Cover *one, bool first);
extern Cover cover_of_members(const Work *w, int indicator, Period window);
extern Status cover_status(const Cover *cover, Period window);
extern char *cover_reason(const Work *w, const Cover *cover, Status status);

/* figure_point.c */
extern bool is_fit(Numeric value);
extern bool base_window(Period window, Period *base);
extern HTAB *make_table(const char *name, Size entry);
extern Key key_of(int indicator, Period window, int member, bool is_base);
extern const Point *point_at(Work *w, int indicator, Period window, int member, bool is_base);
extern const Point *base_of(Work *w, int indicator, Period window, int member);

/* figure_words.c */
extern char *value_words(const Indicator *i, Exact exact, const char **problem);
extern char *change_words(const Indicator *i, const Indicator *policy, Exact value, Exact base);
extern char *qualifier(const Work *w, const Cover *cover, Period window);

#endif							/* EMGOV_FIGURE_H */
