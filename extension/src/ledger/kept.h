/*
 * kept.h
 *		What a session knows of a kept table: its key, its history, and how a row of the
 *		one becomes a row of the other.
 */
#ifndef EMGOV_KEPT_H
#define EMGOV_KEPT_H

#include "access/attnum.h"
#include "nodes/execnodes.h"
#include "utils/relcache.h"

#define KNOWN_FROM	"known_from"
#define KEPT_SINCE	"kept_since"
#define KNOWN_TO	"known_to"
#define DATING_TRIGGER	"zzz_ledger_version"	/* BEFORE ROW: dates and keeps versions */
#define LINK_TRIGGER	"ledger_history"	/* its FROM names the history */

typedef struct Kept
{
	MemoryContext context;		/* of this and all below */
	bool		valid;
	int			in_use;			/* calls under way */
	Oid			relid;
	Oid			history;
	Oid			owner;			/* of both */
	List	   *publications;	/* of ledgers in other schemas that publish from it */
	bool		is_definition;	/* its rows may be deleted, and get another key */
	char	   *later_trigger;	/* one that could still change what ours dated, or NULL */
	AttrNumber	known_from;
	AttrNumber	kept_since;
	int			nkeys;
	AttrNumber *keys;			/* columns of the primary key */
	FmgrInfo   *key_eq;
	Oid		   *key_collation;
	TupleDesc	desc;			/* of the history */
	AttrNumber *column;			/* for each column of the history, the table's; 0 none */
	int			known_to;		/* index into column */
	bool	   *required;		/* NOT NULL? */
	bool		same_layout;	/* the table's columns, then known_to; none dropped */
	bool		plain_indexes;	/* btree over columns, checked at once */
	int			nindexes;
	Oid		   *indexes;
	IndexInfo **index_info;
} Kept;

extern Kept *kept_find(Relation relation);
extern void kept_release(Kept *kept);
extern Oid	kept_history(Relation relation);

#endif							/* EMGOV_KEPT_H */
