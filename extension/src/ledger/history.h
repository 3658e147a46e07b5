/*
 * history.h
 *		Keeping versions.
 */
#ifndef EMGOV_HISTORY_H
#define EMGOV_HISTORY_H

/* While set, a row that is changed into itself is a version as well. */
extern bool history_keep_all;

#endif							/* EMGOV_HISTORY_H */
