/*
 * partitions.h
 *		Partitions of a kept table that come and go.
 */
#ifndef EMGOV_PARTITIONS_H
#define EMGOV_PARTITIONS_H

/* Before the command that moves one, and after it. */
extern void partition_moves(Oid whole);
extern void partition_comes(Oid whole, Oid partition);
extern void partition_goes(Oid whole, Oid partition, bool noted);

#endif							/* EMGOV_PARTITIONS_H */
