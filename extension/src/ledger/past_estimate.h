/*
 * past_estimate.h
 *		What the planner is told of rows as they were known at a moment.
 */
#ifndef EMGOV_PAST_ESTIMATE_H
#define EMGOV_PAST_ESTIMATE_H

/* When the library is loaded. */
extern void past_estimate_init(void);

#endif							/* EMGOV_PAST_ESTIMATE_H */
