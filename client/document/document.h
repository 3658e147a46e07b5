/*
 * A report as it is printed: read once from the ledger, then written by one writer a format.
 *
 * All texts are UTF-8. Numbers are kept as the server wrote them; NULL is what is not known, and is
 * printed as a dash, never as 0.
 */
#ifndef EMGOV_DOCUMENT_H
#define EMGOV_DOCUMENT_H

#include "document/text.h"

#include <libpq-fe.h>

/* A cell says its text; number is the same for a spreadsheet, NULL where it is a word or not known. */
typedef struct Cell
{
	char	   *text;
	char	   *number;
	const char *mark;			/* p: of a part, b: a base as it was published; NULL: none */
} Cell;

typedef struct Grid
{
	char	   *id;				/* letters, digits and hyphens: an anchor, part of a file's name */
	char	   *title;
	char	   *note;			/* what stands below; may be NULL */
	char	   *group;			/* tables of one group belong together: what the group is called */
	char	   *codes;			/* of a table in the text: its figures, each with its total, as " F028=20 F030=3 " */
	int			columns;
	int			rows;
	char	  **heading;		/* of each column */
	bool	   *is_number;		/* of each column: aligned right */
	bool	   *is_total;		/* of each row */
	Cell	   *cell;			/* row by row */
	bool		is_wide;		/* needs a page across */
} Grid;

/* A record behind a figure, without what is personal. */
typedef struct Record
{
	char	   *part;
	char	   *key;
	char	   *day;
	char	   *area;
	char	   *number;
	char	   *amount;
} Record;

typedef struct Figure
{
	char	   *id;				/* an anchor */
	char	   *code;
	char	   *name;
	char	   *member;			/* code of a member; empty: of those that name none; NULL: of the whole */
	char	   *member_name;
	char	   *member2;		/* of two dimensions: that of the second; NULL: of a member of one */
	char	   *member2_name;
	char	   *period;			/* in words */
	char	   *starts_on;
	char	   *ends_on;		/* the day after it */
	char	   *last_day;
	char	   *value;
	char	   *unit;
	char	   *said_unit;		/* with the scale that all its words have: 万元 */
	int			power;			/* of ten, that scale; 0: none, or one by the number's size */
	const char *scale;			/* the same for emgov.phrase(): wan, million */
	bool		rescaled;		/* its words have another one, by the number's size, as their language has none for the indicator's */
	int			places;			/* to which its numbers are rounded in that scale; -1: to none */
	char	   *rounding;
	char	   *keep_zero;
	char	   *words;
	char	   *phrase;
	char	   *base;
	char	   *base_words;
	char	   *base_name;
	char	   *compared_with;
	char	   *comparator;
	bool		compares;		/* its change is spoken of */
	char	   *amount;
	char	   *rate;
	char	   *change_words;
	char	   *state;
	char	   *state_words;
	char	   *reason;
	char	   *p_value;
	char	   *low;			/* what one count allows, where the figure is tested */
	char	   *high;
	char	   *significance;	/* none, test, caution */
	char	   *mark;			/* p: provisional, r: revised; else "" */
	bool		base_given;		/* its base is a total that was published, not counted from records */
	char	   *marks;			/* all marks: p, r, b, or "" */
	char	   *was;			/* r: what the publication before said */
	char	   *numerator;
	char	   *denominator;
	char	   *definition;
	char	   *version;
	char	   *approved_by;
	char	   *kind;
	char	   *kind_words;
	char	   *source;
	char	   *source_words;	/* what its records are called */
	char	   *subject;		/* the same for figures of the same records: source and filter */
	char	   *section;		/* the heading of the report's section that says it; NULL: none does */
	char	   *record_count;
	char	   *missing;		/* areas that have not reported, in words */
	int			records;		/* how many of them are listed */
	Record	   *record;
	bool		is_own;			/* of the report's own period, of the whole */
} Figure;

/* A paragraph's text, or a table in it. */
typedef struct Block
{
	char	   *text;			/* of lines; NULL: a table */
	Grid	   *table;
	int			links;			/* places of figures in the text */
	struct
	{
		size_t		at;
		size_t		length;
		Figure	   *figure;
	}		   *link;
} Block;

typedef struct Section
{
	char	   *id;
	char	   *heading;
	int			blocks;
	Block	   *block;
} Section;

/* How a column of a chart's table is drawn. */
typedef enum Drawn
{
	DRAWN_NOT,
	DRAWN_NOW,					/* a line with points, in front */
	DRAWN_NOW_LOW, DRAWN_NOW_HIGH,	/* its band of chance */
	DRAWN_BASE,					/* a grey line */
	DRAWN_BASE_LOW, DRAWN_BASE_HIGH,
	DRAWN_BAR, DRAWN_BAR2,		/* bars side by side */
	DRAWN_STOCK					/* a dark line over bars */
} Drawn;

typedef struct Panel
{
	char	   *title;			/* the finding */
	Grid	   *table;			/* the first column names the points */
	Drawn	   *drawn;			/* of each column */
	char	   *svg;			/* NULL: not drawn */
	char	   *file;			/* the same as a file of that directory of the program */
} Panel;

typedef struct Chart
{
	char	   *id;
	char	   *title;			/* what it shows */
	char	   *measure;		/* of what, where, when, in which unit */
	char	   *alternative;	/* the finding in a sentence, for who does not see it */
	bool		across;			/* bars lie: members of a dimension, not months */
	int			panels;			/* drawn on one scale */
	Panel	   *panel;
	double		top;			/* of that scale, a round number */
} Chart;

typedef enum Standing
{
	STANDING_DRAFT,				/* computed now, published by nobody */
	STANDING_PUBLISHED,			/* the current publication of its report and period */
	STANDING_SUPERSEDED			/* a publication that another one took the place of */
} Standing;

typedef struct Pair
{
	char	   *name;
	char	   *text;
} Pair;

typedef struct Document
{
	/* what is asked for, by the caller */
	const char *report;
	const char *asked_period;	/* in people's words; NULL with a publication */
	const char *asked_as_of;	/* NULL: now */
	const char *asked_publication;
	int			listed_records; /* of each figure */
	const char *issuer;			/* these three: NULL, or as an official document has them */
	const char *number;
	const char *addressee;
	const char *lang;			/* zh, en; NULL: the report's */

	/* what the ledger says */
	bool		english;		/* the report's language */
	char	   *title;
	char	   *period;			/* in words */
	char	   *starts_on;
	char	   *ends_on;		/* the day after the last */
	char	   *as_of;			/* a moment; "now" is one too */
	char	   *as_of_words;
	char	   *today_words;
	Standing	standing;
	char	   *publication;	/* its number */
	char	   *hash;
	char	   *published_at;
	char	   *published_by;
	char	   *approved_by;
	char	   *remark;			/* why it was published in spite of something */
	char	   *standing_words; /* a sentence */
	char	   *closing;		/* 以上为截至…的数据 … */
	char	   *slug;			/* for names of files and ids */

	int			sections;
	Section    *section;
	int			figures;
	Figure	   *figure;
	int			tables;			/* beside those of the text */
	Grid	  **table;
	int			charts;
	Chart	   *chart;
	int			legends;
	Pair	   *legend;
} Document;

/* A word in the document's language. */
#define WORD(document, chinese, english_words) ((document)->english ? (english_words) : (chinese))

/* ---- model.c: reads everything from the ledger of the connection; an error ends the program, as with db_query() */
extern void document_read(Document *document);

/* ---- model_tables.c, model_charts.c: what stands beside the text */
extern void document_read_tables(Document *document);
extern void document_read_charts(Document *document);
extern Grid *figures_table(const Document *document);	/* all figures, a row each */
extern Grid *definitions_table(const Document *document);

extern Grid *grid_new(char *id, char *title, int columns, int rows);
extern Cell *grid_cell(const Grid *grid, int row, int column);
extern void cell_mark(Cell *cell, const char *mark);	/* where there is a number; mark may be NULL */
extern char *cell_said(const Cell *cell);	/* its text with its mark, as "5 [p]"; NULL: it has no text */

/* A table's title without the report's period at its end, which the document says once. */
extern char *grid_short_title(const Document *document, const char *title);

/* ---- chart.c: draws the charts by gnuplot, once; false with a sentence in *problem where there is none, or it fails */
extern bool document_draw(Document *document, char **problem);

/* ---- one writer a format. False with a sentence in *problem; nothing half written is left. */
extern Text markdown_text(Document *document);
extern bool write_markdown(Document *document, const char *path, char **problem);
extern bool write_html(Document *document, const char *path, char **problem);
extern bool write_docx(Document *document, const char *path, char **problem);
extern bool write_xlsx(Document *document, const char *path, char **problem);
extern bool write_csv(Document *document, const char *path, char **problem);
extern bool write_json(Document *document, const char *path, char **problem);
extern bool write_pdf(Document *document, const char *path, char **problem);
extern bool fill_docx(Document *document, const char *form, const char *path, char **problem);
extern bool fill_xlsx(Document *document, const char *form, const char *path, char **problem);

#endif
