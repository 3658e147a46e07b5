/*
 * stage_work.h
 *		What the files of the stage share: see stage.h.
 *
 * The server decides what is right: the checks, keys and references of its catalog are asked of all records at once, as
 * queries, so that each refusal has its reason and costs little. What only a trigger can say is tried record by record
 * where the trigger's own condition holds, and else by halving. What is in the table already is found by its natural key:
 * the same file again changes nothing, a corrected one corrects.
 */
#ifndef EMGOV_IMPORT_STAGE_WORK_H
#define EMGOV_IMPORT_STAGE_WORK_H

#include "direct.h"
#include "stage.h"

#define MOST_KEPT "1000"			/* of what is said of single records */

struct Stage
{
	const Target *target;
	const StageOptions *options;
	PGconn	   *conn;
	bool	   *staged;			/* by column of the target */
	bool	   *inserted;		/* it is given in the INSERT */
	bool		parties;		/* subjects are made of @uscc and @name */
	bool		has_uscc, has_name;
	bool		children;
	Direct	   *direct;			/* rows go into the table at once, and few through here; or NULL */
	bool		copying;		/* a COPY into the temporary table is under way */
	Chars		block;
	Chars		line;
	long long	records;
	long long	last;			/* number of the last of them */
	long long	put_in;			/* rows that INSERTs said they added */
	long long	touched;		/* rows of the last statement that was tried */
	Chars		sql;
	Chars		rows[2];		/* the records as rows of the table: [0] with defaults, [1] as they are given */
	StageResult result;
};

/* ------------------------------------------------------------------ stage.c */

/* EMGOV_SHOW_SQL=1 (anything but empty) in the environment prints every statement, for who looks into an import. */
extern void stage_say_sql(const char *sql);

/* A statement whose failure ends the program, as db_do() but of any length, with schemas filled in. Gives the rows it touched. */
extern long long stage_run(Stage *stage, const char *sql);
extern long long stage_run_format(Stage *stage, const char *format,...) __attribute__((format(printf, 2, 3)));

/* Has the file this column of the target? */
extern bool stage_has(Stage *stage, const char *name);

/* ------------------------------------------------------------------ stage_rows.c: records as rows */

/* The day that is taken for one that no heading has, as files of 双公示 have none: see assumed_day(). NULL: none. */
extern const char *stage_taken_for(Stage *stage, int i);

/* The records as a query over the temporary table, a column for each of the table's. */
extern void stage_make_rows(Stage *stage);

/* ", a, b" of the columns that are given in the INSERT, each after a prefix. */
extern void stage_add_columns(Stage *stage, Chars *sql, const char *prefix);

/* ------------------------------------------------------------------ stage_party.c: enterprises */

/*
 * Rows of the subject that is meant: by credit code; by an alias that was decided; by name; by a name that is the same
 * without the form of the firm and the place before it. What is not there is made, unless something is like it.
 */
extern void stage_find_parties(Stage *stage);

/* What waits for a decision: the record, the name, and what is like it. */
extern void stage_keep_pending(Stage *stage);

/* ------------------------------------------------------------------ stage_check.c */

/* Values that only the server can read: tried one by one, each once. */
extern void stage_try_casts(Stage *stage);

/* Every rule of the catalog, asked of all records. */
extern void stage_check_rows(Stage *stage);

/* ------------------------------------------------------------------ stage_match.c: what is there already */

/* Unique indexes all of whose columns are given; of a ledger, its number and codes. */
extern void stage_match_rows(Stage *stage);

/* Records that say the same of one key twice are one; that say different things, the first is taken and the others refused. */
extern void stage_settle_duplicates(Stage *stage);

/*
 * What is there already and said otherwise now; an empty cell says nothing. These rows are locked: false where somebody
 * else has changed one since it was found.
 */
extern bool stage_find_changes(Stage *stage);

/* ------------------------------------------------------------------ stage_casualty.c: how many, and who */

/* Somebody of whom nothing is known but that a sheet counted him. */
#define COUNTED(c) "(" c ".from_count = " c ".outcome AND " c ".person IS NULL AND " c ".lost_workdays IS NULL) IS TRUE"

/* Of some names those of units that nothing else is known of, and that no other has. */
#define UNITS(names) \
	"SELECT x.name, min(x.id) AS id FROM ONLY @ledger@.subject AS x WHERE x.status = 'valid' AND x.kind <> 'person' AND x.name IN (" names ") GROUP BY x.name" \
	" HAVING count(*) = 1 AND bool_and(x.kind = 'unit' AND x.uscc IS NULL AND x.identifier IS NULL)"

/* Casualties of accidents that are there, as many as the file says; `note`, quoted, is for those that are withdrawn. */
extern void stage_update_casualties(Stage *stage, const char *note);

/* Rows of a list of persons take the places of those whom a sheet only counted: as emgov_match with place 0. */
extern void stage_match_roster(Stage *stage);
extern void stage_say_roster(Stage *stage);

/* ------------------------------------------------------------------ stage_put.c: putting in */

/* Records that are not there; those that are said otherwise; their casualties and penalties, where the file says something of them. */
extern void stage_insert_rows(Stage *stage);
extern void stage_update_rows(Stage *stage);
extern void stage_update_children(Stage *stage);

#endif
