/*
 * figure.h
 *		What figures are made of: indicators, windows, members, and points.
 *
 * A window is a period, or the base of one.  What an indicator comes to there, for all
 * members of a dimension or for one, is a point: a quotient that is kept as two whole
 * numbers, so that nothing is rounded before it is printed, and what is known of it.
 *
 *		figure_input.c	what the caller gives, read into a Work
 *		figure_member.c	members, and what they are called
 *		figure_cover.c	the days and members that are known of a window
 *		figure_point.c	points: counted, sent, or derived from other points
 *		figure_base.c	comparators, and what a point is held against by one
 *		figure_words.c	a point in words
 *		figure.c		figures: a point and its base, as rows
 */
#ifndef EMGOV_FIGURE_H
#define EMGOV_FIGURE_H

#include "core/wording.h"
#include "kernel/periods.h"
#include "ledger/exact.h"
#include "ledger/split.h"
#include "rows.h"
#include "utils/hsearch.h"

#define VALUE_PLACES	6		/* decimals of a value that is printed */
#define ANY_MEMBER		(-1)	/* all members together */
#define BASES_MAX		30		/* windows that one base is made of */

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

/* How figures are compared; by their names. */
typedef enum ComparatorKind
{
	YEAR_EARLIER, PREVIOUS, YEARS_EARLIER, MEAN_OF_YEARS, FIXED,
	NO_COMPARATOR,				/* there is none of that code in force */
} ComparatorKind;

/* What figures are held against. */
typedef struct Comparator
{
	char	   *code;
	ComparatorKind kind;
	int			n;				/* years; of a fixed one the year, if there is no period */
	Period		fixed;			/* a fixed period, or empty */
	char	   *words[2];		/* by WordingLanguage */
	char	   *base_names[2];	/* likewise; NULL: made of kind and window */
	bool		across_regimes; /* what was counted by other rules is compared, too */
} Comparator;

typedef struct Indicator
{
	char	   *code;
	char	   *name_zh;
	char	   *name;			/* in the language asked for, as unit and zero are */
	char	   *kind_name;
	Kind		kind;
	char	   *source;
	Operand    *operands;
	int			operand_count;
	Numeric		per;
	char	   *scope;
	bool		last_day_only;	/* of its window: a stock */
	bool		any_length;		/* how long its window is does not matter: its end does */
	bool		within;			/* counted by the days within its window */
	bool		adds_up;		/* what it comes to for some members is the sum of what it comes to for each */
	char	   *unit;
	int			section;		/* or -1 */
	int			version;
	int			decimals;
	Rounding	rounding;
	bool		keep_zero;
	int			value_decimals; /* of a value that is no quotient, and of an amount; -1: all */
	ChangeForm	form;
	ChangeVerbs verbs;
	int			style;			/* WordingStyle, -1: none of that name */
	int			scale;			/* WordingScale, likewise */
	char	   *grain;
	char	   *zero;			/* words of nothing, or NULL */
	int			comparator;		/* its place: what it is held against */
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
	int			area;			/* its code's number; -1: all */
	int32		first;
	int32		after;			/* first: of no day, for the area is missing whatever the window */
	int			member;			/* the area, if it is */
	bool		declared;		/* of no day: that no server has it, and not that its server cannot be reached */
} Coverage;

/* What names a member: numbers of codes, in the places of split.h; -1: all. */
typedef struct MemberCodes
{
	int			code[N_SPLITS];
} MemberCodes;

/* What the member of a code in some place is called, and where it stands in lists. */
typedef struct MemberName
{
	char	   *name_zh;		/* NULL: not known */
	char	   *name_en;
	int			ordinal;
} MemberName;

/* Whose data are needed in a window: of one indicator, or (-1) of all. */
typedef struct Member
{
	int			indicator;
	Period		window;
	int			place;
	int			code;
	int			member;			/* of this code in this place */
	int			open_days;		/* that it must send, and nobody has */
	int			open_alone;		/* that it has not sent itself */
	Period		alone_in;		/* the days that it has sent, if they follow one another; else empty */
	Period		all_in;			/* the days that all who sent any have sent, likewise */
	int			all_days;
	bool		is_mixed;		/* not of the same days, and cannot be cut to these */
	bool		is_cut;			/* several became it, and sent different days: only what is of alone_in is of all of it */
} Member;

typedef struct Key
{
	int32		indicator;
	int32		start;
	int32		end;
	int32		member;
	int32		is_base;
	int32		comparator;		/* of a change; else 0 */
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
	char	   *lacks;			/* what it did not have; NULL: it is the whole */
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
	WITHOUT_DATA,
	UNDEFINED,
	FAILED,
} Status;

extern const char *const status_names[];	/* by Status */
extern char *const no_percentage;	/* a reason */

/* How much of a window is covered. */
typedef struct Cover
{
	int			days;
	Period		asked;			/* of these days */
	Period		span;			/* the days, if they are one after another; else empty */
	bool		any_declared;
	bool		any_undeclared;
	bool		is_mixed;		/* what is known of some is of other days than of others */
	List	   *missing;		/* members, as integers */
	List	   *unreached;		/* those of them whose server cannot be reached */
	bool		is_unreached;	/* so there is no day */
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
	bool		but_unsaid;		/* all that is not known is of which area some records are */
} Point;

/* The regimes that what is behind an indicator in a window was counted by. */
typedef struct Regimes
{
	Key			key;
	List	   *names;			/* texts in their order, each once */
} Regimes;

/* What a point is held against: a value, or why there is none. */
typedef struct Base
{
	Status		status;
	char	   *reason;
	Exact		exact;
	Exact		total;			/* of all its windows */
	int			windows;
	int			days;			/* in all of them */
	Numeric		numerator;		/* as shown, of all of them */
	Numeric		denominator;
	bool		is_published;	/* a published total is among them */
	char	   *across;			/* it was counted by other rules, and is compared all the same */
	char	   *shorter;		/* it has fewer days, as the month before has no such day */
} Base;

/* All that one call works with. */
typedef struct Work
{
	Indicator  *indicators;
	int			indicator_count;
	Comparator *comparators;
	int			comparator_count;
	char	  **codes;			/* of members: in the order of their bytes, each once */
	int			code_count;
	MemberName *names[N_SPLITS];	/* by code */
	HTAB	   *members;		/* by codes */
	MemberCodes *member_codes;	/* by member */
	int			member_count;
	int			member_room;
	int			split_by;		/* how many dimensions */
	char	   *dimensions[N_SPLITS];	/* their codes, by place */
	int			area_place;		/* of the area that covers */
	int			part_months[N_SPLITS];	/* its members are parts of the indicator's own date: of so many months; or 0 */
	Coverage   *coverage;
	Member	   *needed;
	int			needed_count;
	bool	   *is_counted[N_SPLITS];	/* by code: is there a row of what was counted? */
	HTAB	   *counted;
	HTAB	   *given;
	HTAB	   *regimes;
	HTAB	   *points;
	bool		first_published;
	WordingLanguage language;
	int			searches;		/* for members */
} Work;

/* figure_input.c */
extern bool period_field(const RowsIn *r, const char *name, Period *window);
extern char *clipped(const char *name);
extern int find_name(const char *const *names, int count, const char *name);
extern int find_indicator(const Work *w, Indicator **sorted, const char *code);
extern Indicator **read_indicators(Work *w, FunctionCallInfo fcinfo, int argno);
extern void read_counted(Work *w, RowsIn *r, Indicator **sorted);
extern void read_sent(Work *w, RowsIn *r, Indicator **sorted);
extern void read_coverage(Work *w, RowsIn *r, Indicator **sorted);
extern void read_needed(Work *w, RowsIn *r, Indicator **sorted);
extern void read_given(Work *w, RowsIn *r, Indicator **sorted);
extern void read_regimes(Work *w, RowsIn *r, Indicator **sorted);

/* figure_member.c */
extern int find_code(const Work *w, const char *code);
extern void gather_codes(Work *w, RowsIn *const rows[], const char *const columns[], int count);
extern int member_of(Work *w, MemberCodes codes);
extern MemberCodes codes_of(const Work *w, int member);
extern int member_with(Work *w, int member, int place, int code);
extern int area_of(const Work *w, int member);
extern const char *code_name(const Work *w, int place, int code, bool english);
extern const char *member_code(const Work *w, int member);
extern const char *member_name(const Work *w, int member);
extern Period days_of_member(const Work *w, const Indicator *i, Period window, int member);
extern void read_names(Work *w, RowsIn *r);
extern void read_splits_asked(Work *w, RowsIn *r);

/* figure_cover.c */
extern Cover cover_of(const Work *w, int indicator, Period window, Period days, int area);
extern void add_cover(Cover *all, const Cover *one, bool first);
extern Status cover_status(const Cover *cover);
extern char *cover_reason(const Work *w, const Cover *cover, Status status);

/* figure_point.c */
extern bool is_fit(Numeric value);
extern HTAB *make_table(const char *name, Size entry);
extern Key key_of(int indicator, Period window, int member, bool is_base);
extern bool is_sent_by(const Work *w, int indicator, Period window, int place);
extern void worsen(Point *p, Status status, char *reason);
extern const Point *point_at(Work *w, int indicator, Period window, int member, bool is_base, int comparator);

/* figure_base.c */
extern void read_comparators(Work *w, FunctionCallInfo fcinfo, int argno);
extern char *day_text(int32 day);
extern int	find_comparator(Work *w, const char *code);
extern int	base_windows(const Work *w, int comparator, Period window, bool any_length, Period *bases, char **reason);
extern Base base_of(Work *w, int indicator, Period window, int member, int comparator);
extern double base_exposure(const Work *w, int comparator, Period window, const Base *base);

/* figure_words.c */
extern char *value_words(const Work *w, const Indicator *i, Exact exact, const char **problem);
extern Change change_of(const Indicator *i, const Indicator *policy, Exact value, const Base *base);
extern char *change_words(const Work *w, const Indicator *i, const Indicator *policy, const Change *change, int comparator);
extern char *base_words(const Work *w, const Indicator *i, const Base *base);
extern const char *base_name(const Work *w, Period window, int comparator);
extern char *qualifier(const Work *w, const Cover *cover);

#endif							/* EMGOV_FIGURE_H */
